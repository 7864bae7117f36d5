/// What a file is, by its first bytes.
enum FileKind {
  case pcap, pcapng, networkMonitor, snoop, eventTrace
  /// Something that is not read here: what it is and what to do, as a sentence about “it”.
  case other(String)

  init(head: [UInt8], name: String) {
    if let known = Self.captures.first(where: { head.starts(with: $0.bytes) }) {
      self = known.kind
    } else if let foreign = Self.foreign.first(where: { head.starts(with: $0.bytes) }) {
      self = .other("it is \(foreign.what)")
    } else if head.dropFirst(257).starts(with: Array("ustar".utf8)) {
      self = .other("it is a tar archive; unpack it first: tar -xf FILE")
    } else if Self.isEventTrace(head) {
      self = .eventTrace
    } else {
      self = .other("it begins with \(Self.beginning(head)), but smbdx reads \(Self.readable); \(Self.advice)")
    }
  }

  /// Why it cannot come through a pipe when it is large; nil when it can.
  var needsFile: String? {
    switch self {
    case .networkMonitor: "a Network Monitor capture has its frame table at its end, and this one is large; save it as an uncompressed file first"
    case .eventTrace: "smbdx reads a Windows event trace from several places at once, and this one is large; save it as an uncompressed file first"
    case .pcap, .pcapng, .snoop, .other: nil
    }
  }

  private static let readable = "pcap, pcapng, Network Monitor and snoop captures and Windows event traces"
  private static let advice = "record one with tcpdump -w or dumpcap"
  private static let conversion = "convert it with Wireshark's editcap: editcap FILE out.pcapng"

  private static let captures: [(bytes: [UInt8], kind: FileKind)] =
    [
      ([0x0a, 0x0d, 0x0d, 0x0a], .pcapng),
      (Array("RTSS".utf8), .networkMonitor),
      (Array("GMBU".utf8), .networkMonitor),
      (Array("snoop\0\0\0".utf8), .snoop),
    ]
    // Microseconds, nanoseconds, and two old variants that libpcap knows; each in both byte orders.
    + [[0xa1, 0xb2, 0xc3, 0xd4], [0xa1, 0xb2, 0x3c, 0x4d], [0xa1, 0xb2, 0xcd, 0x34], [0xa1, 0x2b, 0x3c, 0x4d]]
    .flatMap { [($0, .pcap), ($0.reversed(), .pcap)] }

  private static let foreign: [(bytes: [UInt8], what: String)] = [
    (Array("iptrace ".utf8), "a capture of AIX iptrace; \(conversion)"),
    (Array("TRSNIFF data".utf8), "a capture of Sniffer for DOS; \(conversion)"),
    (Array("XCP\0".utf8), "a capture of Sniffer for Windows or NetXRay; \(conversion)"),
    (Array("\u{5}VNF".utf8), "a capture of Visual Networks; \(conversion)"),
    (Array("\u{7f}ver".utf8), "a capture of EtherPeek or OmniPeek; \(conversion)"),
    ([0x54, 0x52, 0x00, 0x64, 0x00], "a trace of HP-UX nettl; \(conversion)"),
    ([0xaa, 0xaa, 0xaa, 0xaa], "a capture of 5Views; \(conversion)"),
    (Array("+---------+---------------+----------+".utf8), "a capture in K12 text form; \(conversion)"),
    ([0x1f, 0x8b], "compressed twice; unpack it first: gunzip -k FILE"),
    ([0x28, 0xb5, 0x2f, 0xfd], "compressed twice; unpack it first: unzstd FILE"),
    ([0x04, 0x22, 0x4d, 0x18], "compressed twice; unpack it first: unlz4 -k FILE"),
    ([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], "compressed twice; unpack it first: unxz -k FILE"),
    ([0x02, 0x21, 0x4c, 0x18], "compressed with lz4 in its legacy form; unpack it first: unlz4 -k FILE"),
    (Array("BZh".utf8), "compressed with bzip2; unpack it first: bunzip2 -k FILE"),
    ([0x5d, 0x00, 0x00], "compressed with lzma; unpack it first: unlzma -k FILE"),
    ([0x1f, 0x9d], "compressed with compress; unpack it first: zcat FILE > out.pcap"),
    ([0x50, 0x4b, 0x03, 0x04], "a ZIP archive; unpack it first: unzip FILE"),
    ([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], "a 7-Zip archive; unpack it first: 7z x FILE"),
    (Array("Rar!".utf8), "a RAR archive; unpack it first: unrar x FILE"),
    (Array("MSCF".utf8), "a Windows cabinet; unpack it first, on Linux: cabextract FILE, on Windows: expand FILE -F:* FOLDER; with netsh trace, the packets are in the .etl file"),
    (Array("ElfFile\0".utf8), "a Windows event log (.evtx) without packets; \(advice)"),
    (Array("%PDF-".utf8), "a PDF document; \(advice)"),
    ([0x89, 0x50, 0x4e, 0x47], "a picture; \(advice)"),
    ([0x7f, 0x45, 0x4c, 0x46], "a Linux program; \(advice)"),
    (Array("MZ".utf8), "a Windows program; \(advice)"),
  ]

  /// The start of a line of text, or bytes.
  private static func beginning(_ head: [UInt8]) -> String {
    let isText = head.allSatisfy { (0x20..<0x7f).contains($0) || $0 >= 0x80 || [0x0a, 0x0d, 0x09].contains($0) }
    let line = String(decoding: head, as: UTF8.self).split(whereSeparator: \.isNewline).first
    if isText, let line, !line.contains("\u{fffd}") { return "“\(line.prefix(40))”" }
    return head.prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
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
