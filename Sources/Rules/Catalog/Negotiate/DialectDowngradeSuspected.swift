import Protocols
import Transcripts

extension Rule {
  static let dialectDowngradeSuspected = Rule(
    id: "dialect-downgrade-suspected",
    severity: .warning,
    phase: .negotiate,
    nature: .note,
    summary: "The server chose an older dialect than elsewhere, although the client offers the newer one.",
    explanation: """
      The same server chose a higher dialect on another connection of this recording, and this client offers that \
      dialect too. Something prevented its use: a device that rewrites NEGOTIATE, or a change of the server's \
      settings in between.

      An old client beside a modern one is no downgrade. Neither is an additional channel, because it offers only \
      one dialect. Only Validate Negotiate or SMB 3.1.1 can prove tampering.
      """,
    whenBenign: "When the server's limits were changed between the two connections, or the client has a maximum dialect set.",
    howToVerify: "Record on both hosts at the same time and compare the dialects in NEGOTIATE: a difference proves tampering.",
    causes: [
      "a device between this capture point and the server rewrites NEGOTIATE",
      "the server was set to another maximum between the two connections",
    ],
    remedies: [.captureOtherSide, .wanOptimizer, .alignDialectsWindows, .alignDialectsSamba],
    references: ["MS-SMB2 3.3.5.4", "MS-SMB2 3.2.5.14.12"],
    judge: .recordingIndex { candidate, recordingIndex in
      guard !candidate.isAdditionalChannel, candidate.chosen != .wildcard,
        let best = recordingIndex.highestChoice(of: candidate.server), best.dialect > candidate.chosen,
        candidate.offered.contains(best.dialect)
      else { return [] }
      var evidence = [
        Evidence(candidate.requestFrame, .client, negotiateRequest(offering: candidate.offered)),
        Evidence(candidate.responseFrame, .server, "NEGOTIATE response: SMB \(candidate.chosen)"),
        Evidence(best.frame, .server, "the same server chooses SMB \(best.dialect) on another connection"),
      ]
      if let longest = recordingIndex.longestOffer(of: candidate.clientGUID), longest.dialects.count > candidate.offered.count {
        evidence.append(Evidence(longest.frame, .client, "the same client offers SMB \(list(longest.dialects))"))
      }
      return [
        Observation(
          .possible,
          "SMB \(candidate.chosen) was chosen, although client and server both have SMB \(best.dialect)",
          evidence: evidence)
      ]
    })
}
