import Capture
import Compare
import Foundation
import Reports
import Testing

/// Where only ASCII can be shown, a comparison has nothing else.
@Suite struct PlainSignTests {
  private static let options = TextOptions(isPlain: true, detail: .verbose)

  @Test(arguments: ["vni-response-mismatch-dialect", "session-setup-response-held-back", "rst-injected-established", "vni-request-lost"])
  func comparesPointsInASCII(pair: String) throws {
    let root = Fixture.root.appending(path: "../Tests/Pairs/\(pair)")
    let points = try ["client", "server"].map { name in
      var reader = PointReader(name: name)
      try Recording(paths: [root.appending(path: "\(name).pcap").path]).forEachFrame { frame, _, bytes in reader.accept(frame, bytes) }
      return reader.finish()
    }
    var text = ""
    IncidentReport(toolVersion: "test", comparison: IncidentComparison(points)).writeText(Self.options) { text += $0 }
    #expect(text.contains("+/-"))
    #expect(text.filter { !$0.isASCII } == "")
  }

  @Test(arguments: ["kerberos-clock-skew", "nbss-called-name-refused", "smb-unexpected-payload-http", "quality-gap-session-setup"])
  func comparesAttemptsInASCII(bad: String) throws {
    let comparison = AttemptComparison(good: try AttemptRecording.read("kerberos-healthy"), bad: try AttemptRecording.read(bad))
    var text = ""
    AttemptReport(toolVersion: "test", comparison: comparison).writeText(Self.options) { text += $0 }
    #expect(text.filter { !$0.isASCII } == "")
  }
}
