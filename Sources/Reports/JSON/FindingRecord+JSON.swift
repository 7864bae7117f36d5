import Rules
import Transcripts

extension FindingRecord {
  func write(to json: JSONWriter) {
    json.member("id", id)
    json.member("rule", rule)
    json.member("case", caseID)
    json.member("severity", severity.rawValue)
    if let acceptance { json.member("accepted", acceptance) }
    json.member("confidence", confidence.rawValue)
    json.member("phase", phase.rawValue)
    json.member("primary", isPrimary)
    json.member("connections", connections)
    json.member("summary", summary)
    json.array("evidence") { for proof in evidence { json.object { proof.write(to: json) } } }
    json.array("comparison") { for field in comparison { json.object { field.write(to: json) } } }
    json.member("causes", causes)
    json.array("remedies") { for remedy in remedies { json.object { remedy.write(to: json) } } }
    json.member("references", references)
    json.member("wireshark", wiresharkFilter)
  }
}

extension FindingRecord.Proof {
  fileprivate func write(to json: JSONWriter) {
    json.member("frame", frame)
    json.member("note", note)
    json.member("sender", sender?.rawValue)
    guard let place else { return }
    json.member("file", place.file)
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
