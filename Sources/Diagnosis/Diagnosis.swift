import Rules
package import Transcripts

/// The result for a recording, or for as much of it as there is. Every output format is written from it.
package struct Diagnosis: Sendable {
  package internal(set) var capture: CaptureFacts
  /// In the order in which they ended.
  package internal(set) var connections: [DiagnosedConnection] = []
  /// In the order in which they began.
  package internal(set) var cases: [DiagnosedCase] = []
  /// By case, the gravest first; those of no case last.
  package internal(set) var findings: [Finding] = []
  package internal(set) var summary = Summary()
  package var responseTimes = ResponseTimes()
  /// The names of hosts, from all sources.
  package internal(set) var hosts = HostDirectory()
  /// Unreadable traffic that may contain SMB.
  package internal(set) var hidden: [HiddenTransport] = []

  /// Nothing could be read.
  package init(capture: CaptureFacts) { self.capture = capture }

  /// Of input that is no capture: one finding, and nothing else.
  ///
  /// - Parameter message: a sentence that says what the input looks like and what to do.
  package init(notACapture message: String) {
    capture = CaptureFacts()
    capture.isComplete = false
    guard let rule = Rule.named("not-a-capture") else { return }
    var finding = Finding(rule, .recording, Observation.ofRecording(message))
    finding.id = finding.baseID
    findings = [finding]
    summary.count(finding.severity)
  }

  /// Notes that a file could not be read.
  package mutating func recordUnreadable(_ warning: CaptureWarning) {
    capture.isComplete = false
    capture.warnings.append(warning)
  }

  /// Counts what reached a limit after the recording was over.
  package mutating func recordLimit(_ name: String, _ count: Int) { capture.recordLimit(name, count) }

  /// Removes the listed connections that are not chosen. The counts stay.
  package mutating func keep(connections ids: Set<Int>, findings names: Set<String>) {
    connections.removeAll { !ids.contains($0.id) }
    cases.removeAll { !$0.connections.contains(where: ids.contains) }
    findings.removeAll { !names.contains($0.id) }
  }

  /// Removes the connections without findings. The counts stay.
  package mutating func keepWhatWasFound() {
    let found = Set(findings.lazy.flatMap(\.connections))
    // Another list: the old one would keep its room.
    connections = connections.filter { found.contains($0.id) }
    cases = []
    responseTimes = ResponseTimes()
    hosts = HostDirectory()
  }

  /// Replaces names in all texts about the recording's files.
  ///
  /// - Parameters:
  ///   - changeFile: takes the name of a file.
  ///   - changeText: takes a sentence in which one may be.
  package mutating func rename(file changeFile: (String) -> String, text changeText: (String) -> String) {
    for index in capture.warnings.indices { capture.warnings[index].file = changeFile(capture.warnings[index].file) }
    for index in findings.indices {
      findings[index].observation.summary = changeText(findings[index].observation.summary)
      for place in findings[index].observation.evidence.indices {
        let note = findings[index].observation.evidence[place].note
        findings[index].observation.evidence[place].note = changeText(note)
      }
    }
  }

  init(capture: CaptureFacts, _ conclusion: consuming Conclusion, summary: Summary) {
    self.capture = capture
    self.summary = summary
    connections = conclusion.connections
    cases = conclusion.cases
    findings = conclusion.findings
    nameFindings()
  }

  /// Notes what clients and servers are called.
  mutating func recordHosts(_ lookups: Lookups) {
    hosts.record(lookups)
    for connection in connections { hosts.record(connection.brief) }
    capture.recordLimit("surroundings", hosts.limitsReached)
  }

  /// Gives each finding its identity, and puts them in order: by case, the gravest first, then as found.
  private mutating func nameFindings() {
    var used: [String: Int] = [:]
    for index in findings.indices {
      let base = findings[index].baseID
      let count = used[base, default: 0] + 1
      used[base] = count
      findings[index].id = count == 1 ? base : "\(base)-\(count)"
    }
    findings = findings.enumerated().sorted { left, right in
      let (first, second) = (left.element, right.element)
      let (firstCase, secondCase) = (first.caseID ?? .max, second.caseID ?? .max)
      if firstCase != secondCase { return firstCase < secondCase }
      if Finding.isGraver(first, second) { return true }
      if Finding.isGraver(second, first) { return false }
      return left.offset < right.offset
    }.map(\.element)
  }
}
