package import Packets

/// When frames came that brought messages which establish or end something: findings may cite them by number alone.
package struct FrameLedger: Sendable, Codable {
  private enum Limit {
    /// Frames remembered; if there are more, the older half is forgotten.
    static let frames = 1 << 17
  }

  /// In their order.
  private var stamps: [FrameStamp] = []
  /// The last frame that is not remembered any more.
  private var forgotten = 0

  package init() {}

  mutating func record(_ stamp: FrameStamp) {
    if stamps.count == Limit.frames {
      forgotten = stamps[Limit.frames / 2 - 1].number
      stamps.removeFirst(Limit.frames / 2)
    }
    stamps.append(stamp)
  }

  package func hasForgotten(_ frame: Int) -> Bool { frame <= forgotten }

  package func time(of frame: Int) -> Timestamp? {
    var (low, high) = (0, stamps.count)
    while low < high {
      let middle = (low + high) / 2
      if stamps[middle].number < frame { low = middle + 1 } else { high = middle }
    }
    return low < stamps.count && stamps[low].number == frame ? stamps[low].time : nil
  }
}
