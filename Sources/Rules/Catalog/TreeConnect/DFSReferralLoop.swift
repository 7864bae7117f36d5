import Packets
import Protocols
import Transcripts

extension Rule {
  static let dfsReferralLoop = Rule(
    id: "dfs-referral-loop",
    severity: .error,
    phase: .treeConnect,
    nature: .wrongValue,
    supersededBySuccess: true,
    summary: "A DFS link leads back to itself.",
    explanation: """
      The client asked where the data of a DFS link is, and the server answered with the path of the link itself. The client \
      then asks for the same path again, until it gives up or its limit of steps is reached. Nothing behind the link can be \
      opened. Several targets are fine as long as one of them is another path.
      """,
    whenBenign: "Never for a link. The root of a namespace may name itself as its target, and smbdx does not report that.",
    howToVerify: "Look at the targets of the link on the namespace server.",
    causes: ["the target of the link is the link itself: it was entered with the path of the namespace instead of the path of the file server's share"],
    remedies: [.dfsWindows, .dfsSamba],
    references: ["MS-DFSC 3.1.5.4", "MS-DFSC 3.1.5.1"]
  ) { transcript in
    guard let loop = transcript.referrals.first(where: \.leadsToItself) else { return [] }
    let again = transcript.referrals.last { $0.path.lowercased() == loop.path.lowercased() && $0.requestStamp.frame > loop.requestStamp.frame }
    return [
      Observation(
        .proven, "\(transcript.serverName) refers the client from \(loop.path) to the same path",
        evidence: [
          Evidence(loop.requestStamp.frame, .client, "referral request for \(loop.path)"),
          Evidence(loop.replyStamp?.frame, .server, "IOCTL response: the only target is \(loop.targets[0])"),
          Evidence(again?.requestStamp.frame, .client, "referral request for the same path again"),
        ].compactMap(\.self), goal: Goal(user: transcript.mainSession?.account, share: loop.path))
    ]
  }
}

extension Referral {
  /// A link, and all its targets are the link.
  fileprivate var leadsToItself: Bool {
    let own = parts(path)
    return own.count >= 3 && !targets.isEmpty && targets.allSatisfy { parts($0) == own }
  }

  private func parts(_ path: String) -> [Substring] { path.lowercased().split(separator: "\\") }
}
