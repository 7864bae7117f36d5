import Protocols
import Transcripts

extension Rule {
  static let vniResponseBadStructure = Rule(
    id: "vni-response-bad-structure",
    severity: .error,
    phase: .validateNegotiate,
    nature: .wrongValue,
    needs: [.answerToValidation],
    summary: "The answer to Validate Negotiate is malformed.",
    explanation: """
      A successful answer carries exactly 24 bytes: capabilities, GUID, signing policy and dialect of the server. \
      This one has another length or is unreadable. The client treats it as a failed validation.

      First check whether the server is a third-party product with an available update. Then look for a device that \
      rebuilds SMB messages. An answer with an error status has another form, and this rule does not report it.
      """,
    whenBenign: "Never. A client that checks the answer treats it as a failure.",
    howToVerify: "Record on the server as well. If the answer leaves the server in this form, the server is at fault; otherwise the path is.",
    causes: ["a bug in the server", "a device on the path that rebuilds SMB messages"],
    remedies: [.patchBoth, .wanOptimizer, .captureOtherSide],
    references: ["MS-SMB2 2.2.32.6", "MS-SMB2 3.2.5.14.12"]
  ) { transcript in
    transcript.validations.filter { $0.status == .success && $0.response == nil && !$0.isCut }.prefix(1).map { validation in
      let problem =
        if let count = validation.outputCount, count != 24 {
          "it carries \(count) bytes instead of 24"
        } else {
          "its fields lie outside the message"
        }
      return Observation(
        .proven, "the answer to Validate Negotiate is malformed: \(problem)",
        evidence: transcript.evidence(of: validation) + transcript.endEvidence)
    }
  }
}
