import Packets
import Protocols
import Transcripts

/// What a client waits for a KDC before it gives up: three or four tries. Nanoseconds.
private let kdcTimeout = TimeSpan.seconds(10)

extension Rule {
  static let kerberosKDCUnreachable = Rule(
    id: "kerberos-kdc-unreachable", severity: .critical, phase: .kerberos, nature: .silence, needs: [.kerberosTraffic], supersededBySuccess: true,
    summary: "The client asked for a ticket, but no KDC answered this request.",
    explanation: """
      The client repeated its requests to port 88 without an answer, or the connection was refused, and no other KDC \
      answered either. Without a ticket the client falls back to NTLM after a long wait, or gives up. The KDC may have \
      answered before: the finding then says so, and cites its last answer.
      """,
    whenBenign: "When the next domain controller answers. A client tries another one when the first is silent, and smbdx then reports nothing.",
    howToVerify: "Record at the domain controller. If the requests arrive there, the host is at fault; if not, the path is.",
    causes: unreachableCauses,
    remedies: [.openPort88, .findDomainController, .captureOtherSideOfSilence],
    references: ["RFC 4120 7.2.1", "RFC 4120 7.2.2"],
    judge: .lookups { lookups, one in
      if let observation = lookups.exchanges.silenceBehindAnswer ?? one.flatMap({ lookups.exchanges.answerTooLate(in: $0) }) { return [observation] }
      let asked = lookups.exchanges.behindLastReferral
      guard asked.allSatisfy({ $0.isSilent || $0.succeededLater == false && $0.reply == nil }) else { return [] }
      let silent = asked.filter(\.isSilent)
      guard let first = silent.first, let last = silent.last, !silent.contains(where: \.succeededLater),
        // A scan of ports asks for no ticket.
        silent.contains(where: { $0.request != nil }) || one?.connections.contains(where: { $0.dialect != nil }) == true
      else { return [] }
      guard silent.isConclusive else { return [] }
      let refused = silent.contains(where: \.isRefused)
      let waited = last.start.time.since(first.start.time) + last.waited
      let kdcs = Set(silent.map { "\($0.kdc.address)" }).sorted()
      let how = refused && !silent.contains { $0.silence == .unanswered || $0.silence == .unreachable }
        ? "takes no requests on port 88" : "does not answer on port 88"
      return [
        Observation(
          refused ? .proven : .likely,
          "the KDC \(kdcs.prefix(3).joined(separator: ", ")) \(how)"
            + (waited >= .seconds(1) ? ": \(waited) without a ticket" : ""),
          evidence: silent.prefix(8).flatMap(\.silenceEvidence),
          severity: silent.contains(where: \.isOfAbsentUser) && silent.contains(where: \.isBesideSMB) ? .error : nil,
          causes: lossCauses(silent).isEmpty ? nil : lossCauses(silent) + unreachableCauses,
          firstRemedies: lossCauses(silent).isEmpty ? [] : [.testMTUToKDC], goal: Goal(user: silent.onlyUser),
          connections: Array(Set(silent.compactMap(\.connection))).sorted())
      ]
    })

  static let kerberosResponseTooBig = Rule(
    id: "kerberos-response-too-big", severity: .error, phase: .kerberos, nature: .silence, needs: [.kerberosTraffic], supersededBySuccess: true,
    summary: "The KDC's answer does not fit into UDP, and the client gets no answer over TCP.",
    explanation: """
      The KDC told the client to ask again over TCP. That is normal, but the client then made no connection to TCP \
      port 88 of this KDC.
      """,
    whenBenign: "When an exchange over TCP follows at once. The answer is then part of a healthy logon, and smbdx does not report it.",
    howToVerify: "Test from the client whether TCP 88 of the KDC is open; a recording at the KDC shows whether the SYN arrives.",
    causes: ["a firewall lets UDP port 88 through, but not TCP port 88", "a client that cannot ask over TCP"],
    remedies: [.openPort88, .forceKerberosTCP], references: ["RFC 4120 7.2.1"],
    judge: .lookups { lookups, _ in
      // What came after each step, from the end: only what is needed of it.
      var isHelped = false
      var overTCP: [IPAddress: [KerberosExchange]] = [:]
      var observations: [Observation] = []
      for step in lookups.exchanges.reversed() {
        defer {
          isHelped = isHelped || step.isGranted || step.silence == .notCaptured
          if step.transport != .udp { overTCP[step.kdc.address] = [step] + (overTCP[step.kdc.address] ?? []).prefix(3) }
        }
        guard !isHelped, step.error?.errorCode == .responseTooBig, !step.isFollowed, let reply = step.reply else { continue }
        let overTCP = overTCP[step.kdc.address] ?? []
        let waited = overTCP.map { $0.start.time.since(reply.time) + $0.waited }.max() ?? step.waited
        // The connection came about, and what was lost is the request or the answer.
        guard !overTCP.contains(where: { $0.isSilent && $0.request != nil }) else { continue }
        let isBlocked = overTCP.contains { $0.isSilent }
        guard waited >= kdcTimeout || isBlocked && overTCP.contains(where: \.isRefused) else { continue }
        observations.append(Observation(
          isBlocked ? .likely : .possible,
          isBlocked
            ? "the KDC \(step.kdc.address) wants to answer over TCP, but its TCP port 88 cannot be reached"
            : "the KDC \(step.kdc.address) wants to answer over TCP, but the client does not ask again",
          evidence: [Evidence(reply.number, .server, "KRB-ERROR \(step.error?.errorCode.description ?? "")")]
            + overTCP.prefix(4).flatMap(\.silenceEvidence),
          severity: step.request == nil ? .info : nil, goal: Goal(), connections: step.connection.map { [$0] } ?? []))
      }
      return observations.reversed()
    })
}

private let unreachableCauses = [
  "a firewall between client and domain controller drops or rejects port 88", "the domain controller is down",
  "DNS or the client's configuration points to a wrong domain controller",
]

/// Where a segment of full size never arrives and smaller ones do.
private func lossCauses(_ silent: some Collection<KerberosExchange>) -> [String] {
  guard let lost = silent.lazy.compactMap(\.lostBytes).max(), lost >= Transcript.largeMessage else { return [] }
  return [
    "the path between client and domain controller loses large packets (a segment of \(counted(lost, "byte")) never arrived): its MTU is smaller than the two assume, as in a VPN or tunnel"
  ]
}

extension [KerberosExchange] {
  /// The same KDC answered before, and then no longer.
  fileprivate var silenceBehindAnswer: Observation? {
    guard let last = lastIndex(where: { $0.reply != nil }), last + 1 < endIndex, self[last].isNoRefusal, let granted = self[last].reply else { return nil }
    // Over TCP the request is not even sent when the SYN gets no answer.
    let silent = self[(last + 1)...].filter { $0.isSilent && ($0.request != nil || $0.transport != .udp) }
    // A TCP port that cannot be reached has a rule of its own: kerberos-response-too-big.
    guard self[last].error?.errorCode != .responseTooBig || silent.contains(where: { $0.request != nil }) else { return nil }
    guard let first = silent.first, silent.count == endIndex - last - 1, silent.isConclusive, !silent.contains(where: \.succeededLater),
      silent.allSatisfy({ $0.kdc.address == self[last].kdc.address })
    else { return nil }
    let waited = silent[silent.count - 1].start.time.since(first.start.time) + silent[silent.count - 1].waited
    let isUDP = silent.allSatisfy { $0.transport == .udp }
    return Observation(
      .likely,
      "the KDC \(first.kdc.address) answered before, but does not answer the request for \(silent.lazy.compactMap(\.request?.sname).first ?? "a ticket"): \(waited) without a ticket",
      evidence: [Evidence(granted.number, .server, "the last answer of a KDC")].compactMap(\.self) + silent.prefix(6).flatMap(\.silenceEvidence),
      causes: lossCauses(silent) + (isUDP ? ["the answer is too large for one UDP packet, and the path drops its fragments: let the client use TCP"] : [])
        + ["the domain controller hangs or went down at this moment", "a firewall lets the first request through, but not this one, because of its size or content"],
      firstRemedies: lossCauses(silent).isEmpty ? [] : [.testMTUToKDC],
      goal: Goal(), connections: Array<Int>(Set(silent.compactMap(\.connection))).sorted())
  }

  /// The answer came when the client had given up and left.
  fileprivate func answerTooLate(in one: Case) -> Observation? {
    guard let late = last(where: \.isAnsweredLate), let reply = late.reply,
      let connection = one.connections.last(where: {
        $0.leavesWithoutLogon && $0.lastFrame.number < reply.number && $0.lastFrame.number > late.start.number
      })
    else { return nil }
    let what = late.request.map { $0.isInitial ? "the request for a ticket of \($0.cname ?? "the user")" : "the request for \($0.sname)" } ?? "the request"
    return Observation(
      .likely, "the KDC \(late.kdc.address) answers \(what) only after \(reply.time.since(late.start.time)), when the client has left",
      evidence: [
        Evidence(late.start.number, .client, "\(late.request?.isInitial == true ? "AS-REQ" : "TGS-REQ")" + (late.tries > 1 ? ", sent \(late.tries) times" : "")),
        Evidence(connection.lastFrame.number, nil, "the connection to the server ends"), Evidence(reply.number, .server, "the answer, too late"),
      ].compactMap(\.self),
      causes: [
        "the domain controller was overloaded or hung, or waits for another one", "a path with long delays or heavy loss between client and domain controller",
      ], goal: Goal(), connections: [connection.id])
  }

  /// What was asked after a KDC sent the client to that of another realm; all when none did.
  fileprivate var behindLastReferral: [KerberosExchange] {
    let questions = afterSilentRealm
    return self[(lastIndex(where: \.leadsToOtherRealm).map { $0 + 1 } ?? 0)...].filter { !questions.contains($0.start.number) }
  }

  /// Where the client turns back to the KDC that had sent it to the silent one of another realm, and that does not know the service.
  var afterSilentRealm: Set<Int> {
    guard let place = lastIndex(where: \.leadsToOtherRealm) else { return [] }
    let behind = self[(place + 1)...]
    guard let silent = behind.first(where: { $0.isSilent && $0.kdc.address != self[place].kdc.address && $0.waited >= kdcTimeout }) else { return [] }
    return Set(
      behind.lazy.filter {
        $0.kdc.address == self[place].kdc.address && $0.start.number > silent.start.number && $0.error?.errorCode == .serviceUnknown
          && $0.request?.sname == silent.request?.sname
      }.map(\.start.number))
  }
}

extension Collection<KerberosExchange> where Self: BidirectionalCollection {
  /// Whether these, which are all silent, show that no KDC is there: one answer may be missing from the capture.
  var isConclusive: Bool {
    guard let first, let last else { return false }
    if contains(where: \.isRefused) { return true }
    // TCP repairs what is lost, so one request is enough.
    if contains(where: { $0.transport != .udp && $0.request != nil && $0.isSilent && $0.waited >= kdcTimeout }) { return true }
    return reduce(0) { $0 + $1.tries } >= 2 && last.start.time.since(first.start.time) + last.waited >= kdcTimeout
  }
}

extension [KerberosExchange] {
  /// The user who asked, if there was only one: the success of another user does not count.
  fileprivate var onlyUser: Account? {
    guard let first = first(where: { $0.user != nil }), let user = first.user else { return nil }
    let account = Account(user, realm: first.request?.realm)
    return allSatisfy { $0.user.map { account.isSame(as: Account($0)) } ?? true } ? account : nil
  }
}

extension KerberosExchange {
  /// No KDC answered, as far as the capture shows.
  var isSilent: Bool {
    switch silence {
    case .unanswered, .unreachable, .refused, .hungUp: true
    case .notCaptured, nil: false
    }
  }

  /// The KDC gave a ticket for that of another realm, where the client now has to ask.
  fileprivate var leadsToOtherRealm: Bool { referral != nil || isGranted && foreignRealm != nil }

  /// A ticket, or the wish for a proof of the password or for TCP.
  fileprivate var isNoRefusal: Bool { error == nil || isStep || error?.errorCode == .responseTooBig }

  /// Clients do not wait this long.
  var isAnsweredLate: Bool { reply.map { $0.time.since(start.time) >= kdcTimeout } ?? false }

  var isRefused: Bool { if case .refused = silence { true } else { false } }

  var silenceEvidence: [Evidence] {
    let what = request.map { "\($0.isInitial ? "AS-REQ" : "TGS-REQ") for \($0.sname)" } ?? "SYN to port 88"
    let times = tries > 1 ? ", sent \(tries) times" : ""
    let first = Evidence(start.number, .client, "\(what) to \(kdc.address)\(times), no answer")
    switch silence {
    case .refused(let stamp): return [first, Evidence(stamp.number, .server, transport == .udp ? "ICMP: not delivered" : "RST: refused")].compactMap(\.self)
    case .hungUp(let stamp): return [first, Evidence(stamp.number, .server, "the connection is closed")].compactMap(\.self)
    default: return [first].compactMap(\.self)
    }
  }
}
