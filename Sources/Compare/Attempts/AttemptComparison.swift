package import Diagnosis
import Packets
import Rules
import Transcripts

/// What differs between an attempt that works and one that does not.
package struct AttemptComparison: Sendable {
  package struct Difference: Sendable {
    package var step: AttemptStep
    package var name: String
    /// nil where it does not say.
    package var good: String?
    package var bad: String?
    package var weight: AttemptFact.Weight
    package var goodFrame: Int?
    package var badFrame: Int?
    fileprivate var origin: AttemptFact.Origin
    fileprivate var fails: (good: Bool, bad: Bool)
  }

  /// Facts of a step that one recording lacks, because it lacks a part of the step.
  package struct Missing: Sendable, Equatable {
    package var isGood: Bool
    package var step: AttemptStep
    /// About the recording: `it ends 2 s after frame 8`.
    package var reason: String
    /// How many facts only the other recording has.
    package var facts: Int
  }

  package var good: AttemptRecording
  package var bad: AttemptRecording
  /// The first step with a different result; nil when there is none.
  package private(set) var parting: AttemptStep?
  /// What shows it.
  package private(set) var partingFact: Difference?
  /// In order of suspicion.
  package private(set) var differences: [Difference] = []
  /// What is the same.
  package private(set) var same = 0
  package private(set) var missing: [Missing] = []
  /// The step at which a recording ends or has a gap, while the other goes on: nothing tells whether they part there.
  package private(set) var unknown: Missing?

  /// - Parameters:
  ///   - good: with the attempts to choose from.
  ///   - bad: the same.
  package init(
    good: (recording: AttemptRecording, choices: [Attempt]), bad: (recording: AttemptRecording, choices: [Attempt])
  ) {
    self.good = good.recording
    self.bad = bad.recording
    let failed = AttemptChoice.failed(bad)
    self.bad.attempt = failed
    self.good.attempt = AttemptChoice.working(good.choices, like: failed)
    compare()
  }

  // MARK: Comparing

  private mutating func compare() {
    guard let ours = good.attempt, let theirs = bad.attempt else { return }
    for fact in ours.facts {
      let other = theirs.fact(fact.step, fact.name)
      if let other, other.value == fact.value { same += 1 } else { add(fact, other, ours, theirs) }
    }
    for fact in theirs.facts where ours.fact(fact.step, fact.name) == nil { add(nil, fact, ours, theirs) }
    addTimes(ours, theirs)
    findParting(ours, theirs)
    dropConsequences()
    sort()
  }

  private mutating func add(_ good: AttemptFact?, _ bad: AttemptFact?, _ ours: Attempt, _ theirs: Attempt) {
    guard let fact = good ?? bad else { return }
    // A refusal says something by itself.
    let isRefusal = bad?.isFailure == true && bad?.weight == .result
    if good == nil && !isRefusal || bad == nil {
      let lacking = good == nil ? ours : theirs
      if let reason = lacking.gaps[fact.step] { return addMissing(fact.step, reason, isGood: good == nil) }
      if !lacking.mayLack(fact, of: good == nil ? theirs : ours) { return }
    }
    differences.append(Difference(good, bad, fact))
  }

  private mutating func addMissing(_ step: AttemptStep, _ reason: String, isGood: Bool) {
    if let place = missing.firstIndex(where: { $0.step == step && $0.isGood == isGood }) {
      missing[place].facts += 1
    } else {
      missing.append(Missing(isGood: isGood, step: step, reason: reason, facts: 1))
    }
  }

  /// What the bad recording finds by itself about the attempt, the gravest first.
  package var suspect: Finding? {
    guard let id = bad.attempt?.connection?.id else { return nil }
    return bad.diagnosis.findings.first { $0.connections.contains(id) && $0.severity > .info }
  }

  // MARK: Where they part

  private mutating func findParting(_ ours: Attempt, _ theirs: Attempt) {
    parting = firstParting(AttemptStep.allCases.filter { isParting($0, ours, theirs) })
    if parting == nil { findUnknown(ours, theirs) }
    if parting == nil, unknown == nil { parting = AttemptStep.allCases.first { isLeftOut($0, ours, theirs) } }
    guard let parting else { return }
    partingFact = decisive(at: parting)
    guard partingFact == nil, let end = theirs.end, parting != .use else { return }
    // The answer is the same, and what the hosts make of it is not.
    let fact = Difference(
      step: parting, name: Self.continuation, good: "the attempt continues", bad: end.value, weight: .result, goodFrame: nil, badFrame: end.frame,
      origin: .step, fails: (false, true))
    differences.append(fact)
    partingFact = fact
  }

  /// Validate Negotiate comes before the share that users ask for, or behind it: what failed first counts.
  private func firstParting(_ steps: [AttemptStep]) -> AttemptStep? {
    guard steps.first == .treeConnect, steps.contains(.validateNegotiate), let share = decisive(at: .treeConnect)?.badFrame,
      let validation = decisive(at: .validateNegotiate)?.badFrame, validation > 0, validation < share
    else { return steps.first }
    return .validateNegotiate
  }

  /// The name of what the hosts do with an answer that is the same.
  package static let continuation = "what follows"

  private func decisive(at step: AttemptStep) -> Difference? {
    let results = differences.filter { $0.weight == .result && $0.step == step && $0.fails.bad && !$0.fails.good }
    return results.first { $0.origin != .option } ?? results.first
  }

  /// The bad attempt fails there, and the good one does not.
  private func isParting(_ step: AttemptStep, _ ours: Attempt, _ theirs: Attempt) -> Bool {
    guard ours.outcome(of: step) != .failed else { return false }
    switch step {
    case .kerberos:
      guard theirs.outcome(of: step) == .failed else { return false }
      // Who logs on without a ticket needs none.
      return ours.usesKerberos || ours.connection == nil || theirs.outcome(of: .sessionSetup) != .passed && !theirs.has(.sessionSetup)
    // The address may come from elsewhere.
    case .name where theirs.outcome(of: .tcp) == .passed: return false
    default:
      if theirs.outcome(of: step) == .failed { return true }
      return differences.contains {
        $0.step == step && $0.weight == .result && $0.origin != .option && $0.fails.bad && !$0.fails.good && $0.good != nil
      }
    }
  }

  /// The good attempt takes this step, and the bad one does not, although its recording shows what there was.
  private func isLeftOut(_ step: AttemptStep, _ ours: Attempt, _ theirs: Attempt) -> Bool {
    guard theirs.connection != nil, theirs.outcome != .established, theirs.gaps[step] == nil, ![.name, .kerberos, .netbios, .use].contains(step) else { return false }
    return ours.outcome(of: step) == .passed && [.notReached, .inconclusive].contains(theirs.outcome(of: step))
  }

  private mutating func findUnknown(_ ours: Attempt, _ theirs: Attempt) {
    guard theirs.outcome != .established else { return }
    for step in AttemptStep.allCases where ours.outcome(of: step) == .passed || step == .use {
      let isOpen = step == .use ? theirs.outcome != .established : [.inconclusive, .notReached].contains(theirs.outcome(of: step))
      if isOpen, let reason = theirs.gaps[step] {
        unknown = Missing(isGood: false, step: step, reason: reason, facts: missing.first { $0.step == step && !$0.isGood }?.facts ?? 0)
        return
      }
    }
  }

  /// Where one never came there is nothing to differ.
  private mutating func dropConsequences() {
    guard let parting = parting ?? unknown?.step else { return }
    differences.removeAll { $0.step > parting && ($0.bad == nil || $0.good == nil || parting <= .sessionSetup && $0.step == .use) }
    missing.removeAll { $0.step > parting && !$0.isGood }
  }

  /// What is before the parting, or at it, may have led there; what the two agree on counts more than names and sizes.
  private mutating func sort() {
    func rank(_ one: Difference, _ place: Int) -> (Int, Int, Int, Int) {
      let focus = parting ?? suspect.flatMap { AttemptStep($0.phase) }
      let isBefore = focus.map { one.step <= $0 } ?? true
      let isResult = one.weight == .result && one.step == parting && one.origin != .option
      // What the failing step itself asks for is as suspicious as what was agreed on before.
      let isChoice = one.origin == .option && (one.good == nil || one.bad == nil) && !one.fails.bad
      let weight = one.step == focus && !isChoice ? max(one.weight.rawValue, AttemptFact.Weight.name.rawValue) + 1 : one.weight.rawValue
      return (isResult ? 0 : isBefore ? 1 : 2, one.origin == .option && one.weight == .result ? 0 : -weight, one.step.rawValue, place)
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
          goodFrame: one.frame, badFrame: other.frame, origin: .step, fails: (false, false)))
    }
  }
}

extension AttemptComparison.Difference {
  /// One of the two says something.
  fileprivate init(_ good: AttemptFact?, _ bad: AttemptFact?, _ fact: AttemptFact) {
    (step, name) = (fact.step, fact.name)
    // What clients ask for or not decides nothing by itself.
    let isChoice = fact.origin == .option && (good == nil || bad == nil) && !(bad?.isFailure ?? false)
    weight = isChoice ? .slight : max(fact.weight, bad?.weight ?? .slight)
    (self.good, self.bad) = (good?.value, bad?.value)
    (goodFrame, badFrame) = (good?.frame, bad?.frame)
    origin = (bad?.isFailure == true ? bad : nil)?.origin ?? fact.origin
    fails = (good?.isFailure ?? false, bad?.isFailure ?? false)
  }
}

extension AttemptStep {
  /// The step that a finding is about.
  fileprivate init?(_ phase: Phase) {
    switch phase {
    case .transport: self = .use
    case .negotiate: self = .negotiate
    case .sessionSetup: self = .sessionSetup
    case .kerberos: self = .kerberos
    case .treeConnect: self = .treeConnect
    case .validateNegotiate: self = .validateNegotiate
    case .signing, .encryption, .middlebox, .capture: return nil
    }
  }
}

extension Attempt {
  var usesKerberos: Bool { outcome(of: .kerberos) == .passed || fact(.sessionSetup, "mechanism")?.value == "Kerberos" }

  /// Whether a missing fact is a difference: this attempt took the step, and the fact does not depend on another difference.
  fileprivate func mayLack(_ fact: AttemptFact, of other: Attempt) -> Bool {
    // Where a name or a ticket comes from a cache there is no inquiry.
    if fact.step == .name || fact.step == .netbios, !has(fact.step) { return false }
    if fact.step == .kerberos {
      return fact.name == "service ticket" && self.fact(.kerberos, "TGT").map { !$0.isFailure } ?? false
    }
    guard has(fact.step) || fact.step == .use && outcome == .established else { return false }
    switch fact.origin {
    case .step, .option: return true
    case .success: return !facts.contains { $0.step == fact.step && $0.isFailure } && outcome(of: fact.step) == .passed
    case .choice:
      // What goes with a mechanism or a dialect that this one does not use.
      let choice =
        fact.step == .sessionSetup ? "mechanism"
        : fact.name.hasPrefix("client") ? "dialects offered by the client" : "dialect chosen by the server"
      return self.fact(fact.step, choice)?.value == other.fact(fact.step, choice)?.value
    }
  }
}
