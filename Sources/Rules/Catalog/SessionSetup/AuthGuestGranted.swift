import Packets
import Protocols
import Transcripts

extension Rule {
  static let authGuestGranted = Rule(
    id: "auth-guest-granted",
    severity: .warning,
    phase: .sessionSetup,
    nature: .note,
    supersededBySuccess: true,
    summary: "The server made the user a guest instead of accepting or refusing the credentials.",
    explanation: """
      The client sent a user's credentials, and the server answered with a guest session. A guest has no key: nothing \
      can be signed or encrypted, and Validate Negotiate is not possible. Windows 10 Enterprise and Education, and \
      Windows Server 2016 and later, refuse such sessions by default.

      If signing or encryption is required and the guest gets no share, the finding is critical. Samba admits guests \
      unsigned although it requires signing. If the guest works, the finding is only a note.

      smbdx does not report clients that ask for guest or anonymous access.
      """,
    whenBenign: "When the shares are intended for guests.",
    howToVerify: "Run smbstatus on the Samba server. It shows the user of the session.",
    causes: [
      "“map to guest” on a Samba server or NAS, and an unknown user or a wrong password",
      "a device that opens its shares to guests with any credentials",
    ],
    remedies: [.realCredentials, .mapToGuestSamba, .insecureGuestWindows],
    references: ["MS-SMB2 3.2.5.3.1", "MS-SMB2 2.2.6"]
  ) { transcript in
    transcript.sessions.compactMap { session in
      guard session.isEstablished, session.flags.contains(.isGuest), session.offersCredentials else { return nil }
      let works = transcript.trees.contains { $0.sessionID == session.id && $0.isConnected && !$0.isPipeShare }
      // The recording may lack that a share was asked for, or the answer.
      let mayWork =
        transcript.outcome != .failed
        && (transcript.trees.contains { $0.sessionID == session.id && !$0.isPipeShare && $0.replyStamp == nil }
          || transcript.visibility.mayHideMessages(from: .client, behind: session.replyStamp?.frame ?? 0))
      let isCutShort = transcript.ending == nil && !transcript.trees.contains { $0.sessionID == session.id }
      let mustProtect = !works && !mayWork && (transcript.requiresSigning || session.flags.contains(.encryptData))
      return Observation(
        .proven,
        "\(transcript.serverName) accepts \(session.who) only as a guest"
          + (mustProtect ? ", although signing or encryption is required" : ""),
        evidence: transcript.evidence(of: session), severity: mustProtect ? .critical : works || isCutShort ? .info : nil,
        goal: Goal(user: session.account))
    }
  }
}

extension Session {
  /// The client sent a user's credentials, not the wish to be a guest.
  fileprivate var offersCredentials: Bool {
    if identity.mechanism == .kerberos { return true }
    guard let user = identity.user?.lowercased() else { return false }
    return !user.isEmpty && user != "guest" && !identity.isAnonymous
  }
}
