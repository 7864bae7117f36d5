import Protocols
import Transcripts

extension Rule {
  static let negotiateUnexpectedDialect = Rule(
    id: "negotiate-unexpected-dialect",
    severity: .critical,
    phase: .negotiate,
    nature: .wrongValue,
    needs: [.negotiate],
    summary: "The server chose a dialect the client did not offer.",
    explanation: """
      The client lists its dialects in NEGOTIATE and the server chooses one of them. This answer names another one. \
      A client that checks it ends the connection here.

      Look first for a device between the two that rewrites NEGOTIATE. 0x02FF does not count: it is the correct \
      answer to a multi-protocol (SMB1) request.
      """,
    whenBenign: "Never. A client has to close such a connection.",
    howToVerify: "Record on the other host as well, and compare the dialects of the same NEGOTIATE in both captures.",
    causes: [
      "a device on the path rewrites the client's list or the server's choice",
      "a bug in the server",
    ],
    remedies: [.wanOptimizer, .captureOtherSide, .patchBoth],
    references: ["MS-SMB2 3.3.5.4", "MS-SMB2 3.2.5.2"]
  ) { transcript in
    guard let negotiation = transcript.negotiation, let chosen = negotiation.chosen, chosen != .wildcard,
      !negotiation.offered.isEmpty, !negotiation.offered.contains(chosen)
    else { return [] }
    let isLibrary = transcript.serverSoftware == .impacket
    let isOldServer = !isLibrary && chosen == .smb202 && negotiation.offered.min() == .smb210
    return [
      Observation(
        .proven, "the server chose SMB \(chosen), which the client did not offer",
        evidence: [
          Evidence(negotiation.requestStamp?.frame, .client, negotiateRequest(offering: negotiation.offered)),
          Evidence(negotiation.responseStamp?.frame, .server, "NEGOTIATE response: DialectRevision \(chosen.hex)"),
        ].compactMap(\.self) + transcript.endEvidence, causes: isLibrary ? libraryCauses : isOldServer ? oldServerCauses : nil,
        firstRemedies: isLibrary ? [.patchServer] : isOldServer ? [.olderDialectInClient] : [])
    ]
  }

  private static let oldServerCauses = [
    "the server knows only SMB 2.0.2 and answers with it whatever the client offers (old routers and NAS)",
    "a device on the path rewrites the client's list or the server's choice",
  ]

  private static let libraryCauses = [
    "the server's software: it looks like a server made with impacket, which chooses SMB 2.0.2 whatever the client offers",
    "a device on the path rewrites the client's list or the server's choice",
  ]
}
