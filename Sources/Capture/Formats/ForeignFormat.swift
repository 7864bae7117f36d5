/// Unsupported formats: what a file is, and what to do.
enum ForeignFormat {
  static let advice = "record one with tcpdump -w or dumpcap"
  static let conversion = "convert it with Wireshark's editcap: editcap -F pcapng FILE out.pcapng"

  /// The format of a file that begins with these bytes; nil when it is unknown.
  static func name(_ head: [UInt8]) -> String? {
    if let capture = captures.first(where: { head.starts(with: $0.bytes) }) { return "\(capture.what); \(conversion)" }
    if let other = others.first(where: { head.starts(with: $0.bytes) }) { return other.what }
    if head.dropFirst(257).starts(with: Array("ustar".utf8)) { return "a tar archive; unpack it first: tar -xf FILE" }
    return NamelessFormat.name(head).map { "\($0); \(conversion)" }
  }

  /// The same for text, by a word that may be anywhere in its beginning.
  static func nameOfText(_ head: [UInt8]) -> String? {
    texts.first { text in text.words.contains { head.span.mentions($0, within: head.count) } }.map { "\($0.what); \(conversion)" }
  }

  /// What Wireshark reads.
  private static let captures: [(bytes: [UInt8], what: String)] = [
    (Array("TRSNIFF data".utf8), "a capture of Sniffer for DOS"),
    (Array("XCP\0".utf8), "a capture of Sniffer for Windows or NetXRay"),
    (Array("VL\0\0".utf8), "a capture of NetXRay"),
    (Array("\u{5}VNF".utf8), "a capture of Visual Networks"),
    (Array("\u{7f}ver".utf8), "a capture of EtherPeek or OmniPeek"),
    (Array("ObserverPktBuffe".utf8), "a capture of Network Instruments Observer"),
    (Array("cpse".utf8), "a capture of Colasoft Capsa"),
    (Array("EyeSDN".utf8), "a trace of EyeSDN"),
    (Array("btsnoop\0".utf8), "a Bluetooth capture (btsnoop)"),
    (Array("Session Transcript".utf8), "a trace of Catapult DCT2000"),
    (Array("+---------+---------------+----------+".utf8), "a capture in K12 text form"),
    ([0x00, 0x00, 0x02, 0x00, 0x12, 0x05, 0x00, 0x10], "a capture of Tektronix K12"),
    ([0x01, 0x10, 0x4c, 0x00], "a capture of Novell LANalyzer"),
    ([0x42, 0xd2, 0x00, 0x34, 0x12, 0x66, 0x22, 0x88], "a capture of RADCOM"),
    ([0x54, 0x52, 0x00, 0x64, 0x00], "a trace of HP-UX nettl"),
    ([0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x07, 0xd0, 0x00], "a trace of HP-UX nettl"),
    ([0xaa, 0xaa, 0xaa, 0xaa], "a capture of 5Views"),
    ([0x1c, 0x00, 0x01, 0xac], "a capture of Ixia (lcap)"),
    ([0xac, 0x01, 0x00, 0x1c], "a capture of Ixia (lcap)"),
    ([0x1c, 0x00, 0x01, 0xab], "a capture of Ixia (lcap)"),
    ([0xab, 0x01, 0x00, 0x1c], "a capture of Ixia (lcap)"),
  ]

  private static let texts: [(words: [StaticString], what: String)] = [
    (["ETHERWATCH"], "text of DBS Etherwatch"),
    (["TCPIPtrace", "Multinet trace"], "text of a trace of OpenVMS"),
    (["L2-Tx", "L2-Rx"], "text of a CoSine router"),
    (["(i) len=", "(o) len="], "text of a Juniper NetScreen firewall"),
    (["T O S H I B A"], "text of a Toshiba router"),
    (["COMMUNICATIONS TRACE"], "a communications trace of IBM i"),
  ]

  /// Archives, and files that users mistake for captures.
  private static let others: [(bytes: [UInt8], what: String)] = [
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
    (
      Array("MSCF".utf8),
      "a Windows cabinet; unpack it first, on Linux: cabextract FILE, on Windows: expand FILE -F:* FOLDER; with netsh trace, the packets are in the .etl file"
    ),
    (Array("ElfFile\0".utf8), "a Windows event log (.evtx) without packets; \(advice)"),
    (Array("%PDF-".utf8), "a PDF document; \(advice)"),
    ([0x89, 0x50, 0x4e, 0x47], "a picture; \(advice)"),
    ([0x7f, 0x45, 0x4c, 0x46], "a Linux program; \(advice)"),
    (Array("MZ".utf8), "a Windows program; \(advice)"),
  ]
}
