import Capture
import Packets
import Testing

@testable import smbdx

@Suite struct LiveFilterTests {
  /// At the start, and not only when the capture is over.
  @Test(arguments: [
    ("port 445", ["Kerberos (port 88)", "DNS (port 53)", "whether clients get tickets, and where"]),
    ("port 445 or port 53", ["Kerberos (port 88), so smbdx cannot check whether clients get tickets;"]),
    ("port 445 or port 88", ["DNS (port 53), so smbdx cannot check where server names lead;"]),
    ("host 192.0.2.7", nil), ("not port 22", nil), (LiveFilter.expression(anyPort: false), nil),
  ] as [(String, [String]?)])
  func saysWhatAFilterKeepsOut(filter: String, words: [String]?) {
    let sentence = FilterReach(filter).reasonsNotChecked(ServicePorts())
    #expect((sentence == nil) == (words == nil))
    for word in words ?? [] { #expect(sentence?.contains(word) == true, "\(sentence ?? "")") }
  }

  /// A KDC may listen elsewhere.
  @Test func knowsFurtherPorts() {
    let reach = FilterReach("port 445 or port 8888 or port 53")
    #expect(reach.reasonsNotChecked(ServicePorts(furtherKerberos: [8888])) == nil)
    #expect(reach.reasonsNotChecked(ServicePorts())?.contains("Kerberos (port 88)") == true)
  }
}
