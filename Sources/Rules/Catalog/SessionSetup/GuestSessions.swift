import Packets
import Protocols
import Transcripts

/// Sessions without a user: guest and anonymous.
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

  static let authGuestRejectedByClient = Rule(
    id: "auth-guest-rejected-by-client",
    severity: .error,
    phase: .sessionSetup,
    nature: .reset,
    needs: [.end],
    supersededBySuccess: true,
    summary: "The client left at once because the server granted it only a guest session.",
    explanation: """
      The server answered with a guest session, and the client closed the connection without connecting a share. \
      Windows does this when insecure guest logons are disabled, which is the default today. It shows error \
      0x80070035 or “your organization's security policies block unauthenticated guest access” and logs event 31017.
      """,
    whenBenign: "When the client gets in soon afterwards with another account. The finding is then only a note.",
    howToVerify: "Look for event 31017 in Microsoft-Windows-SmbClient/Security on the client.",
    causes: [
      "the server maps an unknown user or a wrong password to guest",
      "a device that knows only guest access, and a client that refuses it",
    ],
    remedies: [.realCredentials, .mapToGuestSamba, .insecureGuestWindows],
    references: ["MS-SMB2 3.2.5.3.1"]
  ) { transcript in
    guard let session = transcript.mainSession, session.isEstablished, session.flags.contains(.isGuest), !session.identity.isAnonymous,
      transcript.trees.isEmpty, transcript.traffic.encryptedMessages == 0, let granted = session.replyStamp,
      !transcript.visibility.mayHideMessages(from: .client, behind: granted.frame), let termination = transcript.ending, transcript.peer(termination.side) == .client,
      (.zero ... .seconds(5)).contains(termination.stamp.time.since(granted.time)), !transcript.wasResetByThirdParty
    else { return [] }
    return [
      Observation(
        .likely, "the client leaves as soon as \(transcript.serverName) makes \(session.who) a guest",
        evidence: transcript.evidence(of: session) + [transcript.evidence(of: termination, after: granted)])
    ]
  }

  static let authAnonymous = Rule(
    id: "auth-anonymous",
    severity: .info,
    phase: .sessionSetup,
    nature: .note,
    supersededBySuccess: true,
    summary: "The session is anonymous: the client sent no user.",
    explanation: """
      The client sent no user name and no proof of a password, and the server accepted that. On current servers such \
      a session reaches little more than IPC$. It is normal for browsing and for a first look at a server. It is a \
      warning if the server then refuses a share, because the client probably should have sent the user's \
      credentials.
      """,
    whenBenign: "When the session serves browsing, DFS, or a first look at a domain controller. Most anonymous sessions do.",
    howToVerify: "Check in the program's settings whether it has an account.",
    causes: ["the program did not pass the user's credentials", "an anonymous session was asked for"],
    remedies: [.reconnectAs, .credentialsLinux, .storedWindowsCredentials],
    references: ["MS-NLMP 3.2.5.1.2", "MS-SMB2 2.2.6"]
  ) { transcript in
    transcript.sessions.filter { $0.isEstablished && ($0.identity.isAnonymous || $0.flags.contains(.isNull)) }.prefix(1).map { session in
      let refused = transcript.trees.first {
        $0.sessionID == session.id && $0.replyStamp?.status?.isError == true
      }
      let before = transcript.sessions.first {
        $0.refusal != nil && !$0.identity.isAnonymous && $0.requestStamp.frame < session.requestStamp.frame
      }
      return Observation(
        .proven, "the session is anonymous" + (refused.map { ", and the server refuses it \($0.path)" } ?? ""),
        evidence: transcript.evidence(of: session) + (refused.map(transcript.evidence(of:))?.suffix(1) ?? []),
        severity: refused == nil || before != nil ? nil : .warning,
        causes: before.map { ["the client continues without a user, because the server refused \($0.who)"] }, goal: Goal())
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
