import Packets
import Protocols
import Transcripts

extension Rule {
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
}

/// Resolvers ask again after one to five seconds; with the shortest times they have given up by now.
private let resolverTimeout = TimeSpan.seconds(4)

extension Rule {
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
}

extension NameLookup {
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
