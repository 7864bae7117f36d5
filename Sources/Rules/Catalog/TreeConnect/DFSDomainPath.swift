import Packets
import Protocols
import Transcripts

extension Rule {
  static let dfsDomainPath = Rule(
    id: "dfs-domain-path",
    severity: .error,
    phase: .treeConnect,
    // The name in the path is wrong, which explains the status.
    nature: .wrongValue,
    supersededBySuccess: true,
    summary: "The path begins with the name of the domain, but the domain controller has no such DFS namespace.",
    explanation: """
      The path has the domain's name as its server, so it should belong to a DFS namespace of the domain: \
      \\\\domain\\namespace\\folder. The name leads to a domain controller, which has to answer a referral request \
      with the servers of the namespace. This one does not know the namespace, and has no share of that name either.
      """,
    whenBenign: "For SYSVOL and NETLOGON. Every domain controller has these shares, and smbdx does not report them.",
    howToVerify: "Open the share by the name of the file server itself. If that works, only the namespace is missing.",
    causes: causes,
    remedies: [.domainNamespaces, .openByServerName, .dfsSamba],
    references: ["MS-DFSC 3.1.4.2", "MS-SMB2 3.3.5.7"]
  ) { transcript in
    transcript.trees.compactMap { tree in
      guard tree.replyStamp?.status == .badNetworkName,
        !tree.isPipeShare, let host = tree.path.targetHost, let domain = transcript.domain(called: host)
      else { return nil }
      let referral = transcript.referrals.last { referral in
        referral.requestStamp.frame < tree.requestStamp.frame && referral.targets.isEmpty && referral.replyStamp?.status?.isError == true
          && referral.path.targetHost?.lowercased() == host.lowercased()
      }
      let name = tree.path.split(separator: "\\").dropFirst().first.map(String.init) ?? tree.share
      let asksNothing = referral == nil && transcript.hasAskedNoReferral
      return Observation(
        asksNothing ? .likely : .proven,
        "\(tree.path) names the domain \(domain.name) instead of a server, and "
          + (asksNothing
            ? "the client asked for no DFS referral: \(transcript.server.address) has no share “\(name)” itself"
            : "\(transcript.server.address) has neither a DFS namespace\(referral == nil ? "" : " (the client asked for a referral)") nor a share “\(name)”"),
        evidence: [
          Evidence(domain.frame, .server, domain.note),
          Evidence(referral?.requestStamp.frame, .client, "referral request for \(referral?.path ?? "")"),
          Evidence(referral?.replyStamp?.frame, .server, "IOCTL response: \(referral?.replyStamp?.status ?? .success)"),
          Evidence(tree.requestStamp.frame, .client, "TREE_CONNECT request for \(tree.path)"),
          Evidence(tree.replyStamp?.frame, .server, "TREE_CONNECT response: \(NTStatus.badNetworkName)"),
        ].compactMap(\.self),
        causes: asksNothing
          ? [
            "the client's program does not support DFS: the servers of a namespace are found only by a referral, and a domain controller seldom is one of them"
          ] + (tree.hasFolderBehindShare ? ["the path continues after the namespace's name, but TREE_CONNECT accepts only the share"] : []) + causes : nil,
        firstRemedies: asksNothing ? [.clientWithDFS] : [], goal: transcript.goal(of: tree))
    }
  }

  private static let causes = [
    "the domain has no namespace of this name, or its name is spelled differently",
    "the user meant the file server, but entered the domain's name",
    "a Samba domain controller, which has no domain-based namespaces",
  ]
}

extension Transcript {
  /// The recording begins with the connection, and the client asks for no target of DFS on it.
  fileprivate var hasAskedNoReferral: Bool { referrals.isEmpty && !visibility.mayHideMessages(from: .client) && !visibility.startsMidstream }
}

extension Remedy {
  static let domainNamespaces = Remedy(
    "On a Windows administrator's workstation list the namespaces of the domain:", command: "Get-DfsnRoot -Domain DOMAIN")
  static let clientWithDFS = Remedy(
    "Use a client that follows DFS referrals (Windows, smbclient, a Linux mount without the option nodfs), or switch DFS on in this program, or give it the path of the target itself.")
  static let openByServerName = Remedy(#"Open the share by the name of the file server that has it: \\server\share."#)
}

extension Transcript {
  /// The domain's DNS name, when that is what the client calls the server: from the CHALLENGE, or from the realm of the ticket.
  func domain(called host: String) -> (name: String, frame: Int?, note: String)? {
    let name = host.lowercased()
    guard !name.isAddressLiteral else { return nil }
    for session in sessions {
      if let ntlm = session.ntlm, let domain = ntlm.nbDomainName, domain.lowercased() == name,
        ![ntlm.nbComputerName, ntlm.dnsComputerName].contains(where: { $0.map { isSameHost($0, name) } ?? false })
      {
        return (domain, ntlm.challengeFrame ?? session.replyStamp?.frame, "the server's NTLM challenge: its domain is \(domain)")
      }
      guard name.contains(".") else { continue }
      if let ntlm = session.ntlm, let domain = ntlm.dnsDomainName, domain.lowercased() == name,
        ntlm.dnsComputerName?.lowercased() != name
      {
        return (domain, ntlm.challengeFrame ?? session.replyStamp?.frame, "the server's NTLM challenge: its domain is \(domain)")
      }
      if session.identity.mechanism == .kerberos, let realm = session.identity.domain, realm.lowercased() == name {
        return (realm, session.replyStamp?.frame, "Kerberos logon in the realm \(realm)")
      }
    }
    return nil
  }
}
