/// A line of a hex dump: where it lies in the packet, and up to 16 bytes.
///
///     0x0010   003c 2669 4000 4006 ff9b 0a4d 000a 0a4d        .<&i@.@....M...M     FortiGate, tcpdump with a colon
///     0010  00 3c 26 69 40 00 40 06 ff 9b 0a 4d 00 0a 0a 4d   .<&i@.@....M...M     tshark
struct DumpLine {
  private static let longest = 16

  private(set) var offset = 0
  private(set) var bytes = InlineArray<16, UInt8>(repeating: 0)
  private(set) var count = 0
  /// The bytes end in the middle of one, or in something else.
  private(set) var isBroken = false
  /// It begins with `0x`: nothing else in a text looks like this.
  private(set) var isUnmistakable = false

  /// nil for a line of another kind.
  init?(_ line: Span<UInt8>) {
    var scanner = TextScanner(line)
    let isIndented = scanner.skipSpaces() > 0
    isUnmistakable = scanner.skip("0x")
    // Details of packets are indented, and may begin with bits.
    guard isUnmistakable || !isIndented, let offset = scanner.number(digits: (isUnmistakable ? 1 : 4)...8, base: 16) else { return nil }
    self.offset = offset
    _ = scanner.skip(":")
    guard scanner.skipSpaces() > 0, read(&scanner) != nil else { return nil }
  }

  /// A line of tcpdump before version 3.8, indented and without an offset.
  ///
  /// - Parameter start: the place in the packet where it belongs.
  init?(_ line: Span<UInt8>, withoutOffsetAt start: Int) {
    var scanner = TextScanner(line)
    guard scanner.skipSpaces() > 0, let width = read(&scanner), width == 4 || count == 1, !isBroken, scanner.isAtEnd else { return nil }
    offset = start
  }

  /// Groups of two digits, or of four.
  ///
  /// - Returns: how many digits the first one has; nil when there is none.
  private mutating func read(_ scanner: inout TextScanner) -> Int? {
    var width: Int?
    while count < Self.longest {
      let before = scanner.offset
      guard let value = scanner.number(digits: 1...4, base: 16) else {
        // What looks like a group, and is text, comes behind two spaces.
        if width != nil { isBroken = !scanner.isAtEnd }
        break
      }
      let digits = scanner.offset - before
      let gap = scanner.skipSpaces()
      guard gap > 0 || scanner.isAtEnd, digits == 2 || digits == 4 && width != 2, digits == width ?? digits || digits == 2 else {
        guard width != nil else { return nil }
        isBroken = true
        break
      }
      if digits == 4 { append(value >> 8) }
      append(value)
      width = width ?? digits
      // The last byte of an odd number of them is a group of its own.
      guard digits == width else { break }
      // tshark of old leaves more room in the middle of a line.
      guard gap == 1 || gap == 2 && digits == 2 && count == 8 else { break }
    }
    return width
  }

  private mutating func append(_ value: Int) {
    guard count < Self.longest else { return }
    bytes[count] = UInt8(truncatingIfNeeded: value)
    count += 1
  }
}
