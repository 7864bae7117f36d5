import Algorithms
import Diagnosis
import Packets
import Rules
import Transcripts

/// Writes connections and findings as events, one a line, with the field names of the Elastic Common Schema: the same of a
/// file and of a capture that goes on.
///
/// What the schema has no name for is under `smbdx`, with the names of the JSON report. What a rule says each time, such as
/// its remedies, is no part of an event: `smbdx rules --format json` tells it.
struct EventWriter {
  /// What is told of a finding.
  enum Action: String {
    case found, changed, withdrawn
  }

  /// The version of the Elastic Common Schema that the names are from.
  static let schemaVersion = "8.11.0"
  /// Of what is under `smbdx`.
  static let schema = "smbdx-event/1"

  let toolVersion: String
  let write: (String) -> Void

  func write(_ connection: DiagnosedConnection, file: String?) {
    line(at: connection.startTime) { json in
      json.object("event") {
        writeKind("event", ["network"], ["connection"], dataset: "connection", to: json)
        json.member("id", EventID.make([communityID(connection.client, connection.server), "\(connection.startTime.nanoseconds)"]))
        json.member("outcome", connection.outcome.eventOutcome)
        if let rule = connection.primary { json.member("code", rule) }
        json.member("start", connection.startTime.rfc3339)
        json.member("end", connection.endTime.rfc3339)
      }
      connection.writeEnds(names: [], to: json)
      writeOwn(file: file, to: json) { json.object("connection") { connection.write(to: json) } }
    }
  }

  /// - Parameters:
  ///   - told: when it was told, by the capture's clock, where that is not after all was read.
  ///   - start: of the recording, for what no frame shows.
  func write(
    _ finding: Finding, _ action: Action = .found, of connection: DiagnosedConnection?, _ one: DiagnosedCase?,
    told: Timestamp? = nil, start: Timestamp? = nil, report: Report? = nil
  ) {
    let time = finding.time ?? connection?.startTime ?? start
    line(at: time ?? told) { json in
      json.member("message", finding.summary)
      json.object("event") {
        writeKind(
          finding.eventKind(isWithdrawn: action == .withdrawn), finding.eventCategories, finding.eventTypes, dataset: "finding",
          to: json)
        json.member("id", finding.eventID(on: connection, at: time))
        json.member("action", action.rawValue)
        json.member("outcome", finding.eventOutcome)
        json.member("code", finding.rule.id)
        json.member("severity", finding.severity.eventSeverity)
        if let told { json.member("created", told.rfc3339) }
      }
      finding.rule.writeEvent(to: json)
      if let error = finding.errorCode {
        json.object("error") {
          json.member("code", error.code)
          json.member("type", error.kind.rawValue)
        }
      }
      if let connection {
        connection.writeEnds(names: one?.serverNames ?? [], to: json)
      } else if case .client(let address) = finding.scope {
        address.writeClient(to: json)
      }
      writeOwn(file: finding.evidence.first?.place.flatMap { report?.file(of: $0) } ?? report?.onlyFile, to: json) {
        json.object("finding") { finding.writeEvent(to: json, of: report) }
        if let one { json.object("case") { one.write(to: json) } }
        if let connection { json.object("connection") { connection.writeFacts(to: json) } }
      }
    }
  }

  /// The last line: what was read, and counts.
  func writeEnd(_ report: Report) {
    let capture = report.capture
    line(at: capture.lastTime ?? capture.firstTime) { json in
      json.object("event") {
        writeKind("state", ["network"], ["info"], dataset: "recording", to: json)
        json.member("id", EventID.make(report.files + [capture.firstTime.map { "\($0.nanoseconds)" } ?? ""]))
        json.member("action", "ended")
        json.member("outcome", capture.isComplete ? "success" : "unknown")
      }
      writeOwn(file: report.onlyFile, to: json) {
        json.object("capture") { capture.write(to: json, files: report.files) }
        json.object("summary") { report.summary.write(to: json) }
      }
    }
  }

  // MARK: What each line has

  private func line(at time: Timestamp?, _ body: (JSONWriter) -> Void) {
    let json = JSONWriter(.line, write: write)
    json.object {
      if let time { json.member("@timestamp", time.rfc3339) }
      json.object("ecs") { json.member("version", Self.schemaVersion) }
      body(json)
      json.object("observer") {
        json.member("type", "sensor")
        json.member("vendor", "smbdx")
        json.member("product", "smbdx")
        json.member("version", toolVersion)
      }
    }
  }

  private func writeKind(_ kind: String, _ categories: [String], _ types: [String], dataset: String, to json: JSONWriter) {
    json.member("kind", kind)
    json.member("category", categories)
    json.member("type", types)
    json.member("module", "smbdx")
    json.member("dataset", "smbdx.\(dataset)")
  }

  private func writeOwn(file: String?, to json: JSONWriter, _ body: () -> Void) {
    json.object("smbdx") {
      json.member("schema", Self.schema)
      if let file { json.member("file", file) }
      body()
    }
  }
}

extension Report {
  /// The name of the file, where there is one.
  var onlyFile: String? { files.count == 1 ? files[0] : nil }
}

extension Rule {
  fileprivate func writeEvent(to json: JSONWriter) {
    json.object("rule") {
      json.member("id", id)
      json.member("name", id)
      json.member("category", phase.rawValue)
      json.member("description", summary)
      json.member("ruleset", "smbdx")
      if let address { json.member("reference", address) }
    }
  }
}
