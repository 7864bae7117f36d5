import Algorithms
import Packets

/// An index of what the connections of a case reached, and when. It shows whether another connection superseded a failure,
/// without a look at each of them.
struct Successes: Sendable {
  /// A connection that reached something.
  fileprivate struct Entry: Sendable {
    var connection: Int
    var firstFrame: FrameStamp
    /// Where the server had answered, for what may be tried side by side.
    var answerFrame: Int
    var lastFrame: Int
  }

  /// The connections that reached one thing.
  fileprivate struct List: Sendable {
    /// By their first frames.
    var entries: [Entry] = []
    /// The earliest beginning of each entry and the entries after it.
    var earliestBehind: [Timestamp] = []
    /// By the times at which they began; only for what may be tried side by side.
    var byTime: [Entry] = []
    /// Of each entry of ``byTime`` and those before it: the two that were answered last.
    var answers: [Latest] = []
    /// Likewise those that lasted longest.
    var ends: [Latest] = []
  }

  /// The two connections that reach farthest into a recording in some way.
  fileprivate struct Latest: Sendable {
    private var connection: Int
    private var frame: Int
    private var second = 0

    init(_ connection: Int, _ frame: Int) { (self.connection, self.frame) = (connection, frame) }

    func joined(by connection: Int, _ frame: Int) -> Latest {
      var result = self
      if frame > self.frame {
        result = Latest(connection, frame)
        result.second = self.frame
      } else {
        result.second = max(second, frame)
      }
      return result
    }

    func frame(besides other: Int) -> Int { connection == other ? second : frame }
  }

  /// The connections on which a further user reached one thing, and where: this may be long after a connection began.
  struct FurtherUsers: Sendable {
    /// By the frames in which it was reached.
    private let entries: [(connection: Int, reached: FrameStamp)]
    /// Of each entry and those behind it: the two connections that reached it earliest.
    private let earliestBehind: [Earliest]

    init(_ entries: [(connection: Int, reached: FrameStamp)]) {
      self.entries = entries.sorted { $0.reached.number < $1.reached.number }
      var earliest: [Earliest] = []
      for entry in self.entries.reversed() {
        let own = Earliest(entry.connection, entry.reached.time)
        earliest.append(earliest.last?.joined(by: entry.connection, entry.reached.time) ?? own)
      }
      earliestBehind = earliest.reversed()
    }

    /// When another connection reached it first behind a frame.
    func earliest(behind frame: Int, besides connection: Int) -> Timestamp? {
      let index = entries.partitioningIndex { $0.reached.number > frame }
      return index < entries.count ? earliestBehind[index].time(besides: connection) : nil
    }
  }

  /// The two connections that reached something earliest.
  fileprivate struct Earliest: Sendable {
    private var connection: Int
    private var time: Timestamp
    private var second: Timestamp?

    init(_ connection: Int, _ time: Timestamp) { (self.connection, self.time) = (connection, time) }

    func joined(by connection: Int, _ time: Timestamp) -> Earliest {
      var result = self
      if connection == self.connection {
        result.time = min(self.time, time)
      } else if time < self.time {
        result = Earliest(connection, time)
        result.second = self.time
      } else {
        result.second = min(second ?? time, time)
      }
      return result
    }

    func time(besides other: Int) -> Timestamp? { connection == other ? second : time }
  }

  private var byFurtherUsers: [Goal.Mark: FurtherUsers] = [:]
  private var lists: [List] = []
  /// In ``lists``.
  private var places: [Goal.Mark: Int] = [:]

  /// - Parameter connections: by their first frames.
  init(_ connections: [ConnectionBrief]) {
    var ofFurtherUsers: [Goal.Mark: [(connection: Int, reached: FrameStamp)]] = [:]
    // One client's connections to one server nearly always reach the same.
    var last: (marks: [Goal.Mark], places: [Int]) = ([], [])
    for (index, connection) in connections.enumerated() {
      let entry = Entry(
        connection: connection.id, firstFrame: connection.firstFrame,
        answerFrame: connection.negotiateFrame ?? connection.firstFrame.number, lastFrame: connection.lastFrame.number)
      if index == 0 || !connection.reachedSame(as: connections[index - 1]) {
        let marks = connection.marks
        if marks != last.marks { last = (marks, marks.map { place(of: $0) }) }
      }
      assert(connection.marks == last.marks)
      for place in last.places { lists[place].entries.append(entry) }
      // Nearly all connections have one user.
      guard connection.sessions.count > 1 else { continue }
      for (mark, reached) in connection.marksOfFurtherUsers { ofFurtherUsers[mark, default: []].append((connection.id, reached)) }
    }
    byFurtherUsers = ofFurtherUsers.mapValues(FurtherUsers.init)
    for (mark, place) in places { lists[place].seal(isOfOpening: mark.isOfOpening) }
  }

  private mutating func place(of mark: Goal.Mark) -> Int {
    if let known = places[mark] { return known }
    places[mark] = lists.count
    lists.append(List())
    return lists.count - 1
  }

  /// Whether another connection reached a goal after this one failed to, within the time that makes it the same attempt.
  ///
  /// - Parameter frame: where it failed.
  func includes(_ goal: Goal, insteadOf failed: ConnectionBrief, at frame: Int) -> Bool {
    let limit = failed.lastFrame.time + Case.timeout
    return goal.marks.contains { mark in
      if let earliest = byFurtherUsers[mark]?.earliest(behind: frame, besides: failed.id), earliest <= limit { return true }
      guard let list = places[mark].map({ lists[$0] }) else { return false }
      guard mark.isOfOpening else { return list.hasBeginning(behind: failed.firstFrame.number, by: limit) }
      // A connection that was there before gives no further one; but it shows that what is only odd does no harm.
      let latest = failed.outcome == .failed ? list.answers : list.ends
      return list.last(of: latest, begunBy: limit, besides: failed.id) > failed.firstFrame.number
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
      answers.append(
        answers.last?.joined(by: entry.connection, entry.answerFrame) ?? Successes.Latest(entry.connection, entry.answerFrame))
      ends.append(ends.last?.joined(by: entry.connection, entry.lastFrame) ?? Successes.Latest(entry.connection, entry.lastFrame))
    }
  }

  fileprivate func hasBeginning(behind frame: Int, by limit: Timestamp) -> Bool {
    let index = entries.partitioningIndex { $0.firstFrame.number > frame }
    return index < entries.count && earliestBehind[index] <= limit
  }

  /// Ports and ways to connect are tried side by side: it does not matter which began first.
  fileprivate func last(of latest: [Successes.Latest], begunBy limit: Timestamp, besides connection: Int) -> Int {
    let count = byTime.partitioningIndex { $0.firstFrame.time > limit }
    return count > 0 ? latest[count - 1].frame(besides: connection) : 0
  }
}
