import Packets
import Protocols
import Transcripts

extension Rule {
  static let dnsServerError = Rule(
    id: "dns-server-error", severity: .error, phase: .transport, nature: .status, needs: [.nameTraffic], supersededBySuccess: true,
    summary: "The DNS server answers the question for the name with an error.",
    explanation: """
      SERVFAIL says that the server could not find the answer: another DNS server that it asks is silent, the zone cannot be \
      read, or DNSSEC does not fit. REFUSED says that it does not want to answer this client. Neither says that the name does \
      not exist. Without an address the client cannot open a connection.
      """,
    whenBenign: "When another resolver gives the address, or the client asks for another name afterwards. smbdx then reports nothing, or a warning if the client opens the server by its address.",
    howToVerify: "Ask the resolver by hand from the client: nslookup NAME RESOLVER. Then ask another resolver for the same name.",
    causes: ["the DNS server cannot reach the server that it forwards to, or that has the zone", "the zone is damaged or expired, or DNSSEC does not fit"],
    remedies: [.resolverOfClient, .askOtherResolver], references: ["RFC 1035 4.1.1", "RFC 8499 3"],
    judge: .lookups { lookups, one in
      // A failed look-up is harmless if the client connected by the name anyway. Targets of DFS referrals have a rule of their own.
      guard one?.isByAddress ?? true else { return [] }
      return NameSearch.all(lookups, one).compactMap { search in
        let failed = search.lookups.filter(\.isServerError)
        guard let first = failed.first, search.lookups.allSatisfy({ ($0.isServerError || $0.foundNothing) && !$0.hasOtherAddress }),
          let severity = search.severity(one, asError: .error, otherwise: .warning)
        else { return nil }
        let code = first.responseCode?.description ?? ""
        return Observation(
          search.isFileServer ? .proven : .possible,
          "the DNS server \(first.resolver.address) answers \(code) for \(first.name)" + (one != nil ? "; then the client opens the server by its address" : search.isFileServer ? "" : "; no connection follows"),
          evidence: failed.prefix(6).compactMap(\.answerEvidence), severity: severity,
          causes: first.responseCode == .refused
            ? ["the DNS server does not answer this client, or has no such zone and does not ask others: the client asks the wrong server", "an access list of the DNS server leaves the client out"]
            : nil, goal: Goal(.answer))
      }
    })
}

extension Remedy {
  fileprivate static let askOtherResolver = Remedy(
    "Ask the DNS server and another one for the same name. If only the first fails, look at its log and at the servers that it forwards to:",
    command: "nslookup NAME RESOLVER")
}
