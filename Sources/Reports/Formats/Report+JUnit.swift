import Diagnosis
import Packets
import Algorithms
package import Rules
import Transcripts

extension Report {
  /// JUnit's XML: a suite for the recording, a case for each phase. Findings from `threshold` on fail it; a phase that no
  /// connection is known to have passed, or of which rules could not be judged, is skipped.
  ///
  /// - Parameter threshold: nil when nothing fails.
  package func writeJUnit(failingFrom threshold: Severity?, to write: (String) -> Void) {
    let suite = junitSuite(failingFrom: threshold)
    JUnit.write([suite.text], suite.counts, write)
  }

  func junitSuite(failingFrom threshold: Severity?) -> (text: String, counts: JUnit.Counts) {
    let cases = Phase.allCases.map { PhaseCase($0, in: self, threshold) }
    let name = XML.escaped(files.joined(separator: ", "))
    let counts = JUnit.Counts(
      tests: cases.count, failures: cases.count { !$0.failures.isEmpty }, errors: 0, skipped: cases.count(where: \.isSkipped))
    var text = "  <testsuite name=\"\(name)\" \(counts)>\n"
    for one in cases { one.write(suite: name) { text += $0 } }
    return (text + "  </testsuite>\n", counts)
  }
}

/// What every file of JUnit's XML has.
enum JUnit {
  struct Counts: CustomStringConvertible {
    var tests = 0
    var failures = 0
    var errors = 0
    var skipped = 0

    static func + (left: Self, right: Self) -> Self {
      Self(
        tests: left.tests + right.tests, failures: left.failures + right.failures, errors: left.errors + right.errors,
        skipped: left.skipped + right.skipped)
    }

    var description: String { "tests=\"\(tests)\" failures=\"\(failures)\" errors=\"\(errors)\" skipped=\"\(skipped)\"" }
  }

  static func write(_ suites: [String], _ counts: Counts, _ write: (String) -> Void) {
    write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"smbdx\" \(counts)>\n")
    for suite in suites { write(suite) }
    write("</testsuites>\n")
  }

  /// A recording that could not be read.
  static func unreadable(_ file: String, _ why: String) -> (text: String, counts: Counts) {
    let (name, counts) = (XML.escaped(file), Counts(tests: 1, errors: 1))
    let text = "    <testcase classname=\"\(name)\" name=\"capture\">\n      <error type=\"unreadable\" message=\"\(XML.escaped(why))\"/>\n    </testcase>\n"
    return ("  <testsuite name=\"\(name)\" \(counts)>\n\(text)  </testsuite>\n", counts)
  }
}

private struct PhaseCase {
  var phase: Phase
  var failures: [Finding]
  var others: [Finding]
  /// Why the phase is not known to be in order, each reason once.
  var reasons: [String]

  var isSkipped: Bool { failures.isEmpty && !reasons.isEmpty }

  init(_ phase: Phase, in report: Report, _ threshold: Severity?) {
    self.phase = phase
    let found = report.findings.filter { $0.phase == phase }
    failures = found.filter { finding in threshold.map { finding.severity >= $0 } ?? false }
    others = found.filter { finding in threshold.map { finding.severity < $0 } ?? true }
    let rules = Set(Rule.all.filter { $0.phase == phase }.map(\.id))
    let obstacles = report.connections.flatMap(\.notChecked).filter { !rules.isDisjoint(with: $0.rules) }.map(\.reason)
    reasons = report.hasPassed(phase) ? [] : ["no connection shows that this succeeded"]
    if others.isEmpty || !reasons.isEmpty { reasons = Array((obstacles + reasons).uniqued()) }
  }

  func write(suite: String, _ write: (String) -> Void) {
    write("    <testcase classname=\"\(suite)\" name=\"\(phase.rawValue)\"")
    guard isSkipped || !failures.isEmpty || !others.isEmpty else { return write("/>\n") }
    write(">\n")
    if isSkipped { write("      <skipped message=\"\(XML.escaped(reasons.joined(separator: "; ")))\"/>\n") }
    for finding in failures {
      write("      <failure type=\"\(finding.rule.id)\" message=\"\(XML.escaped(finding.summary))\">\(XML.escaped(lines: finding.lines))</failure>\n")
    }
    if !others.isEmpty {
      write("      <system-out>\(XML.escaped(lines: others.flatMap(\.lines)))</system-out>\n")
    }
    write("    </testcase>\n")
  }
}

extension Finding {
  fileprivate var lines: [String] {
    ["\(severity.rawValue)[\(rule.id)] \(Escaping.clipped(summary, to: Escaping.sentenceLimit))"]
      + evidence.map { "frame \($0.frame)\($0.time.map { ", \($0.rfc3339)" } ?? ""): \(Escaping.clipped($0.note, to: Escaping.sentenceLimit))" }
      + ["smbdx explain \(rule.id)"]
  }
}

extension Report {
  /// Whether any connection shows that this phase went well: what was not reached or not seen is not known to be in order.
  fileprivate func hasPassed(_ phase: Phase) -> Bool {
    switch phase {
    case .transport, .middlebox: hasPassed(stage: .transport)
    case .negotiate: hasPassed(stage: .negotiate)
    case .sessionSetup, .signing, .encryption: hasPassed(stage: .sessionSetup)
    case .treeConnect: hasPassed(stage: .treeConnect)
    case .validateNegotiate: hasPassed(stage: .validateNegotiate)
    case .kerberos: connections.contains { $0.identity?.mechanism == .kerberos && $0.outcome == .established }
    case .capture: true
    }
  }

  private func hasPassed(stage: Stage) -> Bool {
    connections.contains { $0.stageOutcomes.contains { $0 == (stage, .passed) } }
  }
}

/// Text inside XML 1.0.
enum XML {
  /// Characters that XML forbids are shown as in a report for people.
  static func escaped(_ text: String) -> String {
    Escaping.visible(text)
      .replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
  }

  static func escaped(lines: [String]) -> String { lines.map(escaped).joined(separator: "&#10;") }
}
