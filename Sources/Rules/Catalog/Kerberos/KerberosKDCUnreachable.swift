import Packets
import Protocols
import Transcripts

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
      if let observation = lookups.exchanges.silenceBehindAnswer(in: one) ?? one.flatMap({ lookups.exchanges.answerTooLate(in: $0) }) { return [observation] }
      let asked = lookups.exchanges.behindLastReferral
      guard asked.allSatisfy({ $0.isSilent || $0.succeededLater == false && $0.reply == nil }) else { return [] }
      let silent = asked.filter(\.isSilent)
      guard let first = silent.first, let last = silent.last, !silent.contains(where: \.succeededLater),
        // A scan of ports asks for no ticket.
        silent.contains(where: { $0.request != nil }) || one?.connections.contains(where: { $0.dialect != nil }) == true
      else { return [] }
      guard silent.isConclusive(in: one) else { return [] }
      let refused = silent.contains(where: \.isRefused)
      let waited = last.start.time.since(first.start.time) + last.waited
      let kdcs = Set(silent.map { "\($0.kdc.address)" }).sorted()
      let isRefusing = refused && !silent.contains { $0.silence == .unanswered || $0.silence == .unreachable }
      let isMissing = silent.allSatisfy(\.isUndelivered)
      let how = isMissing ? "cannot be reached" : isRefusing ? "takes no requests on port 88" : "does not answer on port 88"
      return [
        Observation(
          refused ? .proven : .likely,
          "the KDC \(kdcs.prefix(3).joined(separator: ", ")) \(how)"
            + (waited >= .seconds(1) ? ": \(waited) without a ticket" : ""),
          evidence: silent.prefix(8).flatMap(\.silenceEvidence),
          severity: silent.contains(where: \.isOfAbsentUser) && silent.contains(where: \.isBesideSMB) ? .error : nil,
          causes: isMissing ? missingCauses : isRefusing ? refusedCauses : lossCauses(silent).isEmpty ? nil : lossCauses(silent) + unreachableCauses,
          firstRemedies: isMissing ? [.findDomainController] : isRefusing ? [.kdcService] : lossCauses(silent).isEmpty ? [] : [.testMTUToKDC], goal: Goal(user: silent.onlyUser),
          connections: Array(Set(silent.compactMap(\.connection))).sorted())
      ]
    })
}

private let unreachableCauses = [
  "a firewall between client and domain controller drops or rejects port 88", "the domain controller is down",
  "DNS or the client's configuration points to a wrong domain controller",
]

/// A router or the client's own system says so.
private let missingCauses = [
  "DNS or the client's configuration (krb5.conf) points to a wrong or old address of a domain controller", "the domain controller is down",
  "no route to the domain controller's network, or a VPN that is not up", "a firewall between client and domain controller rejects port 88",
]

/// A firewall that rejects is rare inside a network.
private let refusedCauses = [
  "no KDC runs on this host: its service is stopped, or does not listen on this address",
  "DNS or the client's configuration points to a host that is not a domain controller",
  "a firewall between client and domain controller rejects port 88",
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
  fileprivate func silenceBehindAnswer(in one: Case?) -> Observation? {
    guard let last = lastIndex(where: { $0.reply != nil }), last + 1 < endIndex, self[last].isNoRefusal, let granted = self[last].reply else { return nil }
    // Over TCP the request is not even sent when the SYN gets no answer.
    let silent = self[(last + 1)...].filter { $0.isSilent && ($0.request != nil || $0.transport != .udp) }
    // A TCP port that cannot be reached has a rule of its own: kerberos-response-too-big.
    guard self[last].error?.errorCode != .responseTooBig || silent.contains(where: { $0.request != nil }) else { return nil }
    guard let first = silent.first, silent.count == endIndex - last - 1, silent.isConclusive(in: one), !silent.contains(where: \.succeededLater),
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

  /// The user who asked, if there was only one: the success of another user does not count.
  fileprivate var onlyUser: Account? {
    guard let first = first(where: { $0.user != nil }), let user = first.user else { return nil }
    let account = Account(user, realm: first.request?.realm)
    return allSatisfy { $0.user.map { account.isSame(as: Account($0)) } ?? true } ? account : nil
  }
}

extension KerberosExchange {
  /// A ticket, or the wish for a proof of the password or for TCP.
  fileprivate var isNoRefusal: Bool { error == nil || isStep || error?.errorCode == .responseTooBig }
}
