import Algorithms
import Packets

/// What the connections of a case reached, and when: a failure finds whether another connection made up for it without
/// asking each of them.
struct Successes: Sendable {
  /// A connection that reached something.
  fileprivate struct Entry: Sendable {
    var connection: Int
    var firstFrame: FrameStamp
    /// Where the server had answered, for what may be tried side by side.
    var answerFrame: Int
  }

  /// The connections that reached one thing.
  fileprivate struct List: Sendable {
    /// By their first frames.
    var entries: [Entry] = []
    /// The earliest beginning of each entry and those behind it.
    var earliestBehind: [Timestamp] = []
    /// By the times at which they began; only for what may be tried side by side.
    var byTime: [Entry] = []
    /// Of each entry of ``byTime`` and those before it: which one was answered last, and which of the others was.
    var latest: [(best: Entry, second: Int)] = []
  }

  private var lists: [Goal.Mark: List] = [:]

  /// - Parameter connections: by their first frames.
  init(_ connections: [ConnectionBrief] = []) {
    for connection in connections {
      let entry = Entry(
        connection: connection.id, firstFrame: connection.firstFrame,
        answerFrame: connection.negotiateFrame ?? connection.firstFrame.number)
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
        ? list.hasAnswer(behind: failed.firstFrame.number, begunBy: limit, besides: failed.id)
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
        entry.answerFrame > before.best.answerFrame
          ? (entry, before.best.answerFrame) : (before.best, max(before.second, entry.answerFrame)))
    }
  }

  fileprivate func hasBeginning(behind frame: Int, by limit: Timestamp) -> Bool {
    let index = entries.partitioningIndex { $0.firstFrame.number > frame }
    return index < entries.count && earliestBehind[index] <= limit
  }

  /// Ports and ways to connect are tried side by side: it does not matter which began first. A connection that was
  /// there before does not count: the client wants a further one.
  fileprivate func hasAnswer(behind frame: Int, begunBy limit: Timestamp, besides connection: Int) -> Bool {
    let count = byTime.partitioningIndex { $0.firstFrame.time > limit }
    guard count > 0 else { return false }
    let last = latest[count - 1]
    return (last.best.connection == connection ? last.second : last.best.answerFrame) > frame
  }
}

extension Int64 {
  /// Times of hostile recordings are at the ends of the range.
  func addingClamped(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other > 0 ? .max : .min) : sum
  }
}
