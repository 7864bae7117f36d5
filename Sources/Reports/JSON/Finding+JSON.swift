import Diagnosis
import Packets
import Rules
import Transcripts

extension Finding {
  func write(to json: JSONWriter, of report: Report? = nil) {
    writeFacts(to: json, of: report)
    json.member("causes", causes)
    json.array("remedies") { for remedy in datedRemedies { json.object { remedy.write(to: json) } } }
    json.member("references", rule.references)
    json.member("wireshark", wiresharkFilter)
  }

  /// Without what its rule says each time.
  func writeEvent(to json: JSONWriter, of report: Report?) {
    writeFacts(to: json, of: report)
    json.member("wireshark", wiresharkFilter)
  }

  private func writeFacts(to json: JSONWriter, of report: Report?) {
    json.member("id", id)
    json.member("rule", rule.id)
    json.member("time", time?.rfc3339)
    json.member("case", caseID)
    json.member("severity", severity.rawValue)
    if let acceptance { json.member("accepted", acceptance) }
    json.member("confidence", confidence.rawValue)
    json.member("phase", phase.rawValue)
    json.member("primary", isPrimary)
    json.member("standing", standing.name)
    json.member("connections", connections)
    json.member("summary", summary)
    json.array("evidence") { for proof in evidence { json.object { proof.write(to: json, of: report) } } }
    json.array("comparison") { for field in comparison { json.object { field.write(to: json) } } }
  }
}

extension Evidence {
  fileprivate func write(to json: JSONWriter, of report: Report?) {
    json.member("frame", frame)
    json.member("time", time?.rfc3339)
    json.member("note", note)
    json.member("sender", sender?.rawValue)
    guard let place, let report else { return }
    json.member("file", report.file(of: place))
    json.member("fileFrame", place.frame)
  }
}

extension FieldComparison {
  fileprivate func write(to json: JSONWriter) {
    json.member("direction", direction.rawValue)
    json.member("field", field.specificationName)
    json.member("negotiated", negotiated.description)
    json.member("validated", validated.description)
    json.member("equal", isEqual)
  }
}

extension Remedy {
  func write(to json: JSONWriter) {
    json.member("text", text)
    json.member("command", command)
    json.member("caution", caution)
  }
}

extension Finding.Standing {
  fileprivate var name: String {
    switch self {
    case .primary: "primary"
    case .contributing: "contributing"
    case .superseded: "superseded"
    case .explained: "explained"
    case .accepted: "accepted"
    }
  }
}
