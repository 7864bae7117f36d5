import Protocols
import Transcripts

extension Rule {
  static let negotiateInvalidParameter = negotiateStatus(
    id: "negotiate-invalid-parameter",
    summary: "The server rejects the NEGOTIATE request as malformed.",
    explanation: """
      The server refuses the request itself: it has no dialects, the SIGNED flag is set, it offers SMB 3.1.1 without \
      the preauthentication context, or a context has a wrong length. If smbdx sees one of these, the finding names \
      it: the client is broken, or something changed its request.

      If nothing is wrong with the request, look at its contexts. Samba gives this answer if it has none of the \
      offered signing algorithms, and some old servers fail on a context that they do not know.
      """,
    causes: [
      "a device on the path rewrites NEGOTIATE",
      "a bug in the client",
    ],
    remedies: [.captureOtherSide, .wanOptimizer, .patchBoth], references: ["MS-SMB2 3.3.5.4"]
  ) { $0 == .invalidParameter }
}
