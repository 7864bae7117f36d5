import Packets
import Protocols
import Transcripts

/// One reason for which a client had no ticket.
struct KerberosFailure {
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
struct KerberosFailures {
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
      // Clients expect no ticket for an address.
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
      // They are asked for where the client logged on with NTLM instead.
      guard all.isConclusive || all.hasSeveralTries else { return nil }
      return KerberosFailure(
        frame: exchange.start.number, time: exchange.start.time, text: "the KDC \(exchange.kdc.address) does not answer",
        evidence: all.prefix(4).flatMap(\.silenceEvidence), remedies: [.openPort88, .findDomainController], isOfUser: false, isJoinedByTime: false,
        isSilence: true)
    }
  }

  /// The last one before a frame, unless it is too old for a connection that began at a time.
  ///
  /// - Parameter user: failures of other users do not count; nil when the user is not known, and all count.
  func last(before frame: Int, since start: Timestamp, of user: String?) -> KerberosFailure? {
    let index = Self.count(failures, while: { $0.frame < frame })
    let name = user?.withoutRealm
    let ofUser = failures[max(index - Self.passedOver, 0)..<index].last { name == nil || $0.user == nil || $0.user == name }
    guard let failure = ofUser else { return nil }
    // A silent KDC does not matter if another one answered.
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
