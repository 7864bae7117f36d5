package import Diagnosis
package import Packets
import Rules
import Transcripts

/// A recording of one or more attempts.
package struct AttemptRecording: Sendable {
  package var name: String
  package var diagnosis: Diagnosis
  /// The one that is compared; nil when there is none.
  package var attempt: Attempt?
  /// Connections that were there to choose from.
  package var connections: Int
}

/// Reads a recording for the attempt in it.
package struct AttemptReader {
  private enum Limit {
    /// Connections to choose from; of more, only the first ones.
    static let attempts = 4096
  }

  /// Takes transcripts while frames are read.
  private final class Collection {
    var attempts: [Attempt] = []
    var count = 0

    func take(_ transcript: Transcript) {
      guard transcript.outcome != .notSMB else { return }
      count += 1
      if attempts.count < Limit.attempts { attempts.append(Attempt(transcript)) }
    }
  }

  private var analysis: Analysis
  private let collection: Collection
  private let name: String

  package init(name: String, _ options: Analysis.Options = Analysis.Options()) {
    self.name = name
    let collection = Collection()
    self.collection = collection
    analysis = Analysis(options, onTranscript: { collection.take($0) })
  }

  package mutating func accept(_ frame: Frame, _ bytes: borrowing ByteView) { analysis.accept(frame, bytes) }

  /// The recording is over. Can be asked once.
  ///
  /// - Parameter other: what the other recording chose, which decides among several attempts.
  package mutating func finish(_ source: CaptureSource = CaptureSource()) -> (recording: AttemptRecording, choices: [Attempt]) {
    let diagnosis = analysis.finish(source)
    let recording = AttemptRecording(name: name, diagnosis: diagnosis, attempt: nil, connections: collection.count)
    return (recording, collection.attempts.sorted { $0.firstFrame.number < $1.firstFrame.number })
  }
}

/// What differs between an attempt that works and one that does not.
package struct AttemptComparison: Sendable {
  package struct Difference: Sendable {
    package var step: AttemptStep
    package var name: String
    /// nil where it does not say.
    package var good: String?
    package var bad: String?
    package var weight: AttemptFact.Weight
    package var goodFrame: Int
    package var badFrame: Int
  }

  package var good: AttemptRecording
  package var bad: AttemptRecording
  /// The first step at which they come to something else; nil when they do not.
  package private(set) var parting: AttemptStep?
  /// What shows it.
  package private(set) var partingFact: Difference?
  /// In order of suspicion.
  package private(set) var differences: [Difference] = []
  /// What is the same.
  package private(set) var same = 0

  /// - Parameters:
  ///   - good: with the attempts to choose from.
  ///   - bad: the same.
  package init(
    good: (recording: AttemptRecording, choices: [Attempt]), bad: (recording: AttemptRecording, choices: [Attempt])
  ) {
    self.good = good.recording
    self.bad = bad.recording
    let failed = Self.failed(bad)
    self.bad.attempt = failed
    self.good.attempt = Self.working(good.choices, like: failed)
    compare()
  }

  /// The connection with the gravest finding, else the first that failed, else the last one.
  private static func failed(_ bad: (recording: AttemptRecording, choices: [Attempt])) -> Attempt? {
    let streams = bad.recording.diagnosis.connections
    let explained = bad.recording.diagnosis.findings.filter { $0.isPrimary && !$0.connections.isEmpty }.max { $0.severity < $1.severity }
    if let id = explained?.connections.first, let stream = streams.first(where: { $0.id == id })?.tcpStream,
      let one = bad.choices.first(where: { $0.tcpStream == stream })
    {
      return one
    }
    return bad.choices.first { $0.outcome == .failed } ?? bad.choices.last
  }

  /// One that worked: for the same share, from or to the same host where there is one.
  private static func working(_ choices: [Attempt], like other: Attempt?) -> Attempt? {
    func likeness(_ one: Attempt) -> Int {
      guard let other else { return 0 }
      return (one.outcome == .established ? 8 : 0) + (one.share == other.share && one.share != nil ? 4 : 0)
        + (one.server.address == other.server.address ? 2 : 0) + (one.client.address == other.client.address ? 1 : 0)
    }
    return choices.enumerated().max { (likeness($0.element), -$0.offset) < (likeness($1.element), -$1.offset) }?.element
  }

  // MARK: Comparing

  private mutating func compare() {
    guard let ours = good.attempt, let theirs = bad.attempt else { return }
    for fact in ours.facts {
      let other = theirs.facts.first { $0.step == fact.step && $0.name == fact.name }
      guard other?.value != fact.value else {
        same += 1
        continue
      }
      // What was never reached does not differ.
      if other == nil, fact.step > theirs.reached { continue }
      differences.append(Difference(fact, other))
    }
    for fact in theirs.facts where !ours.facts.contains(where: { $0.step == fact.step && $0.name == fact.name }) {
      if fact.step <= ours.reached { differences.append(Difference(nil, fact)) }
    }
    addTimes(ours, theirs)
    findParting(ours, theirs)
    dropConsequences()
    sort()
  }

  private mutating func findParting(_ ours: Attempt, _ theirs: Attempt) {
    let results = differences.filter { $0.weight == .result }
    func first(_ outcomes: StageOutcome...) -> AttemptStep? {
      AttemptStep.allCases.first { ours.outcome(of: $0) == .passed && outcomes.contains(theirs.outcome(of: $0)) }
    }
    let answered = results.first { $0.good != nil && $0.bad != nil }?.step
    parting = first(.failed) ?? answered ?? first(.notReached, .inconclusive) ?? results.first?.step
    partingFact = results.first { $0.step == parting }
  }

  /// Where one never came there is nothing to differ.
  private mutating func dropConsequences() {
    guard let parting else { return }
    differences.removeAll { one in
      guard !(one.weight == .result && one.step == parting) else { return false }
      return one.step == .use ? parting <= .sessionSetup : one.step >= min(parting, .treeConnect) && (one.bad == nil || one.good == nil)
    }
  }

  /// What is before the parting, or at it, may have led there; what the two agree on counts more than names and sizes.
  private mutating func sort() {
    func rank(_ one: Difference, _ place: Int) -> (Int, Int, Int, Int) {
      let isBefore = parting.map { one.step <= $0 } ?? true
      let isResult = one.weight == .result && one.step == parting
      return (isResult ? 0 : isBefore ? 1 : 2, -one.weight.rawValue, one.step.rawValue, place)
    }
    differences = differences.enumerated().sorted { rank($0.element, $0.offset) < rank($1.element, $1.offset) }.map(\.element)
  }

  /// Only what a user would notice, and not what varies anyway.
  private mutating func addTimes(_ ours: Attempt, _ theirs: Attempt) {
    for one in ours.times {
      guard let other = theirs.times.first(where: { $0.step == one.step && $0.name == one.name }) else { continue }
      let (short, long) = (min(one.time, other.time), max(one.time, other.time))
      guard long > .milliseconds(500), long.nanoseconds > short.nanoseconds.multipliedReportingOverflow(by: 5).partialValue else { continue }
      differences.append(
        Difference(
          step: one.step, name: "time for \(one.name)", good: "\(one.time)", bad: "\(other.time)", weight: .agreement,
          goodFrame: one.frame, badFrame: other.frame))
    }
  }
}

extension AttemptComparison.Difference {
  /// One of the two says something.
  fileprivate init(_ good: AttemptFact?, _ bad: AttemptFact?) {
    let fact = good ?? bad
    step = fact?.step ?? .tcp
    name = fact?.name ?? ""
    weight = fact?.weight ?? .slight
    (self.good, self.bad) = (good?.value, bad?.value)
    (goodFrame, badFrame) = (good?.frame ?? 0, bad?.frame ?? 0)
  }
}

extension Attempt {
  /// The last step of which it shows something.
  fileprivate var reached: AttemptStep { facts.lazy.filter { $0.step != .use }.map(\.step).max() ?? .tcp }
}
