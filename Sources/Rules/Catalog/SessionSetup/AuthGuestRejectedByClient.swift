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

      Some programs connect the share first and leave it unused, because a guest session has no key to sign with or to \
      validate NEGOTIATE with. The finding is then only a warning: a program that tests the share does the same.
      """,
    whenBenign: "When the client gets in soon afterwards with another account. The finding is then only a note. Or when a program only tests whether the share exists.",
    howToVerify: "Look for event 31017 in Microsoft-Windows-SmbClient/Security on the client.",
    causes: [
      "the server maps an unknown user or a wrong password to guest",
      "a device that knows only guest access, and a client that refuses it",
    ],
    remedies: [.realCredentials, .mapToGuestSamba, .insecureGuestWindows],
    references: ["MS-SMB2 3.2.5.3.1"]
  ) { transcript in
    if let unused = transcript.leftShareAsGuest { return [unused] }
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

extension Transcript {
  /// The guest gets a share, and the client disconnects it at once without having asked for anything on it.
  ///
  /// Who closes without a goodbye has a rule of its own.
  fileprivate var leftShareAsGuest: Observation? {
    guard end.diagnosis == .left(.share), wasLeftOrderly, let tree = trees.last, tree.isConnected, trees.count(where: { !$0.isPipeShare }) == 1,
      let session = session(of: tree), session.flags.contains(.isGuest), !session.identity.isAnonymous, traffic.firstTreeUse == nil,
      traffic.encryptedMessages == 0, !visibility.startsMidstream, let granted = tree.replyStamp, let left = traffic.turnedAway,
      (.zero ... End.promptness).contains(left.time.since(granted.time))
    else { return nil }
    return Observation(
      .possible, "\(serverName) makes \(session.who) a guest, and the client disconnects \(tree.path) without having opened anything on it",
      evidence: evidence(of: session) + evidence(of: tree).suffix(1)
        + [Evidence(left.number, .client, "the client leaves, \(left.time.since(granted.time)) later")],
      severity: .warning,
      causes: [
        "the client needs a key to sign with or to validate NEGOTIATE with, and the session of a guest has none: the server maps an unknown user or a wrong password to guest",
        "a program that only tests whether the share exists",
      ], goal: goal(of: tree))
  }
}
