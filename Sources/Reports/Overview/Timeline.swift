import Diagnosis
import Packets

/// How often something happened, over the length of the recording.
struct Timeline {
  /// From the first frame to the last.
  struct Span {
    var from: Timestamp
    var to: Timestamp

    /// nil when the frames have no times, or all the same.
    init?(_ capture: CaptureFacts) {
      guard let first = capture.firstTime, let last = capture.lastTime, last > first else { return nil }
      (from, to) = (first, last)
    }

    /// Where a moment lies, from 0 to 1; a clock that was set back does not lead out of it.
    func position(of time: Timestamp) -> Double {
      min(max(time.since(from) / to.since(from), 0), 1)
    }
  }

  /// By the parts of the recording, all as long.
  let counts: [Int]

  init(_ times: [Timestamp], _ span: Span, parts: Int) {
    var counts = [Int](repeating: 0, count: parts)
    for time in times { counts[min(Int(span.position(of: time) * Double(parts)), parts - 1)] += 1 }
    self.counts = counts
  }

  private static let levels = Array("▁▂▃▄▅▆▇█")
  private static let plainLevels = Array(".:-=+*#@")

  /// `··▁▃█▅·····`: each part against the fullest one.
  func bar(isPlain: Bool = false) -> String {
    let most = max(counts.max() ?? 0, 1)
    let levels = isPlain ? Self.plainLevels : Self.levels
    return String(counts.map { $0 == 0 ? (isPlain ? "_" : "·") : levels[($0 * levels.count - 1) / most] })
  }
}
