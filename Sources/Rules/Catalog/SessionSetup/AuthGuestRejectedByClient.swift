import Packets
import Protocols
import Transcripts

extension Rule {
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
}
