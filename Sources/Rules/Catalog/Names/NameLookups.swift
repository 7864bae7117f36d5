import Packets
import Protocols
import Transcripts

// The server's name does not lead to an address.

/// Resolvers ask again after one to five seconds; with the shortest times they have given up by now.
private let resolverTimeout = TimeSpan.seconds(4)

extension Rule {
  static let dnsNameNotFound = Rule(
    id: "dns-name-not-found", severity: .error, phase: .transport, nature: .status, needs: [.nameTraffic], supersededBySuccess: true,
    summary: "DNS has no address for the name that the client asked for.",
    explanation: """
      The resolver answered for every suffix that the name does not exist or has no address. Without an address the \
      client cannot open a connection.
      """,
    whenBenign: """
      When a connection follows anyway, because the address came from elsewhere. The finding is then a note. It is \
      also normal that a name fails with one search suffix and succeeds with another, and that _kerberos and _ldap \
      records are missing where there is no domain. smbdx does not report those.
      """,
    howToVerify: "Look the name up by hand on the client: nslookup NAME.",
    causes: ["a mistyped name", "a record that is missing, or is in a zone that the client does not search", "a client that asks the wrong DNS server"],
    remedies: [.nameRecords, .resolverOfClient], references: ["RFC 1035 4.1.1", "RFC 2308 2"],
    judge: .lookups { lookups, one in
      NameSearch.all(lookups, one).compactMap { search in
        guard search.foundNothing, let severity = search.severity(one, asError: .error, otherwise: .info) else { return nil }
        let answers = search.lookups.filter(\.foundNothing)
        let names = answers.map(\.name).uniqued
        return Observation(
          one == nil && !search.isFileServer ? .possible : .proven,
          "DNS has no address for \(names.prefix(4).joined(separator: ", "))" + (search.isFileServer ? "" : "; no connection follows"),
          evidence: answers.prefix(6).compactMap(\.answerEvidence), severity: severity, goal: Goal(.answer))
      }
    })

  static let dnsUnanswered = Rule(
    id: "dns-unanswered", severity: .error, phase: .transport, nature: .silence, needs: [.nameTraffic], supersededBySuccess: true,
    summary: "The DNS server did not answer the question for the name.",
    explanation: """
      The client repeated the question, and no answer came, or an ICMP error says that the DNS server takes no questions. \
      Without an address the client cannot open a connection. If another resolver answers, every access begins with this delay.

      A client that wants to log on with Kerberos asks for the servers of its realm, too. If no DNS server answers that, it gets \
      no ticket, and leaves the file server.
      """,
    whenBenign: "When another resolver answered, or the client already had the address. smbdx then reports only a note or nothing.",
    howToVerify: "Ask the resolver by hand from the client: nslookup NAME RESOLVER.",
    causes: ["the host is down, or is no longer a DNS server", "a firewall drops port 53"],
    remedies: [.resolverOfClient, .captureOtherSideOfSilence], references: ["RFC 1035 4.2.1", "RFC 1035 7.2"],
    judge: .lookups { lookups, one in
      let searches = NameSearch.all(lookups, one).compactMap { search -> Observation? in
        guard let severity = search.severity(one, asError: .error, otherwise: .warning) else { return nil }
        return search.lookups.silence(isAlone: one == nil, severity)
      }
      return searches + (one.map { silentWaits(of: $0) } ?? [])
    })

  /// The client does not learn where a KDC is, and leaves without a logon.
  private static func silentWaits(of one: Case) -> [Observation] {
    one.connections.filter(\.leavesWithoutLogon).compactMap { connection in
      let waits = one.lookups.waits(of: connection)
      guard waits.allSatisfy({ !$0.isAnswered }), var observation = waits.silence(isAlone: true, .error) else { return nil }
      observation.summary += ", where the client looks for a KDC, so it gets no ticket and leaves"
      observation.goal = Goal()
      observation.connections = [connection.id]
      return observation
    }
  }

  static let dnsServerError = Rule(
    id: "dns-server-error", severity: .error, phase: .transport, nature: .status, needs: [.nameTraffic], supersededBySuccess: true,
    summary: "The DNS server answers the question for the name with an error.",
    explanation: """
      SERVFAIL says that the server could not find the answer: another DNS server that it asks is silent, the zone cannot be \
      read, or DNSSEC does not fit. REFUSED says that it does not want to answer this client. Neither says that the name does \
      not exist. Without an address the client cannot open a connection.
      """,
    whenBenign: "When another resolver gives the address, or the client asks for another name afterwards. smbdx then reports nothing.",
    howToVerify: "Ask the resolver by hand from the client: nslookup NAME RESOLVER. Then ask another resolver for the same name.",
    causes: ["the DNS server cannot reach the server that it forwards to, or that has the zone", "the zone is damaged or expired, or DNSSEC does not fit"],
    remedies: [.resolverOfClient, .askOtherResolver], references: ["RFC 1035 4.1.1", "RFC 8499 3"],
    judge: .lookups { lookups, one in
      // What led to a connection all the same does no harm, and what a DFS referral named is told with it.
      guard one == nil else { return [] }
      return NameSearch.all(lookups, nil).compactMap { search in
        let failed = search.lookups.filter(\.isServerError)
        guard let first = failed.first, search.lookups.allSatisfy({ $0.isServerError || $0.foundNothing }),
          let severity = search.severity(nil, asError: .error, otherwise: .info)
        else { return nil }
        let code = first.responseCode?.description ?? ""
        return Observation(
          search.isFileServer ? .proven : .possible,
          "the DNS server \(first.resolver.address) answers \(code) for \(first.name)" + (search.isFileServer ? "" : "; no connection follows"),
          evidence: failed.prefix(6).compactMap(\.answerEvidence), severity: severity,
          causes: first.responseCode == .refused
            ? ["the DNS server does not answer this client, or has no such zone and does not ask others: the client asks the wrong server", "an access list of the DNS server leaves the client out"]
            : nil, goal: Goal(.answer))
      }
    })
}

extension NameLookup {
  var answerEvidence: Evidence? {
    Evidence(answer?.number, .server, "DNS: \(type) \(name): \(responseCode == .noError ? "no data" : responseCode?.description ?? "")")
  }

  fileprivate var silenceEvidence: [Evidence] {
    [
      Evidence(start.number, .client, "DNS query \(type) \(name), sent \(tries == 1 ? "once" : "\(tries) times"), no answer"),
      Evidence(refusal?.number, .server, "ICMP: the question was not delivered"),
    ].compactMap(\.self)
  }
}

extension [NameLookup] {
  /// Nobody answers, or nobody takes the questions.
  ///
  /// - Parameter isAlone: an answer of any kind refutes it.
  fileprivate func silence(isAlone: Bool, _ severity: Severity) -> Observation? {
    let silent = filter { !$0.isAnswered && !$0.isIncomplete }
    // Broken resolvers answer for IPv4 and not for IPv6; the address is there then.
    let talking = Set(lazy.filter(\.isAnswered).map(\.resolver))
    let mute = silent.filter { !talking.contains($0.resolver) }
    guard let first = mute.first, !isAlone || mute.count == count else { return nil }
    let isRefused = mute.allSatisfy { $0.refusal != nil }
    guard isRefused || mute.reduce(0, { $0 + $1.tries }) >= 2 && mute.map(\.waited).max() ?? .zero >= resolverTimeout else { return nil }
    let resolvers = mute.map { "\($0.resolver.address)" }.uniqued.prefix(3).joined(separator: ", ")
    return Observation(
      isRefused ? .proven : .likely,
      isRefused
        ? "the DNS server \(resolvers) takes no questions, as an ICMP error says, so there is no address for \(first.name)"
        : "the DNS server \(resolvers) does not answer for \(first.name)",
      evidence: mute.prefix(6).flatMap(\.silenceEvidence), severity: severity,
      causes: isRefused ? ["no DNS server runs on that host: the client asks the wrong one", "a firewall rejects port 53"] : nil, goal: Goal(.answer))
  }
}

/// The look-ups of one name, with the search suffixes that were tried.
private struct NameSearch {
  var lookups: [NameLookup]
  /// A ticket for a file server of that name was asked for.
  var isFileServer: Bool
  /// The client asked for no other name with success afterwards.
  var isLast: Bool

  /// Hosts that clients look for by themselves, and mostly in vain: proxies, tunnels, KDCs, mail and telephone servers of a domain.
  private static let probes: Set<String> = [
    "wpad", "kerberos", "isatap", "teredo", "autodiscover", "autoconfig", "lyncdiscover", "lyncdiscoverinternal", "sip", "sipinternal",
    "enterpriseregistration", "enterpriseenrollment",
  ]

  static func all(_ lookups: Lookups, _ one: Case?) -> [NameSearch] {
    let addresses = lookups.names.filter(\.type.isAddress)
    var order: [String] = []
    var groups: [String: [NameLookup]] = [:]
    for lookup in addresses {
      let label = String(lookup.name.prefix { $0 != "." })
      guard !probes.contains(label) else { continue }
      if groups[label] == nil { order.append(label) }
      groups[label, default: []].append(lookup)
    }
    let fileServers = HostNames(lookups.exchanges.lazy.compactMap(\.fileServer))
    let lastSuccess = addresses.last { !$0.addresses.isEmpty }?.start.number ?? 0
    return order.map { label in
      let lookups = groups[label] ?? []
      return NameSearch(
        lookups: lookups,
        isFileServer: one != nil || lookups.contains { fileServers.contains($0.name) },
        isLast: (lookups.last?.start.number ?? 0) > lastSuccess)
    }
  }

  /// Every answer says no, for IPv4 at least, and there is one.
  var foundNothing: Bool {
    guard lookups.allSatisfy(\.foundNothing) else { return false }
    return lookups.contains { $0.responseCode == .nameError || $0.type == .a }
  }

  /// How grave it is that this name has no address; nil when no user is affected.
  func severity(_ one: Case?, asError: Severity, otherwise: Severity) -> Severity? {
    if one != nil { return otherwise }
    if isFileServer { return asError }
    // What a client without SMB wanted is unknown; the last thing it asked for in vain may be it.
    return isLast && lookups.allSatisfy { !$0.isBesideSMB } ? .warning : nil
  }
}

extension [String] {
  /// Each once, in order.
  var uniqued: [String] {
    var seen: Set<String> = []
    return filter { seen.insert($0).inserted }
  }
}

extension Remedy {
  fileprivate static let askOtherResolver = Remedy(
    "Ask the DNS server and another one for the same name. If only the first fails, look at its log and at the servers that it forwards to:",
    command: "nslookup NAME RESOLVER")
  fileprivate static let nameRecords = Remedy(
    "Compare the spelling with the records of the zone (A, AAAA, CNAME), or use the full name with its domain. From the client:",
    command: "nslookup NAME")
  fileprivate static let resolverOfClient = Remedy(
    "Check which DNS servers the client asks. In a domain these should be the domain's DNS servers. On Windows (on Linux: resolvectl status):",
    command: "ipconfig /all",
    variants: [
      Remedy(
        "Check which DNS servers the client asks. In a domain these should be the domain's DNS servers:", command: "resolvectl status",
        fits: .unixClients),
      Remedy(
        "Check which DNS servers the client asks. In a domain these should be the domain's DNS servers:", command: "scutil --dns",
        fits: [.macOSClient]),
      Remedy(
        "Check which DNS servers the client asks. In a domain these should be the domain's DNS servers:", command: "ipconfig /all",
        fits: [.windowsClient]),
    ])
}
