package import Packets

/// Whether the host in a reset's source address really sent it.
///
/// Each sign is weak or strong by itself; a verdict needs several. The signs follow published work on forged
/// resets and RFC 9293; the weights are this project's own.
package struct Attribution: Sendable {
  package enum Weight: Int, Sendable {
    case weak = 1
    case medium = 2
    case strong = 3
  }

  package struct Sign: Sendable {
    package var weight: Weight
    package var fact: Fact
  }

  /// What about the segment is not the host's.
  package enum Fact: Sendable {
    case hopLimit(UInt8, usual: ClosedRange<UInt8>)
    case identification(UInt16, last: UInt16)
    case identificationNotZero(UInt16)
    case sequence(beyond: Int)
    /// Nanoseconds.
    case soonerThanRoundTrip(delay: TimeSpan, roundTrip: TimeSpan)
    case hardwareAddress
    case bothEnds
    case severalSequenceNumbers
    case hostGoesOn(frame: Int)
    case window(UInt16, last: UInt16)
    case trafficClass(UInt8, host: UInt8)
  }

  /// How much evidence there is for another sender.
  package enum Suspicion: Sendable {
    case possible, likely
  }

  package let termination: Termination
  package private(set) var signs: [Sign] = []

  package var score: Int { signs.reduce(0) { $0 + $1.weight.rawValue } }

  /// How certain it is that another device sent the segment; nil without evidence.
  package var suspicion: Suspicion? {
    let strong = signs.filter { $0.weight == .strong }.count
    let medium = signs.filter { $0.weight == .medium }.count
    if score >= 4, strong >= 1 || medium >= 2 { return .likely }
    return score >= 2 && strong + medium >= 1 ? .possible : nil
  }

  /// Enough to say that the host did not send it.
  package var isForged: Bool { suspicion == .likely || suspicion != nil && signs.contains { $0.weight == .strong } }

  init(_ termination: Termination, in transcript: Transcript) {
    self.termination = termination
    let trace = transcript.trace(of: transcript.peer(termination.side))
    guard termination.kind == .rst else { return }
    // Without a few segments of the host itself there is little to compare with: the TTL of its SYN or SYN-ACK.
    if trace.segments > 0 || trace.highestHopLimit > 0 { judgeHopLimit(trace) }
    guard trace.segments >= 2 else { return }
    judgeIdentification(trace)
    judgeSequence(transcript)
    judgeTiming(transcript)
    judgeHardware(trace)
    judgeOtherResets(transcript)
    if let frame = trace.frameAfterReset {
      add(.strong, .hostGoesOn(frame: frame))
    }
    if termination.window != 0, termination.window != trace.lastWindow {
      add(.weak, .window(termination.window, last: trace.lastWindow))
    }
    if termination.trafficClass != trace.trafficClass {
      add(.weak, .trafficClass(termination.trafficClass, host: trace.trafficClass))
    }
  }

  private mutating func add(_ weight: Weight, _ fact: Fact) { signs.append(Sign(weight: weight, fact: fact)) }

  private mutating func judgeHopLimit(_ trace: HostTrace) {
    let usual = trace.lowestHopLimit...trace.highestHopLimit
    guard !usual.contains(termination.hopLimit) else { return }
    let distance = termination.hopLimit < usual.lowerBound
      ? usual.lowerBound - termination.hopLimit : termination.hopLimit - usual.upperBound
    // A host may start its resets with another initial TTL; the distance it is away stays the same.
    let isSameDistance = Self.hops(termination.hopLimit) == Self.hops(usual.upperBound)
    // No change of route within a connection is that long.
    // A router next to a host is one hop nearer, and a host whose segments all came by one way hardly changes it at the end.
    let isConstant = trace.lowestHopLimit == trace.highestHopLimit
    let weight: Weight = isSameDistance ? .weak : distance >= 8 ? .strong : distance >= 2 || isConstant ? .medium : .weak
    add(weight, .hopLimit(termination.hopLimit, usual: usual))
  }

  /// Routers between, if the sender began with one of the usual initial values.
  private static func hops(_ hopLimit: UInt8) -> UInt8 {
    (hopLimit <= 64 ? 64 : hopLimit <= 128 ? 128 : 255) - hopLimit
  }

  private mutating func judgeIdentification(_ trace: HostTrace) {
    guard let identification = termination.identification else { return }
    let countsUp = trace.zeroIdentifications == 0 && trace.smallIdentificationSteps * 4 >= (trace.segments - 1) * 3
    if countsUp, trace.segments >= 4, identification != 0, identification &- trace.lastIdentification > 1024 {
      add(.weak, .identification(identification, last: trace.lastIdentification))
    } else if trace.zeroIdentifications == trace.segments, identification != 0 {
      add(.weak, .identificationNotZero(identification))
    }
  }

  /// RFC 9293 3.5.2: a host's reset has the next sequence number, or the one its peer has acknowledged.
  private mutating func judgeSequence(_ transcript: Transcript) {
    let isWhole = transcript.visibility.lost.isEmpty && transcript.visibility.missingFromClient == 0
      && transcript.visibility.missingFromServer == 0
    let distance = termination.position - transcript.streamEnd(of: transcript.peer(termination.side))
    if isWhole, distance > 1 {
      add(.medium, .sequence(beyond: distance))
    }
  }

  /// Seen near one host, the answer of the other cannot come sooner than a round trip takes.
  private mutating func judgeTiming(_ transcript: Transcript) {
    guard transcript.peer(termination.side) == .server, let roundTrip = transcript.roundTripTime,
      let delay = termination.sinceOtherSide, let silence = termination.otherSideSilence,
      // Below 10 ms a look-up of the hardware address weighs as much as the way. A client that sends all the time
      // does not tell which of its segments was answered.
      roundTrip >= .milliseconds(10), silence >= roundTrip, delay >= .zero, delay < roundTrip / 2
    else { return }
    add(.strong, .soonerThanRoundTrip(delay: delay, roundTrip: roundTrip))
  }

  private mutating func judgeHardware(_ trace: HostTrace) {
    guard termination.hardwareSource != 0, trace.hardwareSource != 0, !trace.hasSeveralHardwareSources,
      termination.hardwareSource != trace.hardwareSource
    else { return }
    // Behind a router the address is the router's, and routers take turns; next to the capture it is the host's own.
    let isNeighbour = Self.hops(trace.highestHopLimit) == 0
    add(isNeighbour ? .strong : .weak, .hardwareAddress)
  }

  private mutating func judgeOtherResets(_ transcript: Transcript) {
    let resets = transcript.terminations.filter { $0.kind == .rst }
    let isFirst = !transcript.terminations.contains { $0.kind == .fin }
    if isFirst, resets.contains(where: { $0.side != termination.side && $0.stamp.time.since(termination.stamp.time).magnitude < .milliseconds(1) }) {
      add(.medium, .bothEnds)
    }
    let guesses = Set(resets.filter { $0.side == termination.side && $0.sequenceDistance > 1 }.map(\.sequenceDistance))
    if guesses.count > 1 { add(.medium, .severalSequenceNumbers) }
  }
}

extension Transcript {
  /// Enough speaks for it to name another device as the cause.
  package var wasResetByThirdParty: Bool { forgedReset?.isForged ?? false }

  /// The reset of either direction that another device may have sent.
  package var forgedReset: Attribution? { rarities.isAbsent ? nil : rarities.read { $0.forgedReset } }

  /// Looks at the resets once, when no more segments will come.
  mutating func attributeResets() {
    guard terminations.contains(where: { $0.kind == .rst && !$0.isIgnored }) else { return }
    let forged = terminations.filter { $0.kind == .rst && !$0.isIgnored }.map { Attribution($0, in: self) }
      .filter { $0.suspicion != nil }
      .max { ($0.score, $1.termination.stamp.number) < ($1.score, $0.termination.stamp.number) }
    if let forged { rarities.value.forgedReset = forged }
  }
}
