import Protocols
import Transcripts

extension Rule {
  static let vniRequestMalformed = Rule(
    id: "vni-request-malformed",
    severity: .warning,
    phase: .validateNegotiate,
    nature: .wrongValue,
    summary: "The Validate Negotiate request is malformed.",
    explanation: """
      The request must list the dialects that the client offered: at least one, and the list must end where the \
      message ends. This request has no dialects, or its length does not match its list. Its fields do not prove \
      what the client sent in NEGOTIATE, so smbdx does not compare them.

      Usually the recording is the cause: segments that are misplaced, overlap or were put together wrongly. First \
      look at the other findings about the recording.
      """,
    whenBenign: "When the client continues. The server then received a request that it accepted.",
    howToVerify: "Record on the server as well. If the request arrives in this form there, too, the client is at fault; otherwise the path or this recording is.",
    causes: [
      "misplaced or damaged segments in the recording", "a device on the path that rebuilds SMB messages",
      "a bug in the client",
    ],
    remedies: [.captureOtherSide],
    references: ["MS-SMB2 2.2.31.4", "MS-SMB2 3.3.5.15.12"]
  ) { transcript in
    transcript.validations.filter(\.isMalformed).prefix(1).compactMap { validation in
      guard let request = validation.request else { return nil }
      let problem =
        request.dialects.isEmpty
        ? "it lists no dialects" : "its list of \(request.dialects.count) dialects does not match its \(request.inputCount) bytes"
      return Observation(
        .likely, "the Validate Negotiate request is malformed: \(problem)", evidence: transcript.evidence(of: validation))
    }
  }
}
