import Protocols
import Transcripts

extension Rule {
  static let negotiateNoPreauthHash = negotiateStatus(
    id: "negotiate-no-preauth-hash",
    summary: "Client and server have no preauthentication hash in common.",
    explanation: """
      SMB 3.1.1 protects its own negotiation with a hash, and both sides must support the same one. SHA-512 is the \
      only one that exists. So if the server finds no common hash, it received a list without SHA-512.
      """,
    causes: [
      "a device on the path rewrites the list of negotiate contexts",
      "a bug in the client or in the server",
    ],
    remedies: [.captureOtherSide, .wanOptimizer, .patchBoth], references: ["MS-SMB2 3.3.5.4", "MS-SMB2 2.2.3.1.1"]
  ) { $0 == .noPreauthHashOverlap }
}
