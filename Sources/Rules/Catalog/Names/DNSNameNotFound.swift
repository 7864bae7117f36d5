import Packets
import Protocols
import Transcripts

extension Rule {
  static let dnsNameNotFound = Rule(
    id: "dns-name-not-found", severity: .error, phase: .transport, nature: .status, needs: [.nameTraffic], supersededBySuccess: true,
    summary: "DNS has no address for the name that the client asked for.",
    explanation: """
      The resolver answered for every suffix that the name does not exist or has no address. Without an address the \
      client cannot open a connection.
      """,
    whenBenign: """
      When a connection follows anyway, because the address came from elsewhere. The finding is then a note, or a warning if the \
      client opens the server by its address: its name still leads nowhere. It is \
      also normal that a name fails with one search suffix and succeeds with another, and that _kerberos and _ldap \
      records do not exist without a domain. smbdx does not report those.
      """,
    howToVerify: "Look the name up by hand on the client: nslookup NAME.",
    causes: causesOfMissingName,
    remedies: [.nameRecords, .resolverOfClient], references: ["RFC 1035 4.1.1", "RFC 2308 2"],
    judge: .lookups { lookups, one in
      NameSearch.all(lookups, one).compactMap { search in
        let opensAddress = one?.isByAddress == true
        guard search.foundNothing, let severity = search.severity(one, asError: .error, otherwise: opensAddress ? .warning : .info) else { return nil }
        let answers = search.lookups.filter(\.foundNothing)
        let names = answers.map(\.name).uniqued
        return Observation(
          one == nil && !search.isFileServer ? .possible : .proven,
          "DNS has no address for \(names.prefix(4).joined(separator: ", "))"
            + (opensAddress ? "; then the client opens the server by its address" : search.isFileServer ? "" : "\(search.isSoughtInNetBIOS ? "; no host answers for its NetBIOS name either" : ""); no connection follows"),
          evidence: answers.prefix(6).compactMap(\.answerEvidence), severity: severity,
          causes: answers.lazy.compactMap(\.canonicalName).first.map {
            ["the alias leads to \($0), which has no address: the host was removed or renamed, and the alias was not"] + causesOfMissingName
          }, goal: Goal(.answer))
      }
    })
}

private let causesOfMissingName = [
  "a mistyped name", "a record that is missing, or is in a zone that the client does not search", "a client that asks the wrong DNS server",
]

extension Remedy {
  fileprivate static let nameRecords = Remedy(
    "Compare the spelling with the records of the zone (A, AAAA, CNAME), or use the full name with its domain. From the client:",
    command: "nslookup NAME")
}
