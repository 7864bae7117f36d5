import Packets
import Protocols
import Transcripts

// A KDC that does not answer, or answers too late.

/// What a client waits for a KDC before it gives up: three or four tries.
let kdcTimeout = TimeSpan.seconds(10)

extension [KerberosExchange] {
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

extension Collection<KerberosExchange> where Self: BidirectionalCollection {
  /// Whether the client left a server, or turned to NTLM, because none of these had an answer: who does so after three tries waits no longer.
  func isConclusive(in one: Case?) -> Bool {
    if isConclusive { return true }
    guard let first, let last, let one, hasSeveralTries else { return false }
    let lastTry = last.start.time + last.waited
    if one.connections.contains(where: { $0.turnsToNTLM(after: last.start, lastTry: lastTry) }) { return true }
    return one.connections.contains { connection in
      connection.leavesWithoutLogon && connection.endedBy == .client && connection.lastFrame.number > last.start.number
        && (connection.negotiateFrame.map { $0 < first.start.number } ?? false || contains(where: \.isHungUp))
        && connection.lastFrame.time.since(lastTry) <= kdcTimeout
    }
  }
}

extension Collection<KerberosExchange> {
  /// As many as tell a silent KDC from an answer that was lost. One that hangs up had the request.
  var hasSeveralTries: Bool { reduce(0) { $0 + $1.tries } >= 3 || contains(where: \.isHungUp) }
}

extension ConnectionBrief {
  /// Soon after the last try to ask a KDC the client logs on with NTLM.
  fileprivate func turnsToNTLM(after question: FrameStamp, lastTry: Timestamp) -> Bool {
    sessions.contains {
      $0.identity.mechanism == .ntlm && $0.requestStamp.frame > question.number && $0.requestStamp.time.since(lastTry) <= kdcTimeout
    }
  }
}

extension KerberosExchange {
  var isHungUp: Bool { if case .hungUp = silence { true } else { false } }

  /// No KDC answered, as far as the capture shows.
  var isSilent: Bool {
    switch silence {
    case .unanswered, .unreachable, .refused, .undelivered, .hungUp: true
    case .notCaptured, nil: false
    }
  }

  /// The KDC gave a ticket for that of another realm, where the client now has to ask.
  var leadsToOtherRealm: Bool { referral != nil || isGranted && foreignRealm != nil }

  /// Clients do not wait this long.
  var isAnsweredLate: Bool { reply.map { $0.time.since(start.time) >= kdcTimeout } ?? false }

  /// An RST or ICMP error says that the request was not taken.
  var isRefused: Bool {
    switch silence {
    case .refused, .undelivered: true
    default: false
    }
  }

  var isUndelivered: Bool { if case .undelivered = silence { true } else { false } }

  var silenceEvidence: [Evidence] {
    let what = request.map { "\($0.isInitial ? "AS-REQ" : "TGS-REQ")" + ($0.sname.isEmpty ? "" : " for \($0.sname)") } ?? "SYN to port 88"
    let times = tries > 1 ? ", sent \(tries) times" : ""
    let isOpen = silence == .unanswered || silence == .unreachable
    let first = Evidence(start.number, .client, "\(what) to \(kdc.address)\(times)" + (isOpen ? ", no answer" : ""))
    switch silence {
    case .refused(let stamp): return [first, Evidence(stamp.number, .server, transport == .udp ? "ICMP: not delivered" : "RST: refused")].compactMap(\.self)
    case .undelivered(let stamp, let reporter): return [first, Evidence(stamp.number, nil, "ICMP from \(reporter): not delivered")].compactMap(\.self)
    case .hungUp(let stamp): return [first, Evidence(stamp.number, .server, "the connection is closed")].compactMap(\.self)
    default: return [first].compactMap(\.self)
    }
  }
}
