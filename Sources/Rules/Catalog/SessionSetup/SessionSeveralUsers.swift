import Packets
import Protocols
import Transcripts

extension Rule {
  static let sessionSeveralUsers = Rule(
    id: "session-several-users",
    severity: .info,
    phase: .sessionSetup,
    nature: .note,
    summary: "Several users share one connection.",
    explanation: """
      The client set up sessions for more than one user on the same connection, for example a Linux client with \
      mounts under several accounts, or a terminal server. The server may refuse one user what it grants another: \
      the findings name the user.
      """,
    whenBenign: "Always, as long as each user has the intended access.",
    howToVerify: "Look at the logon of each user in the evidence.",
    remedies: [.reconnectAs],
    references: ["MS-SMB2 3.3.5.5"]
  ) { transcript in
    guard transcript.sessions.count > 1 else { return [] }
    var seen: Set<String> = []
    let users = transcript.sessions.filter { session in
      guard session.isEstablished, !session.hasNoKey, let user = session.identity.user, !user.isEmpty else { return false }
      return seen.insert(user.lowercased()).inserted
    }
    guard users.count > 1 else { return [] }
    return [
      Observation(
        .proven, "the connection carries sessions of \(users.prefix(4).map(\.who).joined(separator: ", "))",
        evidence: users.prefix(4).compactMap { Evidence($0.establishedFrame, .server, "the session of \($0.who) is established") })
    ]
  }
}
