import Packets
import Protocols
import Transcripts

extension Rule {
  /// A client that learns that there is no KDC leaves at once.
  private static let parting = TimeSpan.seconds(2)

  static let kerberosKDCNotFound = Rule(
    id: "kerberos-kdc-not-found", severity: .error, phase: .kerberos, nature: .status, needs: [.nameTraffic], supersededBySuccess: true,
    summary: "The client finds no KDC: DNS does not know any for its realm.",
    explanation: """
      The client wants to log on with Kerberos and asks DNS for a KDC of the realm: for the SRV records _kerberos._udp and \
      _kerberos._tcp, or for the host that its configuration names. DNS has none, or the DNS server answers with an error, so the client asks no KDC for a ticket, and \
      leaves the file server without a logon.
      """,
    whenBenign: "When the client logs on with NTLM instead. smbdx then reports nothing.",
    howToVerify: "Ask for the records by hand from the client: nslookup -type=SRV _kerberos._tcp.REALM.",
    causes: [
      "the realm is misspelled: the part behind the @ of the user's name",
      "the client asks a DNS server that does not know the domain",
      "the configuration of the client (krb5.conf) names a KDC that is gone, or no KDC at all",
    ],
    remedies: [.recordsOfRealm, .findDomainController], references: ["RFC 4120 7.2.3.2", "RFC 2782"],
    judge: .attempt { one in
      guard !one.lookups.waits.isEmpty else { return [] }
      return one.connections.filter(\.leavesWithoutLogon).compactMap { connection in
        let waits = one.lookups.waits(of: connection)
        guard let last = waits.last(where: \.isAnswered), waits.allSatisfy({ $0.leadsNowhere || !$0.isAnswered }), !one.lookups.exchanges.contains(where: { $0.connection == connection.id }),
          let answer = last.answer
        else { return nil }
        let services = waits.filter { $0.kerberosRealm != nil && $0.isAnswered }
        // Without such a name only the time tells what the client was after.
        guard !services.isEmpty || connection.lastFrame.time.since(answer.time) <= parting else { return nil }
        let asked = services.isEmpty ? waits.filter(\.isAnswered) : services
        let error = asked.allSatisfy(\.isServerError) ? asked[0].responseCode : nil
        let realm = asked[0].kerberosRealm
        var seen: Set<String> = []
        var observation = Observation(
          realm == nil ? .possible : .likely,
          asked[0].words(ofRealm: realm, error) + ", so the client gets no ticket, and leaves without a logon",
          evidence: asked.filter { seen.insert("\($0.type) \($0.name)").inserted }.prefix(6).compactMap(\.answerEvidence), goal: Goal(), connections: [connection.id])
        if let realm, realm.isPlainHostName { observation.remedies = [.records(of: realm), .findDomainController] }
        if error != nil {
          observation.causes = [
            "the DNS server cannot reach the server that it forwards to, or that has the zone",
            "the DNS server does not answer this client, or is the wrong one for this realm",
          ]
        } else if realm == nil {
          observation.causes = ["the configuration of the client (krb5.conf) names a KDC that DNS does not know", "the client asks a DNS server that does not know the domain"]
        }
        return observation
      }
    })
}

extension NameLookup {
  /// What the client learns when it looks for a KDC.
  fileprivate func words(ofRealm realm: String?, _ error: DNSResponseCode?) -> String {
    if let error { return "the DNS server \(resolver.address) answers \(error) when the client asks it for a KDC" + (realm.map { " of the realm \($0)" } ?? ": \(name)") }
    return realm.map { "DNS knows no KDC of the realm \($0)" } ?? "DNS has no address for \(name), where it seems to look for a KDC"
  }

  /// Answered, and of no use.
  fileprivate var leadsNowhere: Bool { isAnswered && !isIncomplete && addresses.isEmpty && services.isEmpty }

  /// As `_kerberos._udp.LAB.EXAMPLE` and `kerberos.LAB.EXAMPLE` have it.
  fileprivate var kerberosRealm: String? {
    let labels = name.split(separator: ".")
    if labels.count > 2, labels[0].hasPrefix("_kerberos"), labels[1].hasPrefix("_") { return labels.dropFirst(2).joined(separator: ".").uppercased() }
    if labels.count > 2, labels[0] == "_kerberos" { return labels.dropFirst().joined(separator: ".").uppercased() }
    return labels.count > 2 && labels[0] == "kerberos" ? labels.dropFirst().joined(separator: ".").uppercased() : nil
  }
}

extension Remedy {
  fileprivate static let recordsOfRealm = Remedy(
    "Check the realm (the part behind the @ of the user's name), and ask the client's DNS server for its KDCs:",
    command: "nslookup -type=SRV _kerberos._tcp.REALM")

  fileprivate static func records(of realm: String) -> Remedy {
    var remedy = recordsOfRealm
    remedy.command = "nslookup -type=SRV _kerberos._tcp.\(realm)"
    return remedy
  }
}
