import Packets
import Transcripts

/// The connections that two points have in common. What became of their messages is found out when it is asked for: for all
/// of them at once it would take several times the room of the connections.
package struct PairList: RandomAccessCollection, Sendable {
  private let pairs: [ConnectionPair]
  private let nearConnections: [PointConnection]
  private let farConnections: [PointConnection]
  private let context: PathContext
  /// Those that the path harms.
  var tampered: Set<Int> = []

  init(_ pairs: [ConnectionPair], _ near: CapturePoint, _ far: CapturePoint, _ context: PathContext) {
    self.pairs = pairs
    (nearConnections, farConnections) = (near.connections, far.connections)
    self.context = context
  }

  package var startIndex: Int { 0 }
  package var endIndex: Int { pairs.count }

  package subscript(place: Int) -> PairComparison {
    PairBuilder(AlignedPair(pairs[place], near(place), far(place)), context).built()
  }

  package func near(_ place: Int) -> PointConnection { nearConnections[pairs[place].near] }
  package func far(_ place: Int) -> PointConnection { farConnections[pairs[place].far] }
  package func common(_ place: Int) -> [ContentKey.Kind] { pairs[place].common }
  package func isTampered(_ place: Int) -> Bool { tampered.contains(place) }
  /// Those that the path harms, in order.
  package var tamperedPlaces: [Int] { tampered.sorted() }
}
