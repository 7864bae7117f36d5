import Rules

extension Report {
  /// What is reported of input that is no capture: one finding, and nothing else.
  ///
  /// - Parameter message: a sentence that says what the input looks like and what to do.
  package static func notACapture(toolVersion: String, files: [String], message: String) -> Report {
    var capture = CaptureFacts()
    capture.isComplete = false
    var summary = Summary()
    summary.count(.critical)
    return Report(
      toolVersion: toolVersion, files: files, capture: capture, connections: [],
      findings: [FindingRecord(notACapture: message)], summary: summary)
  }
}

extension Report {
  /// What is reported of input that cannot be read for another reason: a warning, and nothing else.
  package static func unreadable(toolVersion: String, file: String, message: String) -> Report {
    var capture = CaptureFacts()
    capture.isComplete = false
    capture.warnings = [CaptureWarning(message: message, file: file, frame: nil, byte: nil)]
    return Report(
      toolVersion: toolVersion, files: [file], capture: capture, connections: [], findings: [], summary: Summary())
  }
}

extension FindingRecord {
  fileprivate init(notACapture message: String) {
    let rule = Rule.named("not-a-capture")
    id = "capture-not-a-capture"
    self.rule = "not-a-capture"
    severity = .critical
    confidence = .proven
    phase = .capture
    isPrimary = false
    isOfRecording = true
    connections = []
    summary = message
    evidence = []
    comparison = []
    explanation = rule?.explanation ?? ""
    causes = rule?.causes ?? []
    remedies = rule?.remedies ?? []
    references = rule?.references ?? []
  }
}
