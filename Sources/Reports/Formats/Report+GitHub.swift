import Rules

extension Report {
  /// Workflow commands, which GitHub shows as annotations: one for each finding.
  package func writeGitHub(to write: (String) -> Void) {
    for finding in findings {
      var properties = ["title=\(Self.property("smbdx: \(finding.rule)"))"]
      if let file = finding.evidence.first?.place?.file ?? files.first { properties.insert("file=\(Self.property(file))", at: 0) }
      write("::\(finding.severity.annotation) \(properties.joined(separator: ","))::\(Self.data(finding.annotation))\n")
    }
  }

  /// Escaped as GitHub's own toolkit does it: what ends a command, and the per cent sign.
  private static func data(_ text: String) -> String {
    Escaping.visible(text).replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
  }

  private static func property(_ text: String) -> String {
    data(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
  }
}

extension FindingRecord {
  /// `the server refuses … (frames 9, 11; smbdx explain auth-logon-failure)`
  fileprivate var annotation: String {
    let frames = evidence.map { String($0.frame) }.withoutRepetition
    let place = frames.isEmpty ? "" : "\(frames.count == 1 ? "frame" : "frames") \(frames.joined(separator: ", ")); "
    return Escaping.clipped(summary, to: Escaping.sentenceLimit) + " (\(place)smbdx explain \(rule))"
  }
}

extension Severity {
  fileprivate var annotation: String {
    switch self {
    case .critical, .error: "error"
    case .warning: "warning"
    case .info: "notice"
    }
  }
}
