package import Packets

/// Two capture points with nothing between them but the path: the nearer to the client first.
package struct HopComparison: Sendable {
  /// Places of the two points.
  package var near: Int
  package var far: Int
  package var clock: ClockRelation?
  /// What the way between the points takes there and back, as a rule.
  package var usualTrip: TimeSpan
  package var pairs: [PairComparison]
  package var onlyNear: [PointConnection]
  package var onlyFar: [PointConnection]
  /// In order of weight.
  package internal(set) var verdicts: [PathVerdict] = []
  /// Places of the pairs of which another hop shows what happened: the points here are not those of the hosts.
  var toldElsewhere: Set<Int> = []
}

/// Two points before anything is said about them.
struct PairedPoints {
  let pairing: Pairing
  let aligned: [AlignedPair]
  /// What answers take longer at the first point.
  let trips: [TimeSpan]

  init(_ near: CapturePoint, _ far: CapturePoint) {
    pairing = Pairing(near: near.connections, far: far.connections)
    aligned = pairing.pairs.map { AlignedPair($0, near.connections[$0.near], far.connections[$0.far]) }
    trips = aligned.flatMap(\.roundTrips).sorted()
  }

  /// The median; zero if unknown.
  var usualTrip: TimeSpan { trips.isEmpty ? .zero : trips[trips.count / 2] }

  /// The recordings have the same frames at the same times.
  var isSameRecording: Bool {
    let samples = aligned.flatMap(\.samples)
    return samples.count > 3 && samples.allSatisfy { $0.near == $0.far }
  }
}

extension HopComparison {
  init(_ points: [CapturePoint], near: Int, far: Int, labels: [String]) {
    let (ours, theirs) = (points[near], points[far])
    let paired = PairedPoints(ours, theirs)
    self.near = near
    self.far = far
    clock = ClockRelation(paired.aligned.flatMap(\.samples))
    usualTrip = max(.zero, paired.usualTrip)
    let context = PathContext(
      clock: clock, nearSpan: ours.first...max(ours.first, ours.last), farSpan: theirs.first...max(theirs.first, theirs.last),
      nearName: Self.recording(labels[near], points.count), farName: Self.recording(labels[far], points.count), losesNear: ours.losesPackets, losesFar: theirs.losesPackets, usualTrip: usualTrip)
    pairs = paired.aligned.map { PairBuilder($0, context).built() }
    onlyNear = paired.pairing.onlyNear.map { ours.connections[$0] }
    onlyFar = paired.pairing.onlyFar.map { theirs.connections[$0] }
    verdicts = VerdictWriter(self, points, context).written()
  }

  /// What a packet takes from one point to the other, as a rule.
  var usualWay: String {
    let way = usualTrip / 2
    return way < .milliseconds(1) / 10 ? "less than 0.1 ms" : "\(way)"
  }

  private static func recording(_ label: String, _ count: Int) -> String {
    count == 2 ? "the \(label)'s recording" : "the recording \(label)"
  }

  /// The connections that this hop harms, by their number at a point.
  func harmed(at point: Int) -> Set<Int> {
    Set(pairs.filter(\.isTampered).map { point == near ? $0.near.tcpStream : $0.far.tcpStream })
  }

  /// Another hop, which shares a point with this one, shows what harms some of its connections.
  mutating func leave(_ streams: Set<Int>, at point: Int) {
    for (place, pair) in pairs.enumerated() where streams.contains(point == near ? pair.near.tcpStream : pair.far.tcpStream) {
      toldElsewhere.insert(place)
    }
    verdicts.removeAll { $0.kind == .host && $0.pairs.allSatisfy(toldElsewhere.contains) }
  }

  package var isTampered: Bool { verdicts.contains(where: \.matters) }
}
