/// What a file is, by its first bytes.
enum FileKind {
  case pcap, pcapng, networkMonitor, snoop, iptrace, eventTrace
  /// Packets may be in it as hex dumps; otherwise the sentence says what it is.
  case text(otherwise: String)
  /// An unsupported format: a sentence with the subject “it” that says what the file is and what to do.
  case other(String)

  init(head: [UInt8], name: String) {
    if let known = Self.captures.first(where: { head.starts(with: $0.bytes) }) {
      self = known.kind
    } else if let what = ForeignFormat.name(head) {
      self = .other("it is \(what)")
    } else if Self.isEventTrace(head) {
      self = .eventTrace
    } else {
      let foreign = Self.isText(head) ? ForeignFormat.nameOfText(head) : nil
      let sentence = foreign.map { "it is \($0)" } ?? "it begins with \(Self.beginning(head)), but smbdx reads \(Self.readable); \(ForeignFormat.advice)"
      self = Self.isText(head) ? .text(otherwise: sentence) : .other(sentence)
    }
  }

  /// Why it cannot come through a pipe when it is large; nil when it can.
  var needsFile: String? {
    switch self {
    case .networkMonitor: "a Network Monitor capture has its frame table at its end, and this one is large; save it as an uncompressed file first"
    case .eventTrace: "smbdx reads a Windows event trace from several places at once, and this one is large; save it as an uncompressed file first"
    case .pcap, .pcapng, .snoop, .iptrace, .text, .other: nil
    }
  }

  private static let readable =
    "pcap, pcapng, Network Monitor, snoop and AIX iptrace captures, Windows event traces, and text of FortiGate's sniffer, tcpdump -x and tshark -x"

  private static let captures: [(bytes: [UInt8], kind: FileKind)] =
    [
      ([0x0a, 0x0d, 0x0d, 0x0a], .pcapng),
      (Array("RTSS".utf8), .networkMonitor),
      (Array("GMBU".utf8), .networkMonitor),
      (Array("snoop\0\0\0".utf8), .snoop),
      (Array("iptrace 1.0".utf8), .iptrace),
      (Array("iptrace 2.0".utf8), .iptrace),
    ]
    // Microseconds, nanoseconds, and two old variants that libpcap knows; each in both byte orders.
    + [[0xa1, 0xb2, 0xc3, 0xd4], [0xa1, 0xb2, 0x3c, 0x4d], [0xa1, 0xb2, 0xcd, 0x34], [0xa1, 0x2b, 0x3c, 0x4d]]
    .flatMap { [($0, .pcap), ($0.reversed(), .pcap)] }

  /// The start of a line of text, or bytes.
  private static func beginning(_ head: [UInt8]) -> String {
    let line = String(decoding: head, as: UTF8.self).split(whereSeparator: \.isNewline).first
    if isText(head), let line, !line.contains("\u{fffd}") { return "“\(line.prefix(40))”" }
    return head.prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
  }

  /// With what terminals send: BEL, BS, TAB, LF, FF, CR and ESC; or in UTF-16.
  private static func isText(_ head: [UInt8]) -> Bool {
    UTF16Bytes.Order(head: head) != nil
      || head.allSatisfy { (0x20..<0x7f).contains($0) || $0 >= 0x80 || [0x07, 0x08, 0x09, 0x0a, 0x0c, 0x0d, 0x1b].contains($0) }
  }

  // MARK: Event traces

  /// A trace of Event Tracing for Windows begins with a buffer of type 4, whose header of 72 bytes begins with its size; then
  /// comes an event of type 1 or 2, a system event of 32 or 64 bits, with the flags 0xc0 and the hook 0.
  private static func isEventTrace(_ head: [UInt8]) -> Bool {
    guard head.count >= 80 else { return false }
    let bufferSize = Int(head[0]) | Int(head[1]) << 8 | Int(head[2]) << 16 | Int(head[3]) << 24
    return (1_024...TraceBuffer.Limit.size).contains(bufferSize) && head[54] == 4 && head[55] == 0 && (1...2).contains(head[74])
      && head[75] == 0xc0 && head[78] == 0 && head[79] == 0
  }
}
