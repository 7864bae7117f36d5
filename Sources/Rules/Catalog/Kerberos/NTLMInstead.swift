import Packets
import Protocols
import Transcripts

// NTLM where Kerberos was meant, and why.

extension Rule {
  static let kerberosFallbackToNTLM = Rule(
    id: "kerberos-fallback-to-ntlm", severity: .warning, phase: .kerberos, nature: .note,
    summary: "The client got no Kerberos ticket and logged on with NTLM instead.",
    explanation: """
      The share works, and users notice nothing. But NTLM is weaker, is being switched off, and cannot be delegated. \
      The reason is the answer of the KDC just before, or that no KDC answered.
      """,
    whenBenign: "If the client is set to use NTLM, or is not a member of a domain. It then asks no KDC, and smbdx reports nothing.",
    howToVerify: "Ask for the ticket by hand on the client: klist get cifs/NAME on Windows, kvno cifs/NAME on Linux.",
    causes: ["see the Kerberos finding that is shown with this one"],
    remedies: [.findSPN, .useKerberos], references: ["RFC 4178 4.1", "RFC 4120 7.5.9"],
    judge: .attempt { one in
      guard !one.lookups.exchanges.isEmpty else { return [] }
      let failures = KerberosFailures(one)
      let isByAddress = one.isByAddress
      return one.ntlmLogons.compactMap { connection, session in
        guard !isByAddress, connection.hosts.isEmpty || !connection.hosts.allSatisfy(\.isAddressLiteral),
          let reason = failures.last(before: session.requestStamp.frame, since: connection.firstFrame.time, of: session.identity.user)
        else { return nil }
        // What an earlier attempt was refused, this one may never have asked for.
        let isOwn = reason.frame > connection.firstFrame.number
        var observation = Observation(
          reason.isJoinedByTime || !isOwn ? .possible : .likely,
          isOwn ? "\(reason.text), so \(session.who) logs on with NTLM" : "\(reason.text); then \(session.who) logs on with NTLM, and asks no KDC again",
          evidence: reason.evidence + session.ntlmEvidence, severity: isOwn ? nil : .info, connections: [connection.id])
        observation.remedies = reason.remedies.map { $0 + [.useKerberos] }
        return observation
      }
    })

  static let ntlmUsedInsteadOfKerberos = Rule(
    id: "ntlm-used-instead-of-kerberos", severity: .warning, phase: .sessionSetup, nature: .note,
    summary: "Client and server both offered Kerberos, and the logon used NTLM.",
    explanation: """
      The client lists Kerberos among its mechanisms, the server is in a domain and offers it, and the client uses \
      the server's name. The capture does not show why the logon used NTLM.
      """,
    whenBenign: "If the client uses an address instead of a name, or the server is outside the domain. Only NTLM is then possible, and smbdx reports nothing.",
    howToVerify: "Record from the start of the client's session, with ports 88 and 53. The answers of the KDC and DNS then show the reason.",
    causes: [
      "no service principal name for the name in use", "no domain controller that the client can reach", "a policy that prefers NTLM",
    ],
    remedies: [.findSPN, .useKerberos], references: ["RFC 4178 4.1", "MS-SPNG 3.1.5"],
    judge: .attempt { one in
      let hosts = one.hosts
      guard let host = hosts.first, !hosts.contains(where: \.isAddressLiteral) else { return [] }
      let failures = KerberosFailures(one)
      return one.domainLogonsWithNTLM.compactMap { connection, session in
        guard session.identity.offered.contains(.kerberos),
          failures.last(before: session.requestStamp.frame, since: connection.firstFrame.time, of: session.identity.user) == nil
        else { return nil }
        return Observation(
          .possible, "\(session.who) logs on to \(host) with NTLM, although client and server offer Kerberos",
          evidence: [
            Evidence(connection.negotiateFrame, .server, "NEGOTIATE response offers \(connection.mechanisms)")
          ].compactMap(\.self) + session.ntlmEvidence, connections: [connection.id])
      }
    })

  static let ntlmBlockedByClient = Rule(
    id: "ntlm-blocked-by-client", severity: .error, phase: .sessionSetup, nature: .silence, needs: [.kerberosTraffic], supersededBySuccess: true,
    summary: "The client got no Kerberos ticket, may not use NTLM, and left.",
    explanation: """
      The server answered NEGOTIATE, the KDC gave no ticket, and the client ended the connection without a logon. It is \
      set to use Kerberos only, or its policy blocks NTLM.
      """,
    whenBenign: "When the client gets a ticket at its next try, or the user cancelled.",
    howToVerify: "If a Windows client blocks NTLM, its log Microsoft-Windows-SmbClient/Connectivity shows it.",
    causes: ["see the Kerberos finding that is shown with this one", "Kerberos was required by an option or policy"],
    remedies: [.findSPN, .useKerberos, .blockNTLMExceptions], references: ["MS-SMB2 3.2.4.2.3"],
    judge: .attempt { one in
      guard !one.lookups.exchanges.isEmpty else { return [] }
      let failures = KerberosFailures(one)
      return one.connections.compactMap { connection in
        guard connection.leavesAfterNegotiate,
          // Who is no user of the domain, or has a wrong password, does not try another way with it.
          let reason = failures.last(before: connection.lastFrame.number, since: connection.firstFrame.time, of: nil), !reason.isOfUser
        else { return nil }
        var observation = Observation(
          reason.isJoinedByTime ? .possible : .likely, "the client leaves without a logon and does not try NTLM: \(reason.text)",
          evidence: reason.evidence
            + [
              Evidence(connection.negotiateFrame, .server, "NEGOTIATE response"),
              Evidence(connection.lastFrame.number, nil, "the connection ends without SESSION_SETUP"),
            ].compactMap(\.self), goal: Goal(), connections: [connection.id])
        observation.remedies = reason.remedies.map { $0 + [.blockNTLMExceptions] }
        return observation
      }
    })

  static let kerberosNotPossibleIPLiteral = Rule(
    id: "kerberos-not-possible-ip-literal", severity: .info, phase: .kerberos, nature: .note,
    summary: "The client uses the server's address instead of its name, so Kerberos is not possible.",
    explanation: """
      Kerberos needs the name of the service. Windows asks for a ticket for an address only if this is enabled \
      (TryIPSPN) and such a name is registered. Otherwise the logon uses NTLM.
      """,
    whenBenign: "If Kerberos is not needed here. NTLM works with an address.",
    howToVerify: "Open the same share by the server's full DNS name; the logon then uses Kerberos.",
    remedies: [.useKerberos], references: ["RFC 4120 6.2.1"],
    judge: .attempt { one in
      guard one.isByAddress else { return [] }
      return one.domainLogonsWithNTLM.map { connection, session in
        Observation(
          .proven, "\(session.who) opens \(one.hosts[0]) by its address, so only NTLM is possible",
          evidence: session.ntlmEvidence, connections: [connection.id])
      }
    })

  static let kerberosNotAttempted = Rule(
    id: "kerberos-not-attempted", severity: .info, phase: .kerberos, nature: .note,
    summary: "The client offered only NTLM to a server in a domain.",
    explanation: """
      The server offers Kerberos, but the client did not ask for it: it is not a member of a domain, was set to use \
      NTLM, or cannot derive the domain from a name without dots.
      """,
    whenBenign: "If the client is outside a domain, or uses an address instead of a name. Only NTLM is then possible.",
    howToVerify: "Check whether the client is a member of a domain, and which name was used to open the share.",
    remedies: [.useKerberos], references: ["RFC 4178 4.1"],
    judge: .attempt { one in
      guard let host = one.hosts.first, !one.hosts.contains(where: { $0.contains(".") || $0.isAddressLiteral }),
        one.lookups.exchanges.isEmpty
      else { return [] }
      return one.domainLogonsWithNTLM.filter { $0.session.identity.offered == .ntlm }.map { connection, session in
        Observation(
          .proven, "\(session.who) offers only NTLM to \(host), a server in a domain", evidence: session.ntlmEvidence,
          connections: [connection.id])
      }
    })
}

private struct KerberosFailure {
  var frame: Int
  var time: Timestamp
  var text: String
  var evidence: [Evidence]
  /// Where they have the names in them.
  var remedies: [Remedy]?
  /// The user got no first ticket.
  var isOfUser: Bool
  /// Who asked, in lower case and without a realm; nil when the recording does not show it.
  var user: String?
  var isJoinedByTime: Bool
  /// No answer, as opposed to an error.
  var isSilence = false
}

/// Why the client had no ticket, over the time of a case: made once, asked for each logon.
private struct KerberosFailures {
  /// An error of a KDC that came longer than this before the connection is another story.
  private static let nearness = TimeSpan.seconds(30)
  /// Errors of other users that are passed over to find one of the user.
  private static let passedOver = 64

  /// In order.
  private var failures: [KerberosFailure] = []
  /// Where a KDC was asked that did answer, in order.
  private var answered: [Int] = []

  init(_ one: Case) {
    let exchanges = one.lookups.exchanges
    guard !exchanges.isEmpty else { return }
    for fault in KerberosFault.all(one.lookups, nil) {
      // For an address there is no ticket, and clients expect none.
      guard let request = fault.exchange?.request, let time = fault.time, !fault.isForAddress else { continue }
      let observation = fault.observation
      failures.append(
        KerberosFailure(
          frame: fault.frame, time: time, text: fault.brief, evidence: observation.evidence,
          remedies: KerberosFamily.remedies(of: fault), isOfUser: request.isInitial,
          user: fault.exchange?.user?.withoutRealm, isJoinedByTime: fault.exchange?.isJoinedByTime ?? false))
    }
    failures += Self.silences(exchanges)
    answered = exchanges.lazy.filter { !$0.isSilent }.map(\.start.number)
    failures.sort { $0.frame < $1.frame }
  }

  /// Where the last that was asked of a KDC had no answer: whatever the client got before, it is not there then.
  private static func silences(_ exchanges: [KerberosExchange]) -> [KerberosFailure] {
    var silent: [IPAddress: [KerberosExchange]] = [:]
    return exchanges.compactMap { exchange in
      guard exchange.isSilent, !exchange.succeededLater else { return nil }
      var all = silent[exchange.kdc.address] ?? []
      // The first few, and this one, tell for how long and how often it was tried.
      if all.count > 8 { all.removeLast() }
      all.append(exchange)
      silent[exchange.kdc.address] = all
      guard all.isConclusive else { return nil }
      return KerberosFailure(
        frame: exchange.start.number, time: exchange.start.time, text: "the KDC \(exchange.kdc.address) does not answer",
        evidence: all.prefix(4).flatMap(\.silenceEvidence), remedies: [.openPort88, .findDomainController], isOfUser: false, isJoinedByTime: false,
        isSilence: true)
    }
  }

  /// The last one before a frame, unless it is too old for a connection that began at a time.
  ///
  /// - Parameter user: what another user of the client was refused is no reason; nil when the user is not known.
  func last(before frame: Int, since start: Timestamp, of user: String?) -> KerberosFailure? {
    let index = Self.count(failures, while: { $0.frame < frame })
    let name = user?.withoutRealm
    let ofUser = failures[max(index - Self.passedOver, 0)..<index].last { name == nil || $0.user == nil || $0.user == name }
    guard let failure = ofUser else { return nil }
    // Whoever does not answer is no reason where another one did.
    let asked = failure.isSilence ? Self.count(answered, while: { $0 < frame }) : 0
    if asked > 0, answered[asked - 1] > failure.frame { return nil }
    return start.since(failure.time) <= Self.nearness ? failure : nil
  }

  /// How many elements of an ordered list come first for which something holds.
  private static func count<Element>(_ list: [Element], while holds: (Element) -> Bool) -> Int {
    var (low, high) = (0, list.count)
    while low < high {
      let middle = (low + high) / 2
      if holds(list[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension Case {
  /// Logons of users with NTLM that succeeded.
  fileprivate var ntlmLogons: [(connection: ConnectionBrief, session: Session)] { ntlmLogons { _, _ in true } }

  private func ntlmLogons(
    where isWanted: (ConnectionBrief, Session) -> Bool
  ) -> [(connection: ConnectionBrief, session: Session)] {
    var logons: [(connection: ConnectionBrief, session: Session)] = []
    // By their places: to copy each connection takes longer than to look at it.
    for place in connections.indices {
      for index in connections[place].sessions.indices
      where connections[place].sessions[index].isNTLMLogon && isWanted(connections[place], connections[place].sessions[index]) {
        logons.append((connections[place], connections[place].sessions[index]))
      }
    }
    return logons
  }

  /// With a server that belongs to a domain and offers Kerberos.
  fileprivate var domainLogonsWithNTLM: [(connection: ConnectionBrief, session: Session)] {
    ntlmLogons { $0.mechanisms.contains(.kerberos) && $1.ntlm?.isDomainMember == true }
  }

  /// Every name of the server is an address, for which there is no Kerberos.
  fileprivate var isByAddress: Bool {
    let names = hosts
    return !names.isEmpty && names.allSatisfy(\.isAddressLiteral)
      && !lookups.exchanges.contains { $0.fileServer?.isAddressLiteral ?? false }
  }
}

extension Session {
  fileprivate var isNTLMLogon: Bool {
    isEstablished && !isBinding && !hasNoKey && identity.mechanism == .ntlm && ntlm?.response != nil
  }

  fileprivate var ntlmEvidence: [Evidence] {
    [
      Evidence(requestStamp.frame, .client, "SESSION_SETUP request with NTLM, \(who)"),
      Evidence(establishedFrame, .server, "SESSION_SETUP response: success"),
    ].compactMap(\.self)
  }
}
