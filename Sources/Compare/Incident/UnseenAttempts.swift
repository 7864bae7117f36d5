import Algorithms
import Packets
import Rules
import Transcripts

/// A client's attempts that the server's recording knows nothing of, although it was running and has that server.
struct UnseenAttempts {
  private let hop: HopComparison
  private let points: [CapturePoint]
  private let context: PathContext
  /// What the farther recording has.
  private let addresses: Set<IPAddress>
  private let routes: Set<[IPAddress]>
  private let ports: Set<UInt16>
  /// When connections to a port began that only the farther recording has, in order.
  private let unpaired: [UInt16: [Timestamp]]
  /// TTLs or hop limits with which segments of servers arrive, of connections that the farther recording has.
  private let hopLimits: [IPAddress: Set<UInt8>]
  /// Servers and clients of connections that get through.
  private let working: Set<[String]>

  private enum Limit {
    /// A recording begins with its first packet: so soon behind an attempt it was running already.
    static let beginning = TimeSpan.milliseconds(200)
    /// The same for a reset that does not look like one of the server.
    static let ofStrange = TimeSpan.seconds(3)
    /// A recording with nothing more in it for longer than this was stopped.
    static let silence = TimeSpan.seconds(10)
    /// Connections to the same port that close to each other may be one.
    static let same = TimeSpan.seconds(3)
  }

  /// Who records any port of SMB records this one.
  private static let usualPort: UInt16 = 445

  init(_ hop: HopComparison, _ points: [CapturePoint], _ context: PathContext) {
    (self.hop, self.points, self.context) = (hop, points, context)
    // Of a recording of the server's direction alone, a SYN says nothing by its absence.
    let far = hop.onlyNear.isEmpty ? [] : points[hop.far].connections.filter { $0.hasSeen(.client) }
    addresses = Set(far.flatMap { [$0.server.address, $0.client.address] })
    routes = Set(far.map { [$0.client.address, $0.server.address] })
    ports = Set(far.map(\.server.port))
    unpaired = Dictionary(grouping: hop.onlyNear.isEmpty ? [] : hop.onlyFar) { $0.server.port }.mapValues { $0.map(\.firstFrame.time).sorted() }
    let paired = far.isEmpty ? [] : hop.pairs.indices.map(hop.pairs.near)
    hopLimits = paired.reduce(into: [:]) { limits, one in limits[one.server.address, default: []].formUnion(one.hopLimitsOfServer) }
    working = Set(paired.map { ["\($0.client.address)", "\($0.server)"] })
  }

  var verdicts: [PathVerdict] { hop.onlyNear.compactMap(verdict) }

  private func verdict(_ one: PointConnection) -> PathVerdict? {
    guard let syn = one.handshake.syn, one.isEmptyOfServer, addresses.contains(one.server.address),
      // A recorder may have been told to keep one port only.
      ports.contains(one.server.port) || one.server.port == Self.usualPort, !isElsewhere(one, syn.time)
    else { return nil }
    if let reset = one.terminations.first(where: \.isRefusal) { return refusal(one, syn, reset) }
    return silence(one, syn)
  }

  /// Nobody answers.
  private func silence(_ one: PointConnection, _ syn: FrameStamp) -> PathVerdict? {
    let (first, last) = (syn.time, (one.handshake.lastTry ?? syn).time)
    let covered = Set([first, last, last - one.handshake.lastTryGap].filter(isCovered))
    // Of a single SYN a recorder may have lost the one packet.
    guard one.handshake.synCount >= 2, !covered.isEmpty || isSeen(one) && isNear(first, last) else { return unknown(one, syn) }
    return verdict(
      covered.count >= 2 && isSure(one) ? .proven : .likely,
      "\(attempts(one)) the server: something between \(one.client.address) and \(one.server.address) drops the SYN",
      why(one, isRunning: !covered.isEmpty), frame: syn.number)
  }

  /// Something answers in the name of the server.
  private func refusal(_ one: PointConnection, _ syn: FrameStamp, _ reset: PointClosing) -> PathVerdict? {
    let usual = hopLimits[one.server.address] ?? []
    let isStrange = !usual.isEmpty && !usual.contains(reset.hopLimit)
    let time = syn.time
    guard isCovered(time) || isSeen(one) && distance(time) <= (isStrange ? Limit.ofStrange : Limit.beginning), isStrange || !context.losesFar
    else { return unknown(one, syn) }
    let difference =
      isStrange ? "; the TTL of the reset is \(reset.hopLimit), other segments of the server arrive with \(FieldChange.list(usual.sorted().map(String.init)))" : ""
    return verdict(
      isCovered(time) && isStrange && isSure(one) ? .proven : .likely,
      "a device in front of \(one.server.address) refuses connections of \(one.client.address) to \(one.server) in the name of the server; they do not reach the server",
      why(one, isRunning: isCovered(time)) + difference, frame: reset.stamp.number)
  }

  /// It fails, and the farther recording says nothing of it.
  private func unknown(_ one: PointConnection, _ syn: FrameStamp) -> PathVerdict? {
    guard isSeen(one) else { return nil }
    return PathVerdict(
      kind: .unclear, confidence: .possible,
      deed: "a connection of \(one.client.address) to \(one.server) fails, and \(context.farName) shows nothing of it: it may not have been running then",
      why: nil, frames: [PathVerdict.Place(point: hop.near, frame: syn.number)], pairs: [], matters: false)
  }

  private func why(_ one: PointConnection, isRunning: Bool) -> String {
    let others = isSeen(one) ? "another connection of the two hosts" : "other connections of \(one.server.address)"
    return "the SYN is not in \(context.farName), but that recording \(isRunning ? "was running and" : "shows the moments around it, and") has \(others)"
  }

  private func verdict(_ confidence: Confidence, _ deed: String, _ why: String, frame: Int) -> PathVerdict {
    PathVerdict(
      kind: .unseen, confidence: confidence, deed: deed, why: why, frames: [PathVerdict.Place(point: hop.near, frame: frame)], pairs: [],
      matters: true)
  }

  // MARK: What the farther recording covers

  private func isCovered(_ time: Timestamp) -> Bool {
    let there = context.far(time)
    return there - context.timeout >= context.farSpan.lowerBound && there + context.timeout <= context.farSpan.upperBound
  }

  /// From the farther recording to this moment; zero within it.
  private func distance(_ time: Timestamp) -> TimeSpan {
    let there = context.far(time)
    return max(.zero, context.farSpan.lowerBound.since(there), there.since(context.farSpan.upperBound))
  }

  /// A recording begins and ends with packets: it was running a little longer.
  private func isNear(_ first: Timestamp, _ last: Timestamp) -> Bool {
    context.far(first) < context.farSpan.lowerBound ? distance(first) <= Limit.beginning : distance(last) <= Limit.silence
  }

  /// Both hosts are in the farther recording, with these addresses.
  private func isSeen(_ one: PointConnection) -> Bool { routes.contains([one.client.address, one.server.address]) }

  /// The clocks are known, and nothing is missing in the farther recording.
  private func isSure(_ one: PointConnection) -> Bool { isSeen(one) && !context.losesFar && context.clock != nil }

  /// It may be one of those that could not be paired.
  private func isElsewhere(_ one: PointConnection, _ time: Timestamp) -> Bool {
    guard let times = unpaired[one.server.port] else { return false }
    let (there, distance) = (context.far(time), Limit.same + context.timeout)
    let next = times.partitioningIndex { $0 > there - distance }
    return next < times.count && times[next] < there + distance
  }

  /// Others of the same client may get through.
  private func attempts(_ one: PointConnection) -> String {
    working.contains(["\(one.client.address)", "\(one.server)"])
      ? "a connection of \(one.client.address) to \(one.server) does not reach" : "connections of \(one.client.address) to \(one.server) do not reach"
  }
}

extension PointConnection {
  fileprivate var hopLimitsOfServer: Set<UInt8> {
    var limits = Set(terminations.lazy.filter { self.peer($0.side) == .server && !$0.isUnseen }.map(\.hopLimit))
    if serverStream.segments > 0 { limits.formUnion([serverStream.lowestHopLimit, serverStream.highestHopLimit]) }
    if let synAck { limits.insert(synAck.hopLimit) }
    return limits
  }
}
