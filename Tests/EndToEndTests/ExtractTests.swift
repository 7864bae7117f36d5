import Capture
import Diagnosis
import Extracts
import Foundation
import Packets
import Reports
import Rules
import TestSupport
import Testing

@testable import smbdx

@Suite struct ExtractTests {
  /// What a finding says, with frames of the recording; without what numbers it there.
  /// The extract of findings, and the numbers that its frames had.
  static func extract(_ fixture: Fixture, _ selection: FrameSelection) throws -> (file: [UInt8], frames: [Int]) {
    var file: [UInt8] = []
    try smbdx.extract(selection, from: { try Recording(paths: [fixture.capture.path]) }, to: { file += $0 })
    var selection = selection
    try Recording(paths: [fixture.capture.path]).forEachFrame { frame, _, bytes in selection.learn(frame, bytes) }
    selection.finishLearning()
    var frames: [Int] = []
    try Recording(paths: [fixture.capture.path]).forEachFrame { frame, _, bytes in
      if selection.contains(frame, bytes) { frames.append(frame.number) }
    }
    return (file, frames)
  }

  @Test(arguments: Fixture.all)
  func saysTheSameOfEachCase(fixture: Fixture) throws {
    let report = try fixture.report()
    for one in report.cases {
      let findings = report.findings.filter { $0.caseID == one.id }
      guard !findings.isEmpty else { continue }
      let (file, frames) = try Self.extract(fixture, FrameSelection(findings, of: report.diagnosis))
      let again = analyze(try Recording(captures: [file]))
      // A cited frame of another connection brings that one along.
      let ends = report.connections.filter { one.connections.contains($0.id) }.map { [$0.client, $0.server] }
      let ours = again.connections.filter { ends.contains([$0.client, $0.server]) }.map(\.id)
      let claims = again.findings.filter { $0.caseID != nil && Set(ours).isSuperset(of: $0.connections) }
        .map { Claim($0) { frames[$0 - 1] } }
      #expect(Set(claims) == Set(findings.map { Claim($0) { $0 } }), "case \(one.id)")
      #expect(Set(again.connections.map { [$0.client, $0.server] }).isSuperset(of: ends))
    }
  }

  /// How long nothing came behind the last frame that was chosen is what proves silence.
  @Test(arguments: Fixture.all)
  func tellsWhenTheRecordingEnded(fixture: Fixture) throws {
    let report = try fixture.report()
    guard let connection = report.connections.first else { return }
    let (file, frames) = try Self.extract(fixture, FrameSelection([], [connection], of: report.diagnosis))
    let again = analyze(try Recording(captures: [file])).capture
    #expect(again.lastTime == report.capture.lastTime)
    #expect(again.frames == frames.count + (frames.last == report.capture.frames ? 0 : 1))
  }

  @Test(arguments: [
    ("no-such-rule", nil, "there is no finding “no-such-rule” in capture.pcapng; it has 1-vni-aborted-by-server"),
    (nil, 7, "there is no connection 7 in capture.pcapng; it has 1 ("),
  ] as [(String?, Int?, String)])
  func saysWhatThereIs(finding: String?, connection: Int?, message: String) throws {
    let fixture = try #require(Fixture.all.first { $0.name == "vni-aborted-by-server" })
    let options = finding.map { ["--finding", $0] } ?? ["--connection", "\(connection ?? 0)"]
    let error = #expect(throws: ExtractError.self) { try Smbdx.run(["extract", fixture.capture.path] + options) }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test func takesSeveralConnectionsAndFindings() throws {
    let fixture = try #require(Fixture.all.first { (try? $0.report().connections.count) ?? 0 > 1 })
    let report = try fixture.report()
    let chosen = Array(report.connections.prefix(2))
    let (_, both) = try Self.extract(fixture, FrameSelection([], chosen, of: report.diagnosis))
    let single = try chosen.map { try Self.extract(fixture, FrameSelection([], [$0], of: report.diagnosis)).1 }
    #expect(Set(both).isSuperset(of: single.joined()))
    for one in chosen { #expect(both.contains(one.firstFrame)) }
  }

  @Test(arguments: [[], ["--all", "--connection", "1"]])
  func wantsToKnowWhat(options: [String]) throws {
    let error = #expect(throws: (any Error).self) { try Smbdx.run(["extract", "a.pcap"] + options) }
    #expect(error.map(Smbdx.status) == 2)
  }

  @Test func refusesWhatCanBeReadOnlyOnce() throws {
    let error = #expect(throws: (any Error).self) { try Smbdx.run(["extract", "-", "--connection", "1"]) }
    #expect(error.map(Smbdx.status) == 2)
  }

  @Test(.enabled(if: Wireshark.isInstalled, "tshark and capinfos are not installed"))
  func showsItsCommentsInWireshark() throws {
    let fixture = try #require(Fixture.all.first { $0.name == "vni-aborted-by-server" })
    let path = FileManager.default.temporaryDirectory.appending(path: "smbdx-\(UUID().uuidString).pcapng").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Smbdx.run(["extract", fixture.capture.path, "--finding", "vni-aborted-by-server", "-o", path])
    let finding = try #require(try fixture.report().findings.first { $0.rule.id == "vni-aborted-by-server" })
    let text = try Wireshark.run("tshark", ["-r", path, "-T", "fields", "-e", "frame.comment"])
    for proof in finding.evidence { #expect(text.contains("vni-aborted-by-server: \(proof.note)")) }
    #expect(try Wireshark.run("tshark", ["-r", path, "-Y", "_ws.malformed"]).isEmpty)
  }
}
