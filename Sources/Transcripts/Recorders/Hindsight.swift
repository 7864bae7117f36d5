package import Packets

/// What servers grant soon after they refused the same. Later grants refute causes just as earlier ones do.
package final class Hindsight {
  enum Limit {
    /// Refusals of which it is watched whether others are granted the same, and answers that their connections wait for.
    static let questions = 16_384
  }

  /// What comes later says nothing of the moment of the refusal.
  static let span = Case.timeout
  /// Going through all questions takes time.
  private static let pause = TimeSpan.seconds(15)

  private var open: [Question: [FrameStamp]] = [:]
  private var openCount = 0
  private var grants: [OpenQuestion: Grant] = [:]
  private var lastCleaned: Timestamp?
  private(set) var limitsReached = 0

  package init() {}

  func ask(_ one: OpenQuestion, _ transcript: inout Transcript) {
    if openCount + grants.count >= Limit.questions { clean(at: one.stamp.time) }
    guard openCount + grants.count < Limit.questions else { return limitsReached += 1 }
    open[one.question, default: []].append(one.stamp)
    openCount += 1
    transcript.rarities.value.openQuestions.append(one)
  }

  /// The first time that the server grants it is the nearest.
  func answer(_ question: Question, by grant: Grant) {
    guard openCount > 0, let refusals = open.removeValue(forKey: question) else { return }
    openCount -= refusals.count
    for stamp in refusals where grant.stamp.time.since(stamp.time) <= Self.span {
      grants[OpenQuestion(question: question, stamp: stamp)] = grant
    }
  }

  /// Questions of connections that were let go, and those that are too old.
  private func clean(at now: Timestamp) {
    if let last = lastCleaned, now.since(last).magnitude < Self.pause { return }
    lastCleaned = now
    open = open.compactMapValues { refusals in
      let left = refusals.filter { now.since($0.time) <= Self.span }
      return left.isEmpty ? nil : left
    }
    openCount = open.values.reduce(0) { $0 + $1.count }
    grants = grants.filter { now.since($0.key.stamp.time) <= Self.span * 2 }
  }

  /// Whether nothing that is still to come changes what is known of the connection.
  package func isSettled(_ transcript: Transcript, at now: Timestamp) -> Bool {
    transcript.openQuestions.allSatisfy { now.since($0.stamp.time) > Self.span || grants[$0] != nil }
  }

  /// Writes what came out into the connection.
  ///
  /// - Returns: whether anything did.
  package func complete(_ transcript: inout Transcript) -> Bool {
    let questions = transcript.openQuestions
    guard !questions.isEmpty else { return false }
    transcript.rarities.value.openQuestions = []
    var isChanged = false
    for one in questions {
      guard let grant = grants.removeValue(forKey: one) else { continue }
      transcript.record(grant, for: one)
      isChanged = true
    }
    return isChanged
  }
}
