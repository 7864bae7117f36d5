import Packets
import Protocols
import Transcripts

extension Rule {
  static let vniAbortedByThirdParty = Rule(
    id: "vni-aborted-by-third-party",
    severity: .critical,
    phase: .validateNegotiate,
    nature: .reset,
    needs: [.answerToValidation],
    summary: "Something on the path reset the connection during Validate Negotiate.",
    explanation: whatEndsAValidation + """
      Here the reset has the address of one of the two hosts, but several signs (hop limit, IP ID, sequence number, \
      timing, hardware address) show that another device sent it. The signs are listed as evidence under \
      rst-injected-by-third-party.

      smbdx does not report resets that look like the host's other segments: the host really sent those.
      """,
    whenBenign: "Never. A device on the path ends connections.",
    howToVerify: "Record on the other host at the same time. The reset is missing there, or looks different.",
    causes: [
      "a firewall, intrusion prevention system or WAN optimizer that resets what it cannot inspect or has altered",
      "endpoint security software on one of the hosts",
    ],
    remedies: [.findInjector, .wanOptimizer, .captureOtherSideOfReset],
    references: ["RFC 9293 3.5.2", "MS-SMB2 3.3.5.15.12"]
  ) { transcript in
    guard let abort = transcript.validationAbort, abort.validation.responseStamp == nil,
      transcript.wasResetByThirdParty, let forged = transcript.forgedReset
    else { return [] }
    return [
      Observation(
        .likely, "a reset that the \(transcript.peer(forged.termination.side).rawValue) did not send ended the connection during Validate Negotiate",
        evidence: transcript.evidence(of: abort.validation)
          + [transcript.evidence(of: forged.termination, after: abort.validation.requestStamp)]
          + forged.evidence,
        comparison: abort.validation.comparison(with: transcript.negotiation))
    ]
  }
}
