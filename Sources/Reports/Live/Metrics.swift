package import Diagnosis
package import Packets
package import Rules
package import Transcripts

/// The figures of a capture that goes on, in the text format of Prometheus.
package struct Metrics: Sendable {
  private struct Key: Hashable {
    var rule: String
    var severity: Severity
  }

  package var frames = 0
  package var lostInKernel = 0
  package var lostOnInterfaces = 0
  package var openConnections = 0
  /// Of connections that are over.
  package var outcomes: [ConnectionOutcome: Int] = [:]
  package var lastFrame: Timestamp?
  private let toolVersion: String
  private let start: Timestamp
  private var findings: [Key: Int] = [:]

  /// - Parameters:
  ///   - start: of the capture, by the clock of this host.
  ///   - rules: those that run. Each is there from the start, so that its first finding is an increase.
  package init(toolVersion: String, start: Timestamp, rules: [Rule]) {
    self.toolVersion = toolVersion
    self.start = start
    for rule in rules { findings[Key(rule: rule.id, severity: rule.severity)] = 0 }
  }

  /// Counts what is new of some changes.
  package mutating func count(_ changes: [FindingChange]) {
    for change in changes where change.kind == .finding {
      findings[Key(rule: change.finding.rule.id, severity: change.finding.severity), default: 0] += 1
    }
  }

  package var text: String {
    var text = ""
    func family(_ name: String, _ type: String, _ help: String, _ samples: [(labels: String, value: String)]) {
      text += "# HELP smbdx_\(name) \(help)\n# TYPE smbdx_\(name) \(type)\n"
      for sample in samples { text += "smbdx_\(name)\(sample.labels) \(sample.value)\n" }
    }
    family("build_info", "gauge", "The version of smbdx.", [("{version=\"\(toolVersion)\"}", "1")])
    family("start_time_seconds", "gauge", "When the capture began, in seconds since 1970.", [("", "\(start.wholeSeconds)")])
    family("frames_total", "counter", "Frames that were captured.", [("", "\(frames)")])
    family(
      "frames_lost_total", "counter", "Frames that were lost before smbdx could read them.",
      [("{place=\"kernel\"}", "\(lostInKernel)"), ("{place=\"interface\"}", "\(lostOnInterfaces)")])
    if let lastFrame {
      family("last_frame_time_seconds", "gauge", "Time of the last frame, in seconds since 1970.", [("", "\(lastFrame.wholeSeconds)")])
    }
    family("connections_open", "gauge", "TCP connections that smbdx tracks.", [("", "\(openConnections)")])
    family(
      "connections_total", "counter", "SMB connections that ended, by their outcome.",
      [ConnectionOutcome.established, .failed, .inconclusive, .notSMB].map {
        ("{outcome=\"\($0.rawValue)\"}", "\(outcomes[$0, default: 0])")
      })
    let rules = findings.sorted { ($0.key.rule, $0.key.severity) < ($1.key.rule, $1.key.severity) }
    family(
      "findings_total", "counter", "Findings, by rule and severity.",
      rules.map { ("{rule=\"\($0.key.rule)\",severity=\"\($0.key.severity.rawValue)\"}", "\($0.value)") })
    return text
  }
}

extension Timestamp {
  fileprivate var wholeSeconds: Int64 { nanoseconds / 1_000_000_000 }
}
