import Packets
import Protocols
import Transcripts

extension Rule {
  static let dfsTargetUnreachable = Rule(
    id: "dfs-target-unreachable",
    severity: .error,
    phase: .treeConnect,
    nature: .status,
    supersededBySuccess: true,
    summary: "The server that a DFS referral names cannot be used.",
    explanation: """
      The client asked for a path of a DFS namespace and was referred to another server. The connection to that \
      server failed, or the client could not resolve its name: see the evidence or the other finding. The namespace \
      itself works, but its link leads to a server that is down, not reachable from this client, or removed, or to a \
      name that this client cannot resolve.

      If no host on the client's network answers for the target's address (ARP, neighbour discovery), the client cannot \
      even try to connect. If the recording shows no attempt to reach any target, the finding is a warning: perhaps the \
      client could not resolve the name, or the recording has only the traffic of this server.
      """,
    whenBenign: "When the referral lists several targets and another one works.",
    howToVerify: "Open the target's own path on the same client, exactly as in the evidence.",
    causes: [
      "the target server is down, or a firewall keeps this client from it",
      "the link names a server or a share that was moved or removed",
    ],
    remedies: [.dfsTargets, .testPort445],
    references: ["MS-DFSC 3.1.5.4", "MS-SMB2 3.2.4.2"],
    judge: .attempt { one in one.failedTarget + one.unknownTargets + one.absentTargets + one.uncontactedTargets })
}

/// How far the client came at the target of a referral.
private enum TargetFailure {
  case connection, logon, share, permission

  /// - Parameter status: with which the server refuses the share.
  init(_ status: NTStatus?, isLogonRefused: Bool) {
    self = status == .accessDenied ? .permission : status != nil ? .share : isLogonRefused ? .logon : .connection
  }

  var words: String {
    switch self {
    case .connection: "the connection to that server fails"
    case .logon: "that server refuses the logon"
    case .share, .permission: "that server refuses the share"
    }
  }

  /// nil for those of the rule.
  var causes: [String]? {
    switch self {
    case .connection: nil
    case .logon: ["that server does not accept the user: see the other finding"]
    case .share: ["the link names a share that was renamed or removed", "the user may not use the share on that server"]
    case .permission: ["the user may not use the share on that server", "the link names a wrong share"]
    }
  }

  func remedies(of path: String) -> [Remedy]? {
    switch self {
    case .connection: nil
    case .logon: [.accountWindows, .accountSamba, .dfsTargets(of: path)]
    case .share: [.dfsTargets(of: path), .sharesOfServer]
    case .permission: [.sharePermissionsWindows, .sharePermissionsSamba, .dfsTargets(of: path)]
    }
  }
}

extension Case {
  /// The server of this case is the target, and the connection to it, or the share on it, failed.
  fileprivate var failedTarget: [Observation] {
    guard let referral = referrals.last else { return [] }
    let refused = connections.lazy.flatMap { connection in connection.trees.map { (connection, $0) } }.last {
      $0.1.replyStamp?.status?.isError == true && Goal.isSameShare($0.1.path, referral.target)
    }
    guard let failed = failedForGood.first ?? refused?.0 else { return [] }
    let share = refused?.0.id == failed.id ? refused?.1 : nil
    let failure = TargetFailure(share?.replyStamp?.status, isLogonRefused: failed.sessions.contains { $0.refusal != nil })
    var observation = Observation(
      referral.isNamed ? .proven : .likely,
      "the DFS referral for \(referral.path) leads to \(referral.target), but "
        + (referral.isNamed ? failure.words : "the connection that the client opens at once, to \(failed.server), fails"),
      evidence: [
        Evidence(referral.frame, .server, "referral of \(referral.server): \(referral.target)"),
        Evidence(failed.firstFrame.number, .client, "connection to \(failed.server)"),
        share.flatMap { Evidence($0.replyStamp?.frame, .server, "TREE_CONNECT response: \($0.replyStamp?.status ?? .success)") },
      ].compactMap(\.self), causes: failure.causes, remedies: failure.remedies(of: referral.path), connections: [failed.id])
    if referral.isNamed, failure == .connection {
      observation.origin = Observation.Origin(
        cause: "the DFS link \(referral.path) (or “msdfs proxy” of the share) names a server that was moved or removed: \(referral.target)",
        remedy: .correctLink(referral.path, to: failed.server.address.description))
    }
    return [observation]
  }

  /// The server of this case sent the client on to names that no resolver knows.
  fileprivate var unknownTargets: [Observation] {
    guard connections.contains(where: { !$0.referrals.isEmpty }), !lookups.names.isEmpty else { return [] }
    let known = hosts
    let lookups = Dictionary(grouping: lookups.names.filter(\.type.isAddress)) { $0.name.prefix { $0 != "." } }
    var seen: Set<[String]> = []
    return connections.flatMap { connection in
      connection.referrals.compactMap { referral -> Observation? in
        guard let reply = referral.replyStamp?.frame, !referral.targets.isEmpty, seen.insert(referral.targets).inserted
        else { return nil }
        // Each target must be one that cannot be found: the client takes any of them.
        var answers: [NameLookup] = []
        for target in referral.targets {
          guard let host = target.targetHost?.lowercased(), !host.isAddressLiteral, !known.contains(where: { isSameHost($0, host) }),
            let asked = vainSearch(for: host, behind: reply, lookups[host.prefix { $0 != "." }] ?? [])
          else { return nil }
          answers += asked
        }
        return connection.leadsNowhere(referral, reply, answers)
      }
    }
  }

  /// What was asked of DNS about a target after the referral; nil unless the answers say that it has no address.
  private func vainSearch(for host: String, behind reply: Int, _ lookups: [NameLookup]) -> [NameLookup]? {
    let asked = lookups.filter { isSameHost($0.name, host) && $0.start.number > reply }
    guard asked.contains(where: { $0.foundNothing }) || asked.contains(where: \.isAnswered),
      asked.allSatisfy({ $0.addresses.isEmpty && !$0.isIncomplete })
    else { return nil }
    return asked
  }
}

extension ConnectionBrief {
  /// - Parameter answers: what DNS said of the targets.
  fileprivate func leadsNowhere(_ referral: Referral, _ reply: Int, _ answers: [NameLookup]) -> Observation? {
    guard let host = referral.targets[0].targetHost else { return nil }
    let isProven = answers.contains(where: \.foundNothing)
    let isFailure = !isProven && answers.contains { $0.responseCode == .serverFailure }
    var observation = Observation(
      isProven ? .proven : .likely,
      "the DFS referral for \(referral.path) leads to \(referral.targets[0]), but DNS has no address for \(host)",
      evidence: [Evidence(reply, .server, "referral of \(server.address): \(referral.targets.joined(separator: ", "))")]
        + answers.prefix(6).compactMap(\.answerEvidence),
      causes: (isFailure ? ["the DNS server fails for this name (SERVFAIL): its forwarder, the zone or DNSSEC is at fault"] : [])
        + causesOfUnknownName(host) + ["the client does not ask the domain's DNS server"],
      goal: Goal(user: user, share: referral.path), connections: [id])
    let (record, names): (Remedy, [Remedy]) = (.record(of: host), host.contains(".") ? [] : [.fullNamesInReferrals, .dnsSuffix])
    // Without a plain no of DNS the name has to be looked up first.
    observation.remedies = (isProven ? names + [record] : [record] + names) + [.dfsTargets(of: referral.path)]
    return observation
  }

  private func causesOfUnknownName(_ host: String) -> [String] {
    host.contains(".")
      ? ["the link names a server that was renamed or removed, or DNS has no record of it"]
      : [
        "the link contains the server's short name, and this client cannot complete it: let referrals use full names, or give the client the DNS suffix",
        "the link names a server that was renamed or removed",
      ]
  }
}

extension Case {
  /// Nobody on the network has the address of any target.
  fileprivate var absentTargets: [Observation] {
    var seen: Set<[String]> = []
    return uncontacted.compactMap { referral in
      guard let search = referral.searches.first, let target = referral.targets.first(where: { leads($0, to: search.target) }),
        seen.insert(referral.targets).inserted
      else { return nil }
      var observation = Observation(
        .likely,
        "the DFS referral for \(referral.path) leads to \(target), but no host answers for \(search.target) (\(search.method))",
        evidence: [Evidence(referral.frame, .server, "referral of \(referral.server): \(referral.targets.joined(separator: ", "))")]
          + referral.searches.prefix(3).flatMap(\.evidence),
        causes: [
          "the target server is down, or has another address now",
          "the target's network is another one: a wrong subnet mask on the client, a wrong VLAN, or a cable",
        ], goal: Goal(user: connection(referral.connection)?.user, share: referral.path), connections: [referral.connection])
      observation.remedies = [.testTarget(target.targetHost), .dfsTargets(of: referral.path)]
      return observation
    }
  }

  private func leads(_ target: String, to address: IPAddress) -> Bool {
    guard let host = target.targetHost?.lowercased() else { return false }
    return host == address.description || lookups.names.contains { isSameHost($0.name, host) && $0.addresses.contains(address) }
  }

  /// The recording may be of one server only, so that this is no more than possible.
  fileprivate var uncontactedTargets: [Observation] {
    let unknown = lookups.names.filter { $0.type.isAddress && $0.addresses.isEmpty }
    return uncontacted.filter(\.searches.isEmpty).prefix(1).compactMap { referral in
      // What DNS says is told by another observation.
      guard let target = referral.targets.first, let host = target.targetHost,
        !unknown.contains(where: { isSameHost($0.name, host.lowercased()) && $0.isAnswered })
      else { return nil }
      let asked = unknown.filter { isSameHost($0.name, host.lowercased()) }
      var observation = Observation(
        asked.isEmpty ? .possible : .likely,
        "the DFS referral for \(referral.path) leads to \(target), but the recording shows no attempt of the client to connect to \(host)"
          + (asked.isEmpty ? "" : ": DNS does not answer for this name"),
        evidence: [Evidence(referral.frame, .server, "referral of \(referral.server): \(referral.targets.joined(separator: ", "))")]
          + asked.prefix(3).map { Evidence($0.start.number, .client, "DNS query: \($0.type) \($0.name), no answer") },
        // A client that looked the target up meant to go there.
        severity: asked.contains { !$0.isAnswered } && connection(referral.connection)?.endedBy != nil ? nil : .warning,
        causes: asked.deafResolver + [
          host.isAddressLiteral
            ? "the client does not follow the referral: an error in its DFS code, or in the list of targets"
            : "the client cannot resolve the name \(host)" + (host.contains(".") ? "" : ": it is a short name, which needs a DNS suffix"),
          "the recording contains only the traffic of this server, and the client did connect to \(host)",
        ], goal: Goal(user: connection(referral.connection)?.user, share: referral.path), connections: [referral.connection])
      observation.remedies = (asked.deafResolver.isEmpty ? [] : [.resolverOfClient]) + (host.isAddressLiteral ? [.testTarget(host)] : [.record(of: host)]) + [.dfsTargets(of: referral.path), .captureWhole] + (host.contains(".") ? [] : [.fullNamesInReferrals])
      return observation
    }
  }
}

extension [NameLookup] {
  /// Every resolver that was asked takes no questions.
  fileprivate var deafResolver: [String] {
    guard let resolver = first?.resolver.address, allSatisfy({ $0.refusal != nil }) else { return [] }
    return ["the DNS server \(resolver) takes no questions, as an ICMP error says: no DNS server runs there, or the client asks the wrong one"]
  }
}

extension Goal {
  /// The last two parts of the paths are the same: the server may be written as an address or a name.
  fileprivate static func isSameShare(_ left: String, _ right: String) -> Bool {
    left.split(separator: "\\").dropFirst().first?.lowercased() == right.split(separator: "\\").dropFirst().first?.lowercased()
  }
}

extension Remedy {
  fileprivate static let fullNamesInReferrals = Remedy(
    "On a Windows namespace server let referrals use full DNS names. Existing links have to be created again with the full name of the target. On Samba write the full name into the link (msdfs:server.domain\\share):",
    command: "Set-DfsnServerConfiguration -ComputerName SERVER -UseFqdn $true")
  fileprivate static let dnsSuffix = Remedy(
    "Or give the client the DNS suffix of the target's domain. On Windows (on Linux: “search” in /etc/resolv.conf):",
    command: "Set-DnsClientGlobalSetting -SuffixSearchList DOMAIN")
  /// The namespace's server works: it is the target that has to be tried.
  fileprivate static func testTarget(_ host: String?) -> Remedy {
    let name = host.flatMap { $0.isPlainHostName || $0.isPlainAddress ? $0 : nil } ?? "TARGET"
    let (windows, unix) = ("Test-NetConnection \(name) -Port 445", "nc -vz \(name) 445")
    return Remedy(
      "Try the target's port from the client; on Linux “\(unix)” does the same:", command: windows,
      variants: [
        Remedy("Try the target's port from the client:", command: unix, fits: .unixClients + [.macOSClient]),
        Remedy("Try the target's port from the client:", command: windows, fits: [.windowsClient]),
      ])
  }

  fileprivate static func record(of target: String) -> Remedy {
    Remedy(
      "Look up the target's short and full name on the client:",
      command: "nslookup \(target.isPlainHostName ? target : "TARGET")")
  }

  /// The software of the namespace's server is not known where its target fails.
  fileprivate static func correctLink(_ path: String, to host: String) -> Remedy {
    var remedy = dfsTargets(of: path)
    remedy.text = "If \(host) will not come back, let the DFS link \(path) lead to another server. On Samba it is a symbolic link in the share (msdfs:server\\share), or “msdfs proxy” in smb.conf. On Windows this shows its targets:"
    remedy.variants = []
    return remedy
  }

  fileprivate static func dfsTargets(of path: String) -> Remedy {
    var remedy = dfsTargets
    if path.isPlainPath { remedy.command = #"Get-DfsnFolderTarget -Path \"# + path }
    return remedy
  }
}

extension String {
  /// Nothing but what an IPv6 address consists of.
  fileprivate var isPlainAddress: Bool { !isEmpty && utf8.allSatisfy { $0 == UInt8(ascii: ":") || Character(UnicodeScalar($0)).isHexDigit } }

  /// A path of plain names, which a command can hold as it is.
  fileprivate var isPlainPath: Bool {
    let names = split(separator: "\\")
    return !names.isEmpty && names.allSatisfy { String($0).replacing("_", with: "-").isPlainHostName }
  }
}
