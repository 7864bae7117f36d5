import TestSupport
import Testing

@testable import Capture

@Suite struct FileKindTests {
  private func sentence(_ bytes: [UInt8], name: String = "x") -> String? {
    switch FileKind(head: bytes, name: name) {
    case .other(let sentence), .text(let sentence): sentence
    default: nil
    }
  }

  @Test(arguments: [
    ("<!DOCTYPE html>\n<html>", "it begins with “<!DOCTYPE html>”"), ("PK\u{03}\u{04}rest", "unzip FILE"),
    ("TRSNIFF data    \u{1a}", "editcap -F pcapng FILE"), ("ElfFile\0", "event log"), ("BZh9", "bunzip2"), ("MSCF", "cabextract FILE"),
    ("\u{5}VNF", "Visual Networks"), ("\u{7f}ver", "editcap -F pcapng FILE"), ("TR\u{0}d\u{0}", "nettl"),
    ("ETHERWATCH  V6\n", "Etherwatch; convert it"), ("ObserverPktBufferVersion=15.00", "Observer; convert it"),
    ("  COMMUNICATIONS TRACE       Title: x", "IBM i; convert it"), ("cpse", "Capsa"), ("\u{1}\u{10}L\u{0}\u{1}\u{5}", "LANalyzer"),
  ])
  func saysWhatAFileIs(text: String, part: String) {
    #expect(sentence(Array(text.utf8))?.contains(part) == true)
  }

  /// WMI_BUFFER_HEADER and the marker of the first event, whatever the name.
  @Test func knowsEventTraces() {
    var bytes = [UInt8](repeating: 0, count: 512)
    bytes.replaceSubrange(0..<4, with: [0, 0, 1, 0])
    bytes[54] = 4
    bytes.replaceSubrange(72..<76, with: [2, 0, 2, 0xc0])
    for name in ["NetTrace.etl", "trace"] {
      guard case .eventTrace = FileKind(head: bytes, name: name) else { return #expect(Bool(false), "\(name)") }
    }
    bytes[54] = 0
    #expect(sentence(bytes, name: "a.etl")?.contains("begins with") == true)
  }

  /// Formats that editcap writes for Ethernet, and what their files are called.
  static let formats = [
    ("5views", "5Views"), ("commview-ncf", "CommView"), ("commview-ncfx", "CommView"), ("k12text", "K12"), ("lanalyzer", "LANalyzer"),
    ("nettl", "nettl"), ("ngsniffer", "Sniffer for DOS"), ("ngwsniffer_1_1", "NetXRay"), ("ngwsniffer_2_0", "NetXRay"),
    ("observer", "Observer"), ("visual", "Visual Networks"),
  ]

  @Test(.enabled(if: NetworkMonitorTests.hasEditcap, "editcap of Wireshark is not installed"), arguments: formats)
  func knowsWhatWiresharkWrites(format: String, name: String) throws {
    let files = try TemporaryFiles()
    let input = try files.add("a.pcap", pcapFile(OldCaptureTests.frames))
    _ = try Wireshark.run("editcap", ["-F", format, input, files.path("out.cap")])
    let error = #expect(throws: CaptureError.self) { try Recording(paths: [files.path("out.cap")]) }
    #expect(error?.why.contains(name) == true)
    #expect(error?.why.contains("editcap -F pcapng FILE") == true)
  }

  /// A whole packet of 60 bytes, and one that is cut, in sight of the next.
  @Test func knowsERF() {
    let record = ByteWriter().u32le(0).u32le(1_700_000_000).u8(2).u8(4).u16be(80).u16be(0).u16be(60).zeros(64).bytes
    #expect(NamelessFormat.name(record)?.contains("ERF") == true)
    let cut = ByteWriter().u32le(0).u32le(1_700_000_000).u8(2).u8(4).u16be(80).u16be(0).u16be(1_514).zeros(64).bytes
    #expect(NamelessFormat.name(Array(cut.prefix(60))) == nil)
    #expect(NamelessFormat.name(cut + record)?.contains("ERF") == true)
    #expect(NamelessFormat.name(cut + cut.setting(UInt8(5), at: 8)) == nil)
  }

  /// Bytes that mean nothing are no capture without a name either.
  @Test func namesNothingAtRandom() {
    var generator = SeededGenerator(seed: 2)
    for _ in 0..<2_000 {
      let bytes = (0..<512).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
      #expect(NamelessFormat.name(bytes) == nil)
    }
    #expect(NamelessFormat.name([UInt8](repeating: 0, count: 512)) == nil)
    #expect(NamelessFormat.name([]) == nil)
  }
}
