import Packets
import Protocols
import Transcripts

// The server's name does not lead to an address.

extension Rule {
  /// Resolvers ask again after one to five seconds.
  private static let resolverTimeout = TimeSpan.seconds(5)

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
          evidence: answers.prefix(6).compactMap {
            Evidence($0.answer?.number, .server, "DNS: \($0.type) \($0.name): \($0.responseCode == .noError ? "no data" : $0.responseCode?.description ?? "")")
          }, severity: severity, goal: Goal(.answer))
      }
    })

  static let dnsUnanswered = Rule(
    id: "dns-unanswered", severity: .error, phase: .transport, nature: .silence, needs: [.nameTraffic], supersededBySuccess: true,
    summary: "The DNS server did not answer the question for the name.",
    explanation: "The client repeated the question, and no answer came. Without an address it cannot open a connection. If another resolver answers, every access begins with this delay.",
    whenBenign: "When another resolver answered, or the client already had the address. smbdx then reports only a note or nothing.",
    howToVerify: "Ask the resolver by hand from the client: nslookup NAME RESOLVER.",
    causes: ["the host is down, or is no longer a DNS server", "a firewall drops port 53"],
    remedies: [.resolverOfClient, .captureOtherSideOfSilence], references: ["RFC 1035 4.2.1", "RFC 1035 7.2"],
    judge: .lookups { lookups, one in
      NameSearch.all(lookups, one).compactMap { search in
        let silent = search.lookups.filter { !$0.isAnswered && !$0.isIncomplete }
        // Broken resolvers answer for IPv4 and not for IPv6; the address is there then.
        let talking = Set(search.lookups.lazy.filter(\.isAnswered).map(\.resolver))
        let mute = silent.filter { !talking.contains($0.resolver) }
        guard mute.reduce(0, { $0 + $1.tries }) >= 2, mute.map(\.waited).max() ?? .zero >= resolverTimeout,
          one != nil || mute.count == search.lookups.count,
          let severity = search.severity(one, asError: .error, otherwise: .warning)
        else { return nil }
        let resolvers = mute.map { "\($0.resolver.address)" }.uniqued
        return Observation(
          .likely, "the DNS server \(resolvers.prefix(3).joined(separator: ", ")) does not answer for \(search.lookups[0].name)",
          evidence: mute.prefix(6).compactMap {
            Evidence($0.start.number, .client, "DNS query \($0.type) \($0.name), sent \($0.tries == 1 ? "once" : "\($0.tries) times"), no answer")
          }, severity: severity, goal: Goal(.answer))
      }
    })
}

/// The look-ups of one name, with the search suffixes that were tried.
private struct NameSearch {
  var lookups: [NameLookup]
  /// A ticket for a file server of that name was asked for.
  var isFileServer: Bool
  /// The client asked for no other name with success afterwards.
  var isLast: Bool

  /// Hosts that clients look for by themselves, and mostly in vain.
  private static let probes: Set<String> = ["wpad", "isatap"]

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
  fileprivate var uniqued: [String] {
    var seen: Set<String> = []
    return filter { seen.insert($0).inserted }
  }
}

extension Remedy {
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
