package import Compare
import Diagnosis
import Packets
import Rules
import Transcripts

/// What is said of an attempt that works and one that does not; every output format is written from it.
package struct AttemptReport: Sendable {
  package var toolVersion: String
  package var comparison: AttemptComparison

  package init(toolVersion: String, comparison: AttemptComparison) {
    self.toolVersion = toolVersion
    self.comparison = comparison
  }

  /// 0 when nothing differs that matters, 1 when something does, 2 when there is nothing to compare.
  package var status: Int32 { problemText != nil ? 2 : hasDifferences ? 1 : 0 }

  /// Sizes and the like decide nothing.
  var hasDifferences: Bool { comparison.parting != nil || comparison.differences.contains { $0.weight >= .agreement } }

  var tone: Tone {
    if problemText != nil { return .warning }
    return comparison.parting != nil ? .critical : comparison.unknown != nil ? .warning : .good
  }

  var sign: String { comparison.parting != nil ? "✗" : comparison.unknown != nil ? "?" : "✓" }

  /// Why nothing can be compared.
  package var problemText: String? {
    if let hiddenText { return hiddenText }
    for (recording, role) in [(comparison.good, "--good"), (comparison.bad, "--bad")] {
      let isBare = recording.attempt.map { $0.connection == nil && $0.hidden == nil && comparison.parting == nil } ?? true
      if isBare { return "\(recording.name) (\(role)) has no SMB connection, so smbdx has nothing to compare" }
    }
    return nil
  }

  /// Both attempts may be SMB, and nothing of either can be read.
  private var hiddenText: String? {
    guard comparison.parting == nil, let good = comparison.good.attempt?.hidden, let bad = comparison.bad.attempt?.hidden else { return nil }
    let places = good.frame == bad.frame ? "frame \(good.frame) of both" : "frames \(good.frame) and \(bad.frame)"
    let common =
      good.kind == bad.kind
      ? "both attempts use \(good.kind.transport) (\(places))"
      : "the attempts use \(good.kind.transport) and \(bad.kind.transport) (\(places))"
    return "\(common), where smbdx cannot read SMB, so it has nothing else to compare; record both attempts over TCP port 445, or compare the logs of the hosts"
  }

  /// What should be known of the choice, and of what was not compared, as sentences.
  package var remarks: [String] {
    guard let good = comparison.good.attempt, let bad = comparison.bad.attempt else { return [] }
    return oneAttempt(good, bad) + outcomes(good, bad) + comparison.missing.map(text(of:))
  }

  private func oneAttempt(_ good: Attempt, _ bad: Attempt) -> [String] {
    guard let one = good.connection, let other = bad.connection, one.client == other.client, one.server == other.server else { return [] }
    return [
      "both recordings have a connection \(one.client) → \(one.server): if it is one attempt, recorded on both hosts, give the files without --good and --bad"
    ]
  }

  private func outcomes(_ good: Attempt, _ bad: Attempt) -> [String] {
    let fails = good.outcome != .established && good.connection != nil
    let works = bad.outcome == .established && comparison.parting.map { $0 != .use } ?? true
    switch (fails, works) {
    case (true, true): return ["the attempt in \(comparison.good.name) (--good) fails, and that in \(comparison.bad.name) (--bad) works: the two may be in the wrong order"]
    case (true, false): return ["in \(comparison.good.name) no connection reached a share: the good attempt failed"]
    case (false, true): return ["in \(comparison.bad.name) no connection failed: both attempts work"]
    case (false, false): return []
    }
  }

  /// `3 facts of Tree Connect were not compared: good.pcap lacks them, it is encrypted from frame 12 on`
  private func text(of missing: AttemptComparison.Missing) -> String {
    let name = missing.isGood ? comparison.good.name : comparison.bad.name
    return "not compared: \(counted(missing.facts, "fact")) of “\(missing.step.title)” that \(name) lacks: \(missing.reason)"
  }

  /// Where the two part, as a sentence.
  package var headline: String {
    let bad = comparison.bad.name
    guard let step = comparison.parting else {
      if let unknown = comparison.unknown {
        return "nothing shows whether the attempts diverge: they take the same steps up to \(unknown.step.title), of which \(bad) lacks a part: \(unknown.reason)"
      }
      return sameSteps
    }
    let place = step.place
    guard let fact = comparison.partingFact else {
      if comparison.bad.attempt?.outcome(of: step) == .notReached {
        return "the attempts diverge \(place): \(comparison.good.name) takes this step, \(bad) never does"
      }
      if let finding = findings.first { return "the attempts diverge \(place): \(comparison.good.name) gets through; in \(bad) \(finding.summary)" }
      return "the attempts diverge \(place): \(comparison.good.name) gets through, \(bad) does not"
    }
    let there = "\(fact.bad ?? "absent")\(frame(fact.badFrame))"
    if fact.name == AttemptComparison.continuation {
      return "the attempts diverge \(place): the attempt continues in \(comparison.good.name), but in \(bad) \(there)"
    }
    guard let good = fact.good else {
      return "the attempts diverge \(place): \(fact.name) is \(there) in \(bad); \(comparison.good.name) has nothing of that kind"
    }
    return "the attempts diverge \(place): \(fact.name) is \(good)\(frame(fact.goodFrame)) in \(comparison.good.name), and \(there) in \(bad)"
  }

  private var sameSteps: String {
    let text = (comparison.missing.isEmpty ? "" : "as far as both recordings show, ") + "both attempts take the same steps"
    if let suspect = comparison.suspect { return "\(text); \(comparison.bad.name) alone shows this: \(suspect.summary)" }
    if let first = comparison.differences.first(where: { $0.weight >= .agreement }) {
      return "\(text); the first difference that may matter is \(first.step.place): \(first.name) is \(first.good ?? "absent") in \(comparison.good.name), and \(first.bad ?? "absent") in \(comparison.bad.name)"
    }
    return comparison.differences.isEmpty ? "\(text), and nothing else differs" : "\(text); the other differences are small"
  }

  private func frame(_ frame: Int?) -> String { frame.map { " (frame \(grouped($0)))" } ?? "" }

  /// Steps with how both attempts went.
  var steps: [(step: AttemptStep, good: StageOutcome, bad: StageOutcome)] {
    guard let good = comparison.good.attempt, let bad = comparison.bad.attempt else { return [] }
    return AttemptStep.allCases.filter { $0 != .use }.map { ($0, good.outcome(of: $0), bad.outcome(of: $0)) }
      .filter { one in [one.good, one.bad].contains { ![.notApplicable, .notReached].contains($0) } }
  }

  /// What the bad recording alone finds.
  var findings: [Finding] {
    let findings = comparison.bad.diagnosis.findings
    guard let attempt = comparison.bad.attempt else { return [] }
    guard let id = attempt.connection?.id else { return findings.filter { $0.connections.isEmpty && !$0.isOfRecording && $0.severity > .info } }
    return findings.filter { $0.connections.contains(id) && ($0.isPrimary || $0.severity > .info) }
  }
}

extension AttemptStep {
  /// Where a difference is, as a part of a sentence.
  fileprivate var place: String { self == .use ? title : "at \(title)" }
}

extension Attempt {
  /// `10.0.0.1:4711 → 10.0.0.2:445, established`
  var text: String {
    if let hidden { return "\(client) → \(hidden.server), \(hidden.kind.transport), which may hide SMB" }
    guard let connection else { return "\(client), no SMB connection" }
    return "\(connection.client) → \(connection.server), \(outcome.rawValue)"
  }
}
