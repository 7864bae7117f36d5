import Diagnosis
import Packets
import Rules
import Transcripts

extension Report {
  /// One connection or finding a line, with the field names of the Elastic Common Schema where it has them.
  ///
  /// What ECS has no name for stands under `smbdx`, as in the JSON report.
  package func writeNDJSON(to write: @escaping (String) -> Void) {
    for connection in connections {
      let json = JSONWriter(.line, write: write)
      json.object {
        json.member("@timestamp", connection.startTime.rfc3339)
        json.object("event") {
          json.member("kind", "event")
          json.member("category", ["network"])
          json.member("dataset", "smbdx.connection")
          json.member("outcome", connection.outcome.eventOutcome)
        }
        connection.writeEnds(to: json)
        json.object("smbdx") { json.object("connection") { connection.write(to: json) } }
      }
    }
    let byID = Dictionary(uniqueKeysWithValues: connections.map { ($0.id, $0) })
    for finding in findings {
      let connection = finding.connections.lazy.compactMap { byID[$0] }.first
      let json = JSONWriter(.line, write: write)
      json.object {
        json.member("@timestamp", (finding.time ?? connection?.startTime ?? capture.firstTime)?.rfc3339)
        json.member("message", finding.summary)
        json.object("event") {
          json.member("kind", "alert")
          json.member("category", ["network"])
          json.member("dataset", "smbdx.finding")
          json.member("id", finding.id)
          json.member("severity", finding.severity.eventSeverity)
        }
        json.object("rule") {
          json.member("id", finding.rule.id)
          json.member("category", finding.phase.rawValue)
          json.member("description", finding.rule.summary)
          json.member("reference", finding.rule.references.first)
        }
        connection?.writeEnds(to: json)
        json.object("smbdx") { json.object("finding") { finding.write(to: json) } }
      }
    }
  }
}

extension DiagnosedConnection {
  fileprivate func writeEnds(to json: JSONWriter) {
    json.object("network") {
      json.member("transport", "tcp")
      json.member("protocol", "smb")
      json.member("community_id", communityID(client, server))
    }
    for (name, end) in [("source", client), ("destination", server)] {
      json.object(name) {
        json.member("ip", end.address.description)
        json.member("port", Int(end.port))
      }
    }
    guard let user = identity?.user, !user.isEmpty else { return }
    json.object("user") {
      json.member("name", user)
      if let domain = identity?.domain, !domain.isEmpty { json.member("domain", domain) }
    }
  }
}

extension ConnectionOutcome {
  /// ECS `event.outcome`.
  fileprivate var eventOutcome: String {
    switch self {
    case .established: "success"
    case .failed: "failure"
    case .inconclusive, .notSMB: "unknown"
    }
  }
}

extension Severity {
  /// ECS `event.severity`: the higher the graver.
  fileprivate var eventSeverity: Int {
    switch self {
    case .info: 1
    case .warning: 2
    case .error: 3
    case .critical: 4
    }
  }
}
