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
  /// TTLs or hop limits with which segments of servers arrive, of connections that the farther recording has.
  private let hopLimits: [IPAddress: Set<UInt8>]
  /// Servers and clients of connections that get through.
  private let working: Set<[String]>

  private enum Limit {
    /// A recording begins with its first packet: so soon behind an attempt it was running already.
    static let beginning = TimeSpan.milliseconds(200)
    /// Connections to the same port that close to each other may be one.
    static let same = TimeSpan.seconds(3)
    /// Who records any of it records this.
    static let usualPort: UInt16 = 445
  }

  init(_ hop: HopComparison, _ points: [CapturePoint], _ context: PathContext) {
    (self.hop, self.points, self.context) = (hop, points, context)
    let far = hop.onlyNear.isEmpty ? [] : points[hop.far].connections
    addresses = Set(far.flatMap { [$0.server.address, $0.client.address] })
    routes = Set(far.map { [$0.client.address, $0.server.address] })
    ports = Set(far.map(\.server.port))
    let paired = far.isEmpty ? [] : hop.pairs.indices.map(hop.pairs.near)
    hopLimits = paired.reduce(into: [:]) { limits, one in limits[one.server.address, default: []].formUnion(one.hopLimitsOfServer) }
    working = Set(paired.map { ["\($0.client.address)", "\($0.server)"] })
  }

  var verdicts: [PathVerdict] { hop.onlyNear.compactMap(verdict) }

  private func verdict(_ one: PointConnection) -> PathVerdict? {
    guard one.handshake.synFrame > 0, one.isEmptyOfServer, addresses.contains(one.server.address),
      // A recorder may have been told to keep one port only.
      ports.contains(one.server.port) || one.server.port == Limit.usualPort, !isElsewhere(one)
    else { return nil }
    if let reset = one.terminations.first(where: \.isRefusal) { return refusal(one, reset) }
    return silence(one)
  }

  /// Nobody answers.
  private func silence(_ one: PointConnection) -> PathVerdict? {
    // Of a single SYN a recorder may have lost the one packet.
    let tries = [one.handshake.synTime, one.handshake.lastTryTime, one.handshake.lastTryTime - one.handshake.lastTryGap].filter(isCovered)
    guard one.handshake.synCount >= 2, !tries.isEmpty else { return nil }
    let isSure = Set(tries).count >= 2 && isSeen(one) && !context.losesFar
    return verdict(
      isSure ? .proven : .likely,
      "\(attempts(one)) the server: something between \(one.client.address) and \(one.server.address) drops the SYN",
      "the SYN is not in \(context.farName), but that recording was running and has \(others(one))", frame: one.handshake.synFrame)
  }

  /// Something answers in the name of the server.
  private func refusal(_ one: PointConnection, _ reset: PointClosing) -> PathVerdict? {
    let usual = hopLimits[one.server.address] ?? []
    let isStrange = !usual.isEmpty && !usual.contains(reset.hopLimit)
    let isCovered = isCovered(one.handshake.synTime)
    guard isCovered || isStrange || isSeen(one) && isShortlyBefore(one.handshake.synTime) else { return nil }
    let running = isCovered ? "that recording was running and has \(others(one))" : "that recording begins soon after it, with \(others(one))"
    let difference = isStrange ? "; the TTL of the reset is \(reset.hopLimit), other segments of the server arrive with \(FieldChange.list(usual.sorted().map(String.init)))" : ""
    return verdict(
      isCovered && isStrange && isSeen(one) && !context.losesFar ? .proven : .likely,
      "a device in front of \(one.server.address) refuses connections of \(one.client.address) to \(one.server) in the name of the server; they do not reach the server",
      "the SYN is not in \(context.farName), but \(running)\(difference)", frame: reset.stamp.number)
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

  private func isShortlyBefore(_ time: Timestamp) -> Bool {
    context.farSpan.lowerBound.since(context.far(time)).magnitude <= Limit.beginning
  }

  /// Both hosts are in the farther recording, with these addresses.
  private func isSeen(_ one: PointConnection) -> Bool { routes.contains([one.client.address, one.server.address]) }

  private func others(_ one: PointConnection) -> String {
    isSeen(one) ? "another connection of the two hosts" : "other connections of \(one.server.address)"
  }

  /// It may be one of those that could not be paired.
  private func isElsewhere(_ one: PointConnection) -> Bool {
    let there = context.far(one.handshake.synTime)
    return hop.onlyFar.contains { other in
      other.server.port == one.server.port && other.firstFrame.time.since(there).magnitude < Limit.same + context.timeout
    }
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
