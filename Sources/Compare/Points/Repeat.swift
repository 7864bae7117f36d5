import Packets

/// A segment that its sender sent again.
struct Repeat: Sendable {
  /// Its place in the stream of the sender.
  var range: Range<Int>
  var frame: FrameStamp

  enum Limit {
    /// So many of one direction are remembered: the first ones, which hold up what opens the connection.
    static let remembered = 16
  }
}

extension [Repeat] {
  mutating func add(_ range: Range<Int>, _ frame: FrameStamp) {
    // The same frame, seen on another interface.
    if let last, last.range == range, frame.time.since(last.frame.time) < .milliseconds(50) { return }
    if count < Repeat.Limit.remembered { append(Repeat(range: range, frame: frame)) }
  }

  /// Those that bring the last bytes of a message, in their order.
  func copies(of message: PointMessage) -> [FrameStamp] {
    isEmpty ? [] : filter { $0.range.contains(message.reach - 1) && $0.frame.number > message.frame }.map(\.frame)
  }
}
