import Packets
import Transcripts

/// Whether the host in a reset's source address really sent it.
///
/// Each sign is weak or strong by itself; a verdict needs several. The signs follow published work on forged
/// resets and RFC 9293; the weights are this project's own.
struct Attribution {
  enum Weight: Int {
    case weak = 1
    case medium = 2
    case strong = 3
  }

  struct Sign {
    var weight: Weight
    var note: String
  }

  let closing: Closing
  private(set) var signs: [Sign] = []

  var score: Int { signs.reduce(0) { $0 + $1.weight.rawValue } }

  /// How sure it is that somebody else sent the segment; nil when nothing speaks for it.
  var thirdParty: Confidence? {
    let strong = signs.filter { $0.weight == .strong }.count
    let medium = signs.filter { $0.weight == .medium }.count
    if score >= 4, strong >= 1 || medium >= 2 { return .likely }
    return score >= 2 && strong + medium >= 1 ? .possible : nil
  }

  init(_ closing: Closing, in transcript: Transcript) {
    self.closing = closing
    let trace = transcript.trace(of: transcript.peer(closing.side))
    guard closing.kind == .rst else { return }
    // Without a few segments of the host itself there is little to compare with: the TTL of its SYN or SYN-ACK.
    if trace.segments > 0 || trace.highestHopLimit > 0 { judgeHopLimit(trace) }
    guard trace.segments >= 2 else { return }
    judgeIdentification(trace)
    judgeSequence(transcript)
    judgeTiming(transcript)
    judgeHardware(trace)
    judgeOtherResets(transcript)
    if trace.frameAfterReset > 0 {
      add(.strong, "the same host goes on sending new data after it (frame \(trace.frameAfterReset))")
    }
    if closing.window != 0, closing.window != trace.lastWindow {
      add(.weak, "its window is \(closing.window), the host's last was \(trace.lastWindow)")
    }
    if closing.trafficClass != trace.trafficClass {
      add(.weak, "its traffic class is \(closing.trafficClass), the host's is \(trace.trafficClass)")
    }
  }

  private mutating func add(_ weight: Weight, _ note: String) { signs.append(Sign(weight: weight, note: note)) }

  private mutating func judgeHopLimit(_ trace: HostTrace) {
    let usual = trace.lowestHopLimit...trace.highestHopLimit
    guard !usual.contains(closing.hopLimit) else { return }
    let distance = closing.hopLimit < usual.lowerBound
      ? usual.lowerBound - closing.hopLimit : closing.hopLimit - usual.upperBound
    let baseline = usual.lowerBound == usual.upperBound ? "\(usual.lowerBound)" : "\(usual.lowerBound) to \(usual.upperBound)"
    // A host may start its resets with another initial TTL; the distance it is away stays the same.
    let isSameDistance = Self.hops(closing.hopLimit) == Self.hops(usual.upperBound)
    // No change of route within a connection is that long.
    let weight: Weight = isSameDistance ? .weak : distance >= 8 ? .strong : distance >= 2 ? .medium : .weak
    add(weight, "its TTL is \(closing.hopLimit), the host's other segments have \(baseline)")
  }

  /// Routers between, if the sender began with one of the usual initial values.
  private static func hops(_ hopLimit: UInt8) -> UInt8 {
    (hopLimit <= 64 ? 64 : hopLimit <= 128 ? 128 : 255) - hopLimit
  }

  private mutating func judgeIdentification(_ trace: HostTrace) {
    guard let identification = closing.identification else { return }
    let countsUp = trace.zeroIdentifications == 0 && trace.smallIdentificationSteps * 4 >= (trace.segments - 1) * 3
    if countsUp, trace.segments >= 4, identification != 0, identification &- trace.lastIdentification > 1024 {
      add(.weak, "its IP ID is \(identification), the host counts up and was at \(trace.lastIdentification)")
    } else if trace.zeroIdentifications == trace.segments, identification != 0 {
      add(.weak, "its IP ID is \(identification), the host always sends 0")
    }
  }

  /// RFC 9293 3.5.2: a host's reset has the next sequence number, or the one its peer has acknowledged.
  private mutating func judgeSequence(_ transcript: Transcript) {
    let isWhole = transcript.visibility.lost.isEmpty && transcript.visibility.missingFromClient == 0
      && transcript.visibility.missingFromServer == 0
    let distance = closing.position - transcript.streamEnd(of: transcript.peer(closing.side))
    if isWhole, distance > 1 {
      add(.medium, "its sequence number is \(distance) bytes beyond what the host has sent")
    }
  }

  /// Seen near one host, the answer of the other cannot come sooner than a round trip takes.
  private mutating func judgeTiming(_ transcript: Transcript) {
    guard transcript.peer(closing.side) == .server, let roundTrip = transcript.roundTripTime,
      let delay = closing.sinceOtherSide, let silence = closing.otherSideSilence,
      // Below 10 ms a look-up of the hardware address weighs as much as the way. A client that sends all the time
      // does not tell which of its segments was answered.
      roundTrip >= 10_000_000, silence >= roundTrip, delay >= 0, delay < roundTrip / 2
    else { return }
    add(
      .strong,
      "it comes \(milliseconds(delay)) after the client's segment, but the server is \(milliseconds(roundTrip)) away")
  }

  private mutating func judgeHardware(_ trace: HostTrace) {
    guard closing.hardwareSource != 0, trace.hardwareSource != 0, !trace.hasSeveralHardwareSources,
      closing.hardwareSource != trace.hardwareSource
    else { return }
    // Behind a router the address is the router's, and routers take turns; next to the capture it is the host's own.
    let isNeighbour = Self.hops(trace.highestHopLimit) == 0
    add(isNeighbour ? .strong : .weak, "it comes from another hardware address than the host's other segments")
  }

  private mutating func judgeOtherResets(_ transcript: Transcript) {
    let resets = transcript.closings.filter { $0.kind == .rst }
    let isFirst = !transcript.closings.contains { $0.kind == .fin }
    if isFirst, resets.contains(where: { $0.side != closing.side && abs($0.stamp.time.since(closing.stamp.time)) < 1_000_000 }) {
      add(.medium, "both ends were reset within a millisecond")
    }
    let guesses = Set(resets.filter { $0.side == closing.side && $0.sequenceDistance > 1 }.map(\.sequenceDistance))
    if guesses.count > 1 { add(.medium, "several resets try different sequence numbers") }
  }
}

extension Transcript {
  /// Enough speaks for it to name another device as the cause.
  var wasResetByThirdParty: Bool { forgedReset?.thirdParty == .likely }

  /// The reset that somebody else most likely sent, of either direction.
  var forgedReset: Attribution? {
    closings.filter { $0.kind == .rst && !$0.isIgnored }.map { Attribution($0, in: self) }
      .filter { $0.thirdParty != nil }
      .max { ($0.score, $1.closing.stamp.number) < ($1.score, $0.closing.stamp.number) }
  }
}
