import Packets
import Protocols
import Transcripts

extension Rule {
  static let dfsReferralRefused = Rule(
    id: "dfs-referral-refused",
    severity: .error,
    phase: .treeConnect,
    nature: .status,
    needs: [.end],
    supersededBySuccess: true,
    summary: "The client asked for a DFS referral, got no target, and left without a share.",
    explanation: """
      To open a path of a DFS namespace the client asks a server for its targets, on the share IPC$. This server answered \
      with an error or with an empty list, and the client left without connecting any share. Clients ask the same of \
      servers without DFS and then connect the share directly; smbdx does not report that.
      """,
    whenBenign: "When the client asks another server of the namespace, outside of this recording.",
    howToVerify: "Open the same path from another client, and the path of the target itself (\\\\server\\share) from this one.",
    causes: [
      "the namespace or the link has no target that is enabled", "the DFS Namespace service does not run on this server",
      "the domain has no namespace of this name, or its name is spelled differently",
    ],
    remedies: [.dfsWindows, .dfsSamba, .serverLogs],
    references: ["MS-DFSC 3.1.5.1", "MS-DFSC 3.1.4.2"]
  ) { transcript in
    guard let termination = transcript.ending, transcript.peer(termination.side) == .client,
      !transcript.isForgottenByClient, transcript.forgedReset == nil, let referral = transcript.referrals.last,
      let reply = referral.replyStamp, referral.targets.isEmpty, reply.status?.isError == true || referral.isEmpty,
      // `\\server` and an empty path ask for the domains that the server knows.
      referral.path.split(separator: "\\").count > 1,
      // Nothing else was asked, and nothing of it can be missing.
      !transcript.traffic.lastAsk.isBehind(frame: referral.requestStamp.frame), !transcript.visibility.mayHideMessages(from: .client),
      transcript.traffic.encryptedMessages == 0, !transcript.trees.contains(where: { !$0.isPipeShare })
    else { return [] }
    let isOfDomain = referral.path.targetHost.flatMap(transcript.domain(called:)) != nil
    let answer = reply.status == .success ? "an empty list of targets" : "\(reply.status ?? .success)"
    return [
      Observation(
        .likely, "\(transcript.serverName) answers the referral request for \(referral.path) with \(answer), and the client leaves without a share",
        evidence: [
          Evidence(referral.requestStamp.frame, .client, "referral request for \(referral.path)"),
          Evidence(reply.frame, .server, "IOCTL response: \(answer)"),
        ].compactMap(\.self) + transcript.endEvidence,
        causes: isOfDomain ? Rule.dfsDomainPath.causes : nil, firstRemedies: isOfDomain ? [.domainNamespaces, .openByServerName] : [],
        goal: Goal(user: transcript.mainSession?.account, share: referral.path))
    ]
  }
}
