import Algorithms
package import Packets

/// Two capture points with nothing between them but the path: the nearer to the client first.
package struct HopComparison: Sendable {
  /// Places of the two points.
  package var near: Int
  package var far: Int
  package var clock: ClockRelation?
  /// The recordings have the same frames at the same times.
  var isSameRecording: Bool
  /// What the way between the points takes there and back, as a rule.
  package var usualTrip: TimeSpan
  /// The same for what is quickest: a path may hold back all messages, and let the handshakes pass.
  var quickestTrip: TimeSpan
  package var pairs: PairList
  package var onlyNear: [PointConnection]
  package var onlyFar: [PointConnection]
  /// In order of weight.
  package internal(set) var verdicts: [PathVerdict] = []
  /// Places of the pairs of which another hop shows what happened: the points here are not those of the hosts.
  var toldElsewhere: Set<Int> = []
}

/// Two points before anything is said about them.
struct PairedPoints {
  private enum Limit {
    /// Of more connections each gives only what says most about the clocks and the way.
    static let inFull = 256
    /// Connections that tell of clocks and the way, taken evenly from all; of more, more is not learned.
    static let asked = 4096
  }

  private(set) var pairing: Pairing
  /// nil when no packet was seen at both points.
  let clock: ClockRelation?
  /// The first point has what a device opens for connections at the second one, or the only answers of the server.
  private let isServerFirst: Bool
  /// What answers take longer at the first point, in order.
  private(set) var trips: [TimeSpan] = []
  /// The recordings have the same frames at the same times.
  private(set) var isSameRecording = false

  init(_ near: CapturePoint, _ far: CapturePoint) {
    let pairing = Pairing(near: near.connections, far: far.connections)
    var samples: [ClockRelation.Sample] = []
    let isShort = pairing.pairs.count > Limit.inFull
    var count = 0
    var isSame = true
    var differences: ClosedRange<Int64>?
    for pair in pairing.pairs.striding(by: 1 + pairing.pairs.count / Limit.asked) {
      let aligned = AlignedPair(pair, near.connections[pair.near], far.connections[pair.far])
      let (ours, trips) = (aligned.samples, aligned.roundTrips.sorted())
      count += ours.count
      for one in ours.map(\.difference) { differences = min(differences?.lowerBound ?? one, one)...max(differences?.upperBound ?? one, one) }
      isSame = isSame && aligned.hasSameHopLimits
      samples += isShort ? Self.quickest(ours) : ours
      self.trips += isShort && !trips.isEmpty ? [trips[trips.count / 2]] : trips
    }
    trips.sort()
    clock = ClockRelation(samples)
    self.pairing = pairing
    let attempts = UnansweredAttempts(near: near.connections, far: far.connections, clock: clock).pairs(pairing.onlyNear, pairing.onlyFar)
    self.pairing.add(attempts)
    isServerFirst =
      self.pairing.pairs.isEmpty
      ? !UnansweredAttempts(near: far.connections, far: near.connections, clock: nil).pairs(pairing.onlyFar, pairing.onlyNear).isEmpty
      : self.pairing.pairs.allSatisfy { near.connections[$0.near].getsNoAnswer(from: far.connections[$0.far]) }
    isSameRecording = isSame && count > 3 && (differences.map(Self.isOfOneClock) ?? false)
  }

  /// Packets take longer from one recorder to another than the last digit of their times: the same packets, whose times may have
  /// been moved, or stored in microseconds.
  private static func isOfOneClock(_ differences: ClosedRange<Int64>) -> Bool {
    differences.lowerBound == differences.upperBound || differences.lowerBound > -1000 && differences.upperBound < 1000
  }

  /// The packets of each direction that took the least time.
  private static func quickest(_ samples: [ClockRelation.Sample]) -> [ClockRelation.Sample] {
    [
      samples.filter(\.isFromClient).min { $0.difference < $1.difference },
      samples.filter { !$0.isFromClient }.max { $0.difference < $1.difference },
    ].compactMap(\.self)
  }

  /// Nearly all answers come sooner at the first point than at the second, or none come to the second, so the first is the one nearer
  /// to the server.
  var isBackward: Bool {
    guard trips.count >= 3 else { return trips.isEmpty ? isServerFirst : trips.allSatisfy { $0 < .zero } }
    return trips[trips.count * 9 / 10] < .zero
  }

  /// The median; zero if unknown.
  var usualTrip: TimeSpan { trips.isEmpty ? .zero : trips[trips.count / 2] }
  /// Not the very first: one odd packet says nothing.
  var quickestTrip: TimeSpan { trips.isEmpty ? .zero : trips[trips.count / 20] }
}

extension HopComparison {
  /// - Parameter paired: the point at `near` and the one behind it.
  init(_ points: [CapturePoint], near: Int, _ paired: PairedPoints, labels: [String]) {
    let far = near + 1
    let (ours, theirs) = (points[near], points[far])
    self.near = near
    self.far = far
    clock = paired.clock
    isSameRecording = paired.isSameRecording
    usualTrip = max(.zero, paired.usualTrip)
    quickestTrip = max(.zero, paired.quickestTrip)
    let context = PathContext(
      clock: clock, nearSpan: ours.first...max(ours.first, ours.last), farSpan: theirs.first...max(theirs.first, theirs.last),
      nearName: Self.recording(labels[near], points.count), farName: Self.recording(labels[far], points.count),
      points: (Self.point(labels[near], points.count), Self.point(labels[far], points.count)), losesNear: ours.losesPackets, losesFar: theirs.losesPackets, usualTrip: usualTrip, quickestTrip: quickestTrip, isRedacted: ours.isRedacted || theirs.isRedacted)
    pairs = PairList(paired.pairing.pairs, ours, theirs, context)
    onlyNear = paired.pairing.onlyNear.map { ours.connections[$0] }
    onlyFar = paired.pairing.onlyFar.map { theirs.connections[$0] }
    let written = VerdictWriter(self, points, context).written()
    verdicts = written.verdicts
    pairs.tampered = written.tampered
  }

  /// What others take from one point to the other, beside a message that took so long.
  func othersTake(beside transit: TimeSpan) -> String {
    let isUsual = transit < usualTrip * 2
    let way = (isUsual ? quickestTrip : usualTrip) / 2
    return "\(isUsual ? "the quickest takes" : "others take") \(way < .milliseconds(1) / 10 ? "less than 0.1 ms" : "\(way)")"
  }

  private static func recording(_ label: String, _ count: Int) -> String {
    count == 2 ? "the \(label)'s recording" : "the recording \(label)"
  }

  private static func point(_ label: String, _ count: Int) -> String { count == 2 ? "the \(label)'s point" : "the point of \(label)" }

  /// The connections that this hop harms, by their number at a point.
  func harmed(at point: Int) -> Set<Int> {
    Set(pairs.tampered.map { tcpStream(of: $0, at: point) })
  }

  private func tcpStream(of place: Int, at point: Int) -> Int {
    point == near ? pairs.near(place).tcpStream : pairs.far(place).tcpStream
  }

  /// Another hop, which shares a point with this one, shows what harms some of its connections.
  mutating func leave(_ streams: Set<Int>, at point: Int) {
    for place in pairs.indices where streams.contains(tcpStream(of: place, at: point)) { toldElsewhere.insert(place) }
    verdicts.removeAll { $0.kind == .host && $0.pairs.allSatisfy(toldElsewhere.contains) }
  }

  package var isTampered: Bool { verdicts.contains(where: \.matters) }
}
