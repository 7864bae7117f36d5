import Packets
import Protocols
import Transcripts

extension Rule {
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
