/// The beginning of a text: whether packets are in it, and how it counts their times.
struct TextSurvey: ~Copyable {
  private enum Limit {
    /// Bytes of a text in which a packet has to appear: a session of a terminal may begin with anything.
    static let beginning = 1 << 20
  }

  private struct Contents {
    var hasBytes = false
    var headings = 0
    var isSinceLast = false
    private var last: Int64 = 0
    private let names = InterfaceNames()

    mutating func record(_ line: Span<UInt8>) {
      switch TextLine(line, names, bareAt: 0) {
      case .dump(let dump): hasBytes = hasBytes || dump.offset == 0
      case .bareDump: hasBytes = hasBytes || headings > 0
      case .heading(let time, _):
        headings += 1
        guard case .packet(let time) = time else { return }
        isSinceLast = isSinceLast || time < last
        last = time
      case .title, .none: break
      }
    }
  }

  /// At the beginning of the text.
  let window: ByteWindow
  /// tcpdump -ttt: times count from the packet before, not from the first one.
  let isSinceLast: Bool

  /// - Parameter sentence: what it is when no packets are in it.
  init(_ source: any ByteSource, bufferSize: Int, otherwise sentence: String) throws(ReadDamage) {
    var window = ByteWindow(source, largestRead: bufferSize)
    _ = window.reach(Limit.beginning)
    if window.count >= 3, window.lend(0..<3, { [$0[0], $0[1], $0[2]] }) == Self.mark { _ = window.skip(Self.mark.count) }
    let contents = window.lend(0..<min(window.count, Limit.beginning), Self.contents)
    guard contents.hasBytes else {
      throw ReadDamage(message: contents.headings == 0 ? sentence : Self.withoutBytes)
    }
    self.window = window
    isSinceLast = contents.isSinceLast
  }

  /// U+FEFF, which some editors put in front of UTF-8.
  private static let mark: [UInt8] = [0xef, 0xbb, 0xbf]

  private static let withoutBytes =
    "it is text about packets without their bytes; record them with tcpdump -w or dumpcap, on FortiGate with verbosity 6: diagnose sniffer packet any 'port 445' 6 0 a"

  private static func contents(_ text: Span<UInt8>) -> Contents {
    var contents = Contents()
    var start = 0
    for index in text.indices where text[index] == UInt8(ascii: "\n") {
      contents.record(line(text, start..<index))
      start = index + 1
    }
    contents.record(line(text, start..<text.count))
    return contents
  }

  @_lifetime(copy text)
  private static func line(_ text: Span<UInt8>, _ range: Range<Int>) -> Span<UInt8> {
    var end = range.upperBound
    while end > range.lowerBound, text[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return text.extracting(range.lowerBound..<end)
  }
}
