import Packets
import Protocols
import Transcripts

extension Rule {
  static let guestCannotSign = Rule(
    id: "guest-cannot-sign",
    severity: .error,
    phase: .signing,
    nature: .status,
    needs: [.end],
    supersededBySuccess: true,
    summary: "The session has no key to sign with, but signing is required or the client signs anyway.",
    explanation: whenSigningIsRequired + """
      The server granted a guest or anonymous session. Either the client signs in this session, although there is no \
      key, and the server refuses the signature with STATUS_ACCESS_DENIED. That has nothing to do with permissions: \
      the same guest gets in unsigned. Or one side requires signing, and the connection ended without a share. smbdx \
      does not report sessions that work.
      """,
    whenBenign: "When a guest session was not intended anyway.",
    howToVerify: "Connect with an account that the server knows, or as guest with smbclient, which then does not sign.",
    causes: [
      "the server maps an unknown user or a wrong password to guest", "a device that knows only guest access",
      "a client that sends no credentials",
    ],
    remedies: [.realCredentials, .mapToGuestSamba, .storedWindowsCredentials],
    references: ["MS-SMB2 3.2.4.1.1", "MS-SMB2 3.2.5.3.1", "MS-SMB2 3.3.5.5.3"]
  ) { transcript in
    guard let session = transcript.mainSession, session.isEstablished, session.hasNoKey,
      !transcript.trees.contains(where: { $0.isConnected && $0.sessionID == session.id })
    else { return [] }
    if let tree = transcript.treeRefusedToSigningGuest(session) { return [transcript.signedWithoutKey(session, tree)] }
    guard transcript.requiresSigning, transcript.ending != nil else { return [] }
    // A client that only logs on and off again has got what it came for, and Windows asks for an anonymous session beside that of its user.
    guard !transcript.wasLeftOrderly || !transcript.trees.isEmpty, !transcript.trees.contains(where: { $0.isConnected && !$0.isPipeShare }) else { return [] }
    return [
      Observation(
        .likely, "signing is required, but \(session.who) has \(session.kindWithoutKey) session without a key",
        evidence: transcript.evidence(of: session) + transcript.endEvidence,
        causes: session.identity.isAnonymous
          ? ["the client sends no credentials"]
          : session.isAccountOfGuest
            ? ["the client logs on with the account Guest, whose sessions have no key", "a device that knows only guest access"]
            : ["the server maps an unknown user or a wrong password to guest", "a device that knows only guest access"])
    ]
  }
}

extension Session {
  fileprivate var kindWithoutKey: String { flags.contains(.isGuest) ? "a guest" : "an anonymous" }
}

extension Transcript {
  /// The client signs in a session that has no key, and the server refuses that.
  fileprivate func signedWithoutKey(_ session: Session, _ tree: Tree) -> Observation {
    let kind = session.kindWithoutKey
    var observation = Observation(
      .proven,
      "\(session.who) has \(kind) session, which has no key, but the client signs in it: the server refuses the signature",
      evidence: evidence(of: session).suffix(1)
        + [
          Evidence(tree.requestStamp.frame, .client, "TREE_CONNECT request for \(tree.path), signed in \(kind) session"),
          Evidence(tree.replyStamp?.frame, .server, "TREE_CONNECT response: \(NTStatus.accessDenied)"),
        ].compactMap(\.self) + endEvidence,
      causes: [
        "a fault in the client's software: messages of \(kind) session must not be signed"
          + (requiresSigning ? ", although signing is required here" : ""),
        "the server made the user a guest, after an unknown user or a wrong password",
      ], goal: goal(of: tree))
    observation.remedies = [.realCredentials, .patchClient, .mapToGuestSamba, .storedWindowsCredentials]
    return observation
  }

  /// A share that was refused to a session without a key, after the client had signed the request.
  fileprivate func treeRefusedToSigningGuest(_ session: Session) -> Tree? {
    trees.last { tree in
      guard tree.sessionID == session.id, tree.replyStamp?.status == .accessDenied else { return false }
      if case .guestSigned = treeDenial(of: tree) { return true }
      return false
    }
  }
}
