import Diagnosis
import Packets
import Reports
import Rules
import TestSupport
import Testing
import Transcripts

/// With a key, findings about a side that left are proven, or lose the cause that the signature is wrong.
@Suite struct ProvenCausesTests {
  private static let ofRequest = "so up to here it is the client's, field by field"
  private static let ofAnswer = "so up to here it is the server's, field by field"

  /// The middlebox changed NEGOTIATE behind the place of recording; Validate Negotiate is as it was sent.
  @Test(arguments: [("vni-aborted-by-server", ofRequest), ("vni-aborted-by-client", ofAnswer)])
  func narrowsWhereNegotiateWasChanged(rule: String, words: String) throws {
    let recording = try KeyedRecording(rule)
    let keyed = try recording.report(with: KeyedRecording.ring()).finding(rule)
    #expect(keyed.observation.causes?.first?.hasSuffix(words) == true, "\(keyed.observation.causes ?? [])")
    #expect(keyed.observation.confidence == .likely)
    let plain = try recording.judged(with: nil).report.finding(rule)
    #expect(plain.observation.causes?.contains { $0.hasSuffix(words) } != true)
  }

  /// Validate Negotiate itself was changed: nobody has to look for another reason.
  @Test(arguments: [("vni-aborted-by-server", false), ("vni-aborted-by-client", true)])
  func provesThatValidationWasChanged(rule: String, isResponse: Bool) throws {
    var recording = try KeyedRecording(rule)
    let place = try #require(recording.places(11, isResponse: isResponse).last)
    // A number that nobody compares: MaxInputResponse, and Reserved2 of the answer.
    recording.set([0x55], at: place, isResponse ? 108 : 96)
    let report = try recording.report(with: KeyedRecording.ring())
    let finding = try report.finding(rule)
    #expect(finding.observation.confidence == .proven)
    #expect(finding.observation.summary.contains("because the signature of the Validate Negotiate \(isResponse ? "answer" : "request") is wrong"))
    #expect(report.findings.contains { $0.rule.id == "signature-wrong" })
  }

  @Test(arguments: ["healthy-2.1", "healthy-3.0.2", "signed-aes-cmac", "signed-aes-gmac"])
  func knowsWhetherTheAnswerWasRight(name: String) throws {
    let recording = try KeyedRecording(name).leavingAfterTheShare()
    let plain = try recording.judged(with: nil).report.finding("tree-rejected-by-client")
    #expect(plain.observation.confidence == .possible)
    let right = try recording.report(with: KeyedRecording.ring()).finding("tree-rejected-by-client")
    #expect(right.observation.confidence == .possible)
    #expect(right.observation.causes?.contains { $0.contains("signature of the server's answer is wrong") } == false)
    #expect(right.observation.causes?.last?.contains("is right here") == true)
    var altered = recording
    altered.set([0x55], at: try #require(altered.places(3, isResponse: true).last), 76)
    let report = try altered.report(with: KeyedRecording.ring())
    let wrong = try report.finding("tree-rejected-by-client")
    #expect(wrong.observation.confidence == .proven)
    #expect(wrong.observation.summary.hasSuffix("the signature of the server's answer is wrong"))
    #expect(try report.finding("signature-wrong").observation.summary.contains("MaximalAccess"))
  }
}

extension KeyedRecording {
  /// The client closes the connection after the answer that connects its share.
  fileprivate func leavingAfterTheShare() throws -> KeyedRecording {
    var copy = self
    let (request, answer) = (try #require(places(3, isResponse: false).last).frame, try #require(places(3, isResponse: true).last).frame)
    var end = frames[request - 1].reset(0, after: 20)
    end.time = Timestamp(nanoseconds: frames[answer - 1].time.nanoseconds + 20_000_000)
    end.flags = [.fin, .ack]
    end.acknowledgment = frames[answer - 1].sequence &+ UInt32(frames[answer - 1].payloadLength)
    copy.frames = Array(frames[..<answer]) + [end]
    return copy
  }
}
