import Protocols
import Transcripts

extension Rule {
  static let vniRequestMalformed = Rule(
    id: "vni-request-malformed",
    severity: .warning,
    phase: .validateNegotiate,
    nature: .wrongValue,
    summary: "The Validate Negotiate request does not have the form it must have.",
    explanation: """
      The request lists the dialects that the client offered: at least one, and the list ends where the message ends. This \
      request has no dialects, or its length does not fit its list. Its fields are no evidence of what the client sent \
      in NEGOTIATE, so they are not compared.

      Most often the recording is the cause: segments that are misplaced, overlap or were put together wrongly. Look at \
      the other findings about the recording first.
      """,
    harmless: "When the client goes on: then the server received a request that it accepted.",
    confirmation: "Record on the server too: whether the request arrives in this form tells client from path and recording.",
    causes: [
      "segments that the recording shows misplaced or damaged", "a device on the path that rebuilds SMB messages",
      "a bug in the client",
    ],
    remedies: [.captureOtherSide],
    references: ["MS-SMB2 2.2.31.4", "MS-SMB2 3.3.5.15.12"]
  ) { transcript in
    transcript.validations.filter(\.isMalformed).prefix(1).compactMap { validation in
      guard let request = validation.request else { return nil }
      let problem =
        request.dialects.isEmpty
        ? "it lists no dialects" : "its list of \(request.dialects.count) dialects does not fit its \(request.inputCount) bytes"
      return Observation(
        .likely, "the Validate Negotiate request is malformed: \(problem)", evidence: transcript.evidence(of: validation))
    }
  }
}
