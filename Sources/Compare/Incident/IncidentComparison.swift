package import Packets

/// One incident, recorded at two or three points: what the path between them did.
package struct IncidentComparison: Sendable {
  /// Why nothing can be compared.
  package enum Problem: Sendable, Equatable {
    case sameRecording
    /// Not one SMB connection in a recording.
    case noConnections(point: Int)
    /// Their times do not overlap, and they share no connection.
    case otherTimes(apart: TimeSpan)
    /// They share no connection.
    case otherIncidents
  }

  /// From the client to the server.
  package private(set) var points: [CapturePoint]
  /// What the points are called: `client` and `server`, or the names of three recordings.
  package private(set) var labels: [String]
  /// The user named them in another order.
  package private(set) var isReordered = false
  package private(set) var hops: [HopComparison] = []
  package private(set) var problem: Problem?

  /// - Parameter points: two or three, in the order in which the user named them.
  package init(_ points: [CapturePoint]) {
    self.points = points
    labels = points.count == 2 ? ["client", "server"] : points.map(\.name)
    for place in points.indices where points[place].connections.isEmpty {
      problem = .noConnections(point: place)
      return
    }
    let paired = reorder()
    hops = paired.enumerated().map { near, paired in HopComparison(self.points, near: near, paired, labels: labels) }
    shareWhatHopsShow()
    if hops.contains(where: \.isSameRecording) {
      problem = .sameRecording
    } else if hops.allSatisfy({ $0.pairs.isEmpty && !$0.isTampered }) {
      problem = strangers
    }
  }

  /// Something on the path did what it must not do.
  package var isTampered: Bool { hops.contains(where: \.isTampered) }

  /// What happens between two of three points is not the deed of a host for the other two.
  private mutating func shareWhatHopsShow() {
    guard hops.count == 2 else { return }
    let middle = hops[0].far
    let harmed = hops.map { $0.harmed(at: middle) }
    hops[0].leave(harmed[1], at: middle)
    hops[1].leave(harmed[0], at: middle)
  }

  private var strangers: Problem {
    let (first, second) = points[0].first < points[1].first ? (points[0], points[1]) : (points[1], points[0])
    let gap = second.first.since(first.last)
    // A clock may be hours off. Recordings that do not overlap are still of one incident when they share connections.
    return gap > .zero ? .otherTimes(apart: gap) : .otherIncidents
  }

  /// Answers take longer the farther from the server they are recorded.
  ///
  /// - Returns: the neighbours, in the order that was found.
  private mutating func reorder() -> [PairedPoints] {
    var order = Array(points.indices)
    // What connections have in common is found out once for two points, and that takes long.
    var known: [[Int]: PairedPoints] = [:]
    func neighbours(_ place: Int) -> PairedPoints {
      let two = [order[place], order[place + 1]]
      if let paired = known[two] { return paired }
      let paired = PairedPoints(points[two[0]], points[two[1]])
      known[two] = paired
      return paired
    }
    for _ in points.indices {
      let before = order
      for place in order.indices.dropLast() where neighbours(place).isBackward { order.swapAt(place, place + 1) }
      if order == before { break }
    }
    let paired = order.indices.dropLast().map(neighbours)
    guard order != Array(points.indices) else { return paired }
    isReordered = true
    points = order.map { points[$0] }
    if labels.count > 2 { labels = points.map(\.name) }
    return paired
  }
}
