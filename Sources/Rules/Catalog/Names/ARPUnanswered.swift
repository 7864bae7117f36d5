import Packets
import Protocols
import Transcripts

extension Rule {
  static let arpUnanswered = Rule(
    id: "arp-unanswered", severity: .error, phase: .transport, nature: .silence, supersededBySuccess: true,
    summary: "No host answers for the address that the client wants to reach on its own network.",
    explanation: """
      Before a client sends anything to a host of its own network, or to its gateway, it asks all hosts for the hardware \
      address: with ARP over IPv4, with neighbour discovery over IPv6. Here it asked again and again, and no host answered. So \
      it could not even try to connect: the recording has no packet to the host, and lacks none.

      The address may be that of the file server, of the gateway to it, of a DNS server or of a KDC.
      """,
    whenBenign: "When the client wanted something else than SMB there, such as a printer that is switched off.",
    howToVerify: "Ask for the hardware address by hand from the client: arping ADDRESS on Linux, ping ADDRESS and then arp -a on Windows.",
    causes: [
      "the host is down, or has another address now",
      "the address is wrong: an old record in DNS or in the hosts file, or a typing error",
      "the host is in another network: a wrong subnet mask, a wrong VLAN or switch port, a cable",
    ],
    remedies: [.askForHardwareAddress, .checkAddress], references: ["RFC 826", "RFC 4861 7.2"],
    judge: .lookups { lookups, one in
      guard let one else { return lookups.neighbors.compactMap { $0.observation(beside: lookups) } }
      return one.lookups.neighbors.isEmpty ? [] : one.absentServer + one.searchesInstead
    })
}

extension NeighborSearch {
  var evidence: [Evidence] {
    questions.enumerated().map { index, stamp in
      Evidence(
        stamp.number, .client,
        index == 0
          ? "\(method): who has \(target)? Sent \(counted(tries, "time")), no answer"
          : "the same question again, \(stamp.time.since(first.time)) later")
    }
  }

  /// Of a client without SMB, or apart from it.
  fileprivate func observation(beside lookups: Lookups) -> Observation? {
    let named = lookups.names.last { $0.addresses.contains(target) && $0.start.number < last.number }
    let behind = named == nil ? lookups.names.last { isPerhapsGateway(to: $0) } : nil
    // A host that looks for many in vain is no user's client that wants to reach one.
    let isAlone = named == nil && behind == nil
    guard named != nil || !isBesideSMB && (behind != nil || lookups.neighbors.count <= 3) else { return nil }
    let to = named.map { ", the address of \($0.name)" } ?? behind.map { ", perhaps the gateway to \($0.name) (\($0.addresses[0]))" } ?? ""
    return Observation(
      named == nil ? .possible : .likely, "no host answers for \(target)\(to) (\(method)); no connection follows",
      evidence: [Evidence((named ?? behind)?.answer?.number, .server, "the answer for \((named ?? behind)?.name ?? "")")].compactMap(\.self) + evidence,
      // Beside the SMB of other clients, a host that looks for another may want anything there.
      severity: isAlone && !isWithoutSMB || !isOfShownClient ? .info : .warning,
      causes: behind == nil ? nil : ["the gateway is down, or the client's route to that network is wrong", "the name leads to a wrong address"],
      remedies: [.hardwareAddress(of: target), .checkAddress], goal: Goal(.answer))
  }

  /// A client that has learnt an address asks at once for the router on the way to it.
  private func isPerhapsGateway(to lookup: NameLookup) -> Bool {
    guard let answer = lookup.answer, let address = lookup.addresses.first, answer.number < first.number else { return false }
    return address.isIPv4 == target.isIPv4 && first.time.since(answer.time) <= .seconds(1)
  }
}

extension Case {
  /// No connection came about, and this is why.
  fileprivate var absentServer: [Observation] {
    guard connections.allSatisfy({ !$0.hasAnswer }) else { return [] }
    return lookups.neighbors.filter { $0.target == server }.prefix(1).map { search in
      Observation(
        .likely, "no host answers for the server's address \(search.target) (\(search.method))", evidence: search.evidence, goal: Goal(.answer))
    }
  }

  /// A client that should log on looks for another host first.
  fileprivate var searchesInstead: [Observation] {
    connections.filter(\.leavesWithoutLogon).compactMap { connection in
      guard let answered = connection.negotiateFrame,
        let search = lookups.neighbors.first(where: { search in
          search.last.number > answered && search.first.number < connection.lastFrame.number && !addresses.contains(search.target)
        })
      else { return nil }
      return Observation(
        .likely,
        "the client looks for \(search.target) instead of logging on, and no host answers (\(search.method)): perhaps its KDC, or the DNS server that knows one",
        evidence: [Evidence(answered, .server, "NEGOTIATE response")].compactMap(\.self) + search.evidence,
        causes: [
          "the domain controller is down, or has another address now", "the client's configuration or DNS points to a domain controller that is gone",
        ], remedies: [.hardwareAddress(of: search.target), .findDomainController], goal: Goal(), connections: [connection.id])
    }
  }
}

extension ConnectionBrief {
  /// The dialect is settled, and then nothing comes of it.
  var leavesWithoutLogon: Bool { dialect != nil && sessions.isEmpty && endedBy != nil && !isAdditionalChannel && !hidesMessages }
}

extension Lookups {
  /// What was asked while a connection waited for its logon.
  func waits(of connection: ConnectionBrief) -> [NameLookup] {
    let (answered, last) = (connection.negotiateFrame ?? 0, connection.lastFrame.number)
    return waits.filter { answered < $0.start.number && $0.start.number < last }
  }
}

extension Remedy {
  fileprivate static let askForHardwareAddress = Remedy(
    "Ask for the hardware address from the client (on Windows: ping ADDRESS, then arp -a):", command: "arping -c 3 ADDRESS")

  fileprivate static func hardwareAddress(of host: IPAddress) -> Remedy {
    guard host.isIPv4 else { return Remedy("Ask for the hardware address from the client, and look at what it knows:", command: "ping -6 \(host)") }
    return Remedy(
      "Ask for the hardware address from the client (on Windows: ping \(host), then arp -a):", command: "arping -c 3 \(host)",
      variants: [Remedy("Ask for the hardware address from the client:", command: "ping -n 1 \(host) & arp -a \(host)", fits: [.windowsClient])])
  }
}
