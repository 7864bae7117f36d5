import Algorithms
import Packets

/// What the connections of a case reached, and when: a failure finds whether another connection made up for it without
/// asking each of them.
struct Successes: Sendable {
  /// A connection that reached something.
  fileprivate struct Entry: Sendable {
    var connection: Int
    var firstFrame: FrameStamp
    var lastFrame: Int
  }

  /// The connections that reached one thing.
  fileprivate struct List: Sendable {
    /// By their first frames.
    var entries: [Entry] = []
    /// The earliest beginning of each entry and those behind it.
    var earliestBehind: [Timestamp] = []
    /// By the times at which they began; only for what may be tried side by side.
    var byTime: [Entry] = []
    /// Of each entry of ``byTime`` and those before it: which one ends last, and which of the others does.
    var latest: [(best: Entry, second: Int)] = []
  }

  private var lists: [Goal.Mark: List] = [:]

  /// - Parameter connections: by their first frames.
  init(_ connections: [ConnectionBrief] = []) {
    for connection in connections {
      let entry = Entry(connection: connection.id, firstFrame: connection.firstFrame, lastFrame: connection.lastFrame.number)
      for mark in connection.marks { lists[mark, default: List()].entries.append(entry) }
    }
    for mark in lists.keys { lists[mark]?.seal(isOfOpening: mark.isOfOpening) }
  }

  /// Whether another connection reached a goal after this one failed to, within the time that makes it the same attempt.
  func includes(_ goal: Goal, insteadOf failed: ConnectionBrief) -> Bool {
    let limit = Timestamp(nanoseconds: failed.lastFrame.time.nanoseconds.addingClamped(Case.patience))
    return goal.marks.contains { mark in
      guard let list = lists[mark] else { return false }
      return mark.isOfOpening
        ? list.hasEnd(behind: failed.firstFrame.number, begunBy: limit, besides: failed.id)
        : list.hasBeginning(behind: failed.firstFrame.number, by: limit)
    }
  }
}

extension Successes.List {
  fileprivate mutating func seal(isOfOpening: Bool) {
    guard isOfOpening else {
      earliestBehind = entries.map(\.firstFrame.time)
      for index in entries.indices.dropLast().reversed() {
        earliestBehind[index] = min(earliestBehind[index], earliestBehind[index + 1])
      }
      return
    }
    byTime = entries.sorted { ($0.firstFrame.time, $0.connection) < ($1.firstFrame.time, $1.connection) }
    for entry in byTime {
      guard let before = latest.last else {
        latest.append((entry, 0))
        continue
      }
      latest.append(
        entry.lastFrame > before.best.lastFrame
          ? (entry, before.best.lastFrame) : (before.best, max(before.second, entry.lastFrame)))
    }
  }

  fileprivate func hasBeginning(behind frame: Int, by limit: Timestamp) -> Bool {
    let index = entries.partitioningIndex { $0.firstFrame.number > frame }
    return index < entries.count && earliestBehind[index] <= limit
  }

  /// Ports and ways to connect are tried side by side: it does not matter which began first.
  fileprivate func hasEnd(behind frame: Int, begunBy limit: Timestamp, besides connection: Int) -> Bool {
    let count = byTime.partitioningIndex { $0.firstFrame.time > limit }
    guard count > 0 else { return false }
    let last = latest[count - 1]
    return (last.best.connection == connection ? last.second : last.best.lastFrame) > frame
  }
}

extension Int64 {
  /// Times of hostile recordings are at the ends of the range.
  func addingClamped(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other > 0 ? .max : .min) : sum
  }
}
