import Testing

@testable import Capture

@Suite struct FileKindTests {
  private func sentence(_ bytes: [UInt8], name: String = "x") -> String? {
    guard case .other(let sentence) = FileKind(head: bytes, name: name) else { return nil }
    return sentence
  }

  @Test(arguments: [
    ("<!DOCTYPE html>\n<html>", "it begins with “<!DOCTYPE html>”"), ("PK\u{03}\u{04}rest", "unzip FILE"), ("iptrace 1.0", "editcap FILE"),
    ("TRSNIFF data    \u{1a}", "editcap FILE"), ("ElfFile\0", "event log"), ("BZh9", "bunzip2"), ("MSCF", "cabextract FILE"),
    ("\u{5}VNF", "Visual Networks"), ("\u{7f}ver", "editcap FILE"), ("TR\u{0}d\u{0}", "nettl"),
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
}
