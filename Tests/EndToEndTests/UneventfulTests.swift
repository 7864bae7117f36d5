import Capture
import Diagnosis
import Foundation
import Packets
import Rules
import Testing
import Transcripts

@testable import smbdx

/// Where everything went well, rules about statuses, resets and silence are not asked.
@Suite struct UneventfulTests {
  private static func transcripts(of fixture: Fixture) throws -> [Transcript] {
    var transcripts: [Transcript] = []
    var analysis = Analysis(onTranscript: { transcripts.append($0) })
    try Recording(paths: [fixture.capture.path]).forEachFrame { frame, _, bytes in analysis.accept(frame, bytes) }
    _ = analysis.finish()
    return transcripts
  }

  @Test func leavesNothingUnsaid() throws {
    var uneventful = 0
    for fixture in Fixture.all {
      for transcript in try Self.transcripts(of: fixture) where transcript.isUneventful {
        uneventful += 1
        #expect(transcript.outcome == .established)
        #expect(Need.allCases.allSatisfy { transcript.obstacle(to: $0) == nil }, "\(fixture)")
        for rule in Rule.all where [.status, .reset, .silence].contains(rule.nature) {
          if case .connection(let judge) = rule.judge { #expect(judge(transcript).isEmpty, "\(fixture): \(rule.id)") }
        }
      }
    }
    #expect(uneventful > 5)
  }

  @Test(arguments: ["vni-aborted-by-server", "session-setup-unanswered", "tree-access-denied"])
  func isNoneOfThemThatFailed(name: String) throws {
    let fixture = try #require(Fixture.all.first { $0.name == name })
    #expect(try Self.transcripts(of: fixture).allSatisfy { $0.outcome == .established || !$0.isUneventful })
  }
}
