import Diagnosis
import Algorithms
import Packets
import Rules
import Transcripts

extension Report {
  /// SARIF 2.1.0 (OASIS): the rules that found something with their help, and a result for each finding.
  ///
  /// A place is a connection and a frame, which SARIF calls logical; the artifact is the capture.
  package func writeSARIF(to write: @escaping (String) -> Void) {
    var log = SARIF.Log(toolVersion: toolVersion)
    log.add(self)
    log.write(to: write)
  }

  fileprivate func writeResult(_ finding: Finding, of connection: DiagnosedConnection?, rule: Int?, to json: JSONWriter) {
    json.member("ruleId", finding.rule.id)
    if let rule { json.member("ruleIndex", rule) }
    json.member("level", finding.severity.sarifLevel)
    json.object("message") { json.member("text", Escaping.clipped(finding.summary, to: Escaping.sentenceLimit)) }
    json.array("locations") {
      json.object { writeLocation(finding, finding.evidence.first, to: json) }
    }
    if finding.evidence.count > 1 {
      json.array("relatedLocations") {
        for (number, proof) in finding.evidence.dropFirst().enumerated() {
          json.object {
            json.member("id", number + 1)
            writeLocation(finding, proof, to: json)
            json.object("message") { json.member("text", Escaping.clipped(proof.note, to: Escaping.sentenceLimit)) }
          }
        }
      }
    }
    // The same in another recording of the same fault: no frame, port or time is in it.
    json.object("partialFingerprints") { json.member("smbdx/1", fingerprint(finding, of: connection)) }
    if let reason = finding.acceptance { SARIF.writeSuppression(reason, to: json) }
    json.object("properties") {
      json.member("id", finding.id)
      json.member("time", finding.time?.rfc3339)
      json.member("confidence", finding.confidence.rawValue)
      json.member("phase", finding.phase.rawValue)
      json.member("primary", finding.isPrimary)
    }
  }

  private func writeLocation(_ finding: Finding, _ proof: Evidence?, to json: JSONWriter) {
    if let path = path(at: proof?.place?.file ?? 0) {
      SARIF.writePlace(path, to: json)
    }
    json.array("logicalLocations") {
      json.object {
        let parts = finding.connections.first.map { ["connection \($0)"] } ?? []
        let all = parts + (proof.map { ["frame \($0.frame)"] } ?? [])
        json.member("fullyQualifiedName", all.isEmpty ? "recording" : all.joined(separator: "/"))
        json.member("kind", proof == nil ? "module" : "element")
      }
    }
    if let time = proof?.time { json.object("properties") { json.member("time", time.rfc3339) } }
  }

  private func fingerprint(_ finding: Finding, of connection: DiagnosedConnection?) -> String {
    let ends = connection.map { "\($0.client.address)→\($0.server.address) \($0.shares.first ?? "")" } ?? ""
    return SARIF.fingerprint("\(finding.rule.id)\n\(ends)")
  }
}

/// What every log of SARIF has.
enum SARIF {
  /// What is found in one recording, or in several, each by itself.
  struct Log {
    private let toolVersion: String
    private var rules: [Rule] = []
    private var places: [String: Int] = [:]
    private var artifacts: [String] = []
    private var results: [String] = []

    init(toolVersion: String) { self.toolVersion = toolVersion }

    mutating func add(_ report: Report) {
      let byID = Dictionary(report.connections.map { ($0.id, $0) }) { first, _ in first }
      artifacts += report.files.indices.compactMap(report.path)
      for finding in report.findings {
        let place = place(of: finding.rule)
        var text = ""
        let json = JSONWriter(.indented) { text += $0 }
        json.object { report.writeResult(finding, of: finding.connections.first.flatMap { byID[$0] }, rule: place, to: json) }
        results.append(text)
      }
    }

    private mutating func place(of rule: Rule) -> Int {
      if let known = places[rule.id] { return known }
      places[rule.id] = rules.count
      rules.append(rule)
      return rules.count - 1
    }

    func write(notices: [String] = [], to write: @escaping (String) -> Void) {
      SARIF.write(toolVersion: toolVersion, task: "analyze", rules: rules, artifacts: artifacts, notices: notices, to: write) { json in
        for result in results { json.document(nil, result) }
      }
    }
  }

  /// One run.
  ///
  /// - Parameter task: what was done, so that those who collect results keep those of each kind of run.
  static func write(
    toolVersion: String, task: String, rules: [Rule], artifacts: [String], notices: [String] = [], to write: @escaping (String) -> Void,
    results: (JSONWriter) -> Void
  ) {
    let json = JSONWriter(.indented, write: write)
    json.object {
      json.member("$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json")
      json.member("version", "2.1.0")
      json.array("runs") {
        json.object {
          json.object("tool") {
            json.object("driver") {
              json.member("name", "smbdx")
              json.member("semanticVersion", toolVersion)
              json.array("rules") { for rule in rules { json.object { rule.writeDescriptor(to: json) } } }
            }
          }
          // Section 3.17.2: a category ends with a slash when runs of it have no name of their own.
          json.object("automationDetails") { json.member("id", "smbdx/\(task)/") }
          if !notices.isEmpty { writeInvocation(notices, to: json) }
          // Section 3.14.15: no two are the same.
          json.array("artifacts") {
            for file in artifacts.uniqued() { json.object { json.object("location") { json.member("uri", uri(file)) } } }
          }
          json.array("results") { results(json) }
          json.member("columnKind", "utf16CodeUnits")
        }
      }
    }
  }

  /// What a user should know besides results: section 3.20.21.
  private static func writeInvocation(_ notices: [String], to json: JSONWriter) {
    json.array("invocations") {
      json.object {
        json.member("executionSuccessful", true)
        json.array("toolExecutionNotifications") {
          for notice in notices {
            json.object {
              json.member("level", "warning")
              json.object("message") { json.member("text", notice) }
            }
          }
        }
      }
    }
  }

  /// A capture. It has no lines; what shows results beside a file's lines wants one nevertheless.
  static func writePlace(_ path: String, to json: JSONWriter) {
    json.object("physicalLocation") {
      json.object("artifactLocation") { json.member("uri", uri(path)) }
      json.object("region") { json.member("startLine", 1) }
    }
  }

  /// That a user knows a result and accepts it.
  static func writeSuppression(_ reason: String, to json: JSONWriter) {
    json.array("suppressions") {
      json.object {
        json.member("kind", "external")
        json.member("status", "accepted")
        json.member("justification", reason)
      }
    }
  }

  /// RFC 3986: a path as a relative reference.
  static func uri(_ path: String) -> String {
    path.utf8.map { byte in
      let character = Character(Unicode.Scalar(byte))
      let isPlain = character.isASCII && (character.isLetter || character.isNumber || "-._~/".contains(character))
      return isPlain ? String(character) : "%" + hexadecimal(byte)
    }.joined()
  }

  static func fingerprint(_ text: String) -> String { sha1(Array(text.utf8)).map(hexadecimal).joined().lowercased() }

  private static func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return digits.count == 1 ? "0" + digits : digits
  }
}

extension Rule {
  fileprivate func writeDescriptor(to json: JSONWriter) {
    json.member("id", id)
    json.object("shortDescription") { json.member("text", summary) }
    json.object("fullDescription") { json.member("text", explanation) }
    json.object("help") { json.member("text", help) }
    if let address { json.member("helpUri", address) }
    json.object("defaultConfiguration") { json.member("level", severity.sarifLevel) }
    json.object("properties") {
      json.member("tags", [phase.rawValue])
      json.member("security-severity", severity.securitySeverity)
    }
  }

  /// Causes, remedies with their commands and cautions, and sections.
  private var help: String {
    let fixes = remedies.map { [$0.text, $0.command, $0.caution.map { "Caution: \($0)" }].compactMap(\.self).joined(separator: "\n") }
    let parts = [
      causes.isEmpty ? [] : ["Causes, most likely first:"] + causes.map { "- \($0)" },
      fixes.isEmpty ? [] : ["What to do:"] + fixes.map { "- \($0)" },
      ["See \((["smbdx explain \(id)"] + references).joined(separator: "; "))"],
    ]
    return parts.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
  }
}

extension Severity {
  var sarifLevel: String {
    switch self {
    case .critical, .error: "error"
    case .warning: "warning"
    case .info: "note"
    }
  }

  /// By which GitHub sorts and names results: from 9 on critical, from 7 on high, from 4 on medium, else low.
  fileprivate var securitySeverity: String {
    switch self {
    case .critical: "9.0"
    case .error: "7.0"
    case .warning: "4.0"
    case .info: "1.0"
    }
  }
}
