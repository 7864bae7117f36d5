import Protocols
import Transcripts

extension Rule {
  static let vniResponseBadStructure = Rule(
    id: "vni-response-bad-structure",
    severity: .error,
    phase: .validateNegotiate,
    nature: .wrongValue,
    needs: [.answerToValidation],
    summary: "The answer to Validate Negotiate does not have the form it must have.",
    explanation: """
      A successful answer carries exactly 24 bytes: capabilities, GUID, signing policy and dialect of the server. \
      This one has another length, or cannot be read. The client treats it as a failed validation.

      Look first whether the server is a third-party product with an update, then for a device that rebuilds SMB \
      messages. An answer with an error status has another form and is not meant here.
      """,
    harmless: "Never: a client that checks the answer treats it as a failure.",
    confirmation: "Record on the server too: whether the answer leaves it in this form tells server from path.",
    causes: ["a bug in the server", "a device on the path that rebuilds SMB messages"],
    remedies: [.patchBoth, .wanOptimizer, .captureOtherSide],
    references: ["MS-SMB2 2.2.32.6", "MS-SMB2 3.2.5.14.12"]
  ) { transcript in
    transcript.validations.filter { $0.status == .success && $0.response == nil }.prefix(1).map { validation in
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
