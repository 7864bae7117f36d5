import Packets

/// The line in front of a packet's bytes.
///
///     2026-11-21 11:15:36.274961 port1 in 10.77.0.10.48230 -> 10.77.0.20.445: syn 212289113    FortiGate
///     2.429703 port1 in 10.77.0.10.48230 -> 10.77.0.20.445: syn 212289113                      since the start
///     11:15:36.274961 IP 10.77.0.10.48230 > 10.77.0.20.445: Flags [S]                          tcpdump
///         1 0.000000000   10.77.0.10 → 10.77.0.20   TCP 74 48230 → 445 [SYN]                   tshark
struct PacketHeading {
  /// What the time counts from, in nanoseconds.
  enum Time: Equatable {
    /// 1970.
    case date(Int64)
    case midnight(Int64)
    /// The first packet, or the packet before: tcpdump -ttttt and -ttt.
    case packet(Int64)
    /// The beginning of the recording, or 1970 when that is long ago: tcpdump -tt.
    case start(Int64)
  }

  let time: Time
  /// Where in the line the name of the interface is; empty when there is none.
  let interface: Range<Int>

  private static let packet = 512

  /// nil for a line of another kind.
  init?(_ line: Span<UInt8>) {
    var scanner = TextScanner(line)
    let isIndented = scanner.skipSpaces() > 0
    guard let time = Self.time(&scanner, isIndented: isIndented), scanner.skipSpaces() > 0 else { return nil }
    self.time = time
    let start = scanner.offset
    let name = scanner.word()
    if scanner.starts(with: "in ") || scanner.starts(with: "out ") || scanner.starts(with: "-- ") {
      interface = name
    } else {
      interface = 0..<0
      guard Self.isPacket(line, from: start) else { return nil }
    }
  }

  /// With its number in front, which tshark writes.
  private static func time(_ scanner: inout TextScanner, isIndented: Bool) -> Time? {
    let start = scanner
    if let time = clock(&scanner, isIndented: isIndented) { return time }
    scanner = start
    guard scanner.number(digits: 1...12) != nil, scanner.skipSpaces() > 0 else { return nil }
    return clock(&scanner, isIndented: false)
  }

  /// A date and a time, or one of several kinds of time alone.
  private static func clock(_ scanner: inout TextScanner, isIndented: Bool) -> Time? {
    let start = scanner
    if let date = date(&scanner), scanner.skip(" ") || scanner.skip("T"), let time = timeOfDay(&scanner) {
      return .date(date.daysSince1970 * 86_400_000_000_000 + time)
    }
    scanner = start
    if let time = timeOfDay(&scanner) { return isIndented ? .packet(time) : .midnight(time) }
    scanner = start
    return seconds(&scanner).map { .start($0) }
  }

  /// `2026-11-21`
  private static func date(_ scanner: inout TextScanner) -> CivilDate? {
    guard let year = scanner.number(digits: 4...4), scanner.skip("-"), let month = scanner.number(digits: 2...2), scanner.skip("-"),
      let day = scanner.number(digits: 2...2), (1970...2200).contains(year), (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    return CivilDate(year: Int64(year), month: Int64(month), day: Int64(day))
  }

  /// `11:15:36.274961`
  private static func timeOfDay(_ scanner: inout TextScanner) -> Int64? {
    guard let hour = scanner.number(digits: 1...2), scanner.skip(":"), let minute = scanner.number(digits: 2...2), scanner.skip(":"),
      let second = scanner.number(digits: 2...2), hour < 24, minute < 60, second <= 60
    else { return nil }
    let seconds = Int64(hour * 3_600 + minute * 60 + second)
    return seconds * 1_000_000_000 + (fraction(&scanner) ?? 0)
  }

  /// `1795259736.274961`: whole seconds alone are just a number.
  static func seconds(_ scanner: inout TextScanner) -> Int64? {
    guard let seconds = scanner.number(digits: 1...10), let fraction = fraction(&scanner) else { return nil }
    return (Int64(seconds) * 1_000_000_000).addingReportingOverflow(fraction).partialValue
  }

  /// `.274961` as nanoseconds.
  private static func fraction(_ scanner: inout TextScanner) -> Int64? {
    guard scanner.skip(".") || scanner.skip(",") else { return nil }
    let start = scanner.offset
    guard var value = scanner.number(digits: 1...9) else { return nil }
    for _ in (scanner.offset - start)..<9 { value *= 10 }
    return Int64(value)
  }

  /// Other lines begin with a time too.
  private static func isPacket(_ line: Span<UInt8>, from start: Int) -> Bool {
    let rest = line.extracting(droppingFirst: start)
    return ["IP ", "IP6 ", "ARP", "arp ", "ethertype ", "802.1Q", "vlan "].contains { rest.matches($0, at: 0) }
      || [" > ", " -> ", " → "].contains { rest.mentions($0, within: packet) }
  }
}

/// Other lines that tshark writes around the bytes.
enum FrameTitle {
  /// `Frame (183 bytes):` in front of the bytes of a packet that has more than one dump.
  case packet
  /// `Reassembled TCP (1565 bytes):` and the like: bytes that came in several packets, or were unpacked.
  case other
  /// `Frame 1: 74 bytes on wire (592 bits), 74 bytes captured (592 bits)`
  case length(onWire: Int)
  /// `    Epoch Time: 1795259736.274961594 seconds`
  case time(Int64)

  init?(_ line: Span<UInt8>) {
    var scanner = TextScanner(line)
    let isIndented = scanner.skipSpaces() > 0
    if isIndented {
      guard scanner.skip("Epoch Time: ") || scanner.skip("Epoch Arrival Time: "), let time = PacketHeading.seconds(&scanner) else { return nil }
      self = .time(time)
    } else if scanner.skip("Frame "), scanner.number(digits: 1...12) != nil, scanner.skip(": "), let length = scanner.number(digits: 1...9),
      scanner.starts(with: " bytes on wire") || scanner.starts(with: " byte on wire")
    {
      self = .length(onWire: length)
    } else {
      guard line.matches("):", at: line.count - 2), Self.endsInLength(line) else { return nil }
      self = line.matches("Frame (", at: 0) ? .packet : .other
    }
  }

  /// `(183 bytes):`
  private static func endsInLength(_ line: Span<UInt8>) -> Bool {
    var start = line.count - 1
    while start > 0, line[start] != UInt8(ascii: "(") { start -= 1 }
    var scanner = TextScanner(line.extracting(droppingFirst: start))
    return scanner.skip("(") && scanner.number(digits: 1...9) != nil && (scanner.skip(" bytes):") || scanner.skip(" byte):")) && scanner.isAtEnd
  }
}
