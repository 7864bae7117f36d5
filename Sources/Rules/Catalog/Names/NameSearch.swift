import Packets
import Protocols
import Transcripts

// How clients look for an address of the server's name.

extension NameLookup {
  var answerEvidence: Evidence? {
    let alias = canonicalName.map { "an alias of \($0), " } ?? ""
    return Evidence(answer?.number, .server, "DNS: \(type) \(name): \(alias)\(responseCode == .noError ? "no data" : responseCode?.description ?? "")")
  }
}

/// The look-ups of one name, with the search suffixes that were tried.
struct NameSearch {
  var lookups: [NameLookup]
  /// A ticket for a file server of that name was asked for.
  var isFileServer: Bool
  /// The client asked for no other name with success afterwards.
  var isLast: Bool
  /// It also asked for the name in NetBIOS, for the service of a file server, and got no answer (RFC 1001 Appendix A).
  var isSoughtInNetBIOS: Bool

  /// Hosts that clients look for by themselves, and mostly in vain: proxies, tunnels, KDCs, mail and telephone servers of a domain.
  private static let probes: Set<String> = [
    "wpad", "kerberos", "isatap", "teredo", "autodiscover", "autoconfig", "lyncdiscover", "lyncdiscoverinternal", "sip", "sipinternal",
    "enterpriseregistration", "enterpriseenrollment",
  ]

  static func all(_ lookups: Lookups, _ one: Case?) -> [NameSearch] {
    let addresses = lookups.names.filter(\.type.isAddress)
    // Nearly all cases have none.
    guard !addresses.isEmpty else { return [] }
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
    let inNetBIOS = HostNames(lookups.names.lazy.filter { $0.type == .netBIOS && $0.addresses.isEmpty }.map(\.name))
    return order.map { label in
      let lookups = groups[label] ?? []
      return NameSearch(
        lookups: lookups,
        isFileServer: one != nil || lookups.contains { fileServers.contains($0.name) },
        isLast: (lookups.last?.start.number ?? 0) > lastSuccess,
        isSoughtInNetBIOS: one == nil && lookups.contains { inNetBIOS.contains($0.name) })
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
    return (isLast || isSoughtInNetBIOS) && lookups.allSatisfy { !$0.isBesideSMB } ? .warning : nil
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
  static let resolverOfClient = Remedy(
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
