import Reports

extension Report {
  /// Names of files often say whose they are: these say only which of them it is.
  var withoutFileNames: Report {
    var report = self
    func number(_ name: String) -> String { files.firstIndex(of: name).map { "capture-\($0 + 1)" } ?? "a file" }
    report.files = files.map(number)
    for index in report.capture.warnings.indices {
      report.capture.warnings[index].file = number(capture.warnings[index].file)
    }
    report.findings = findings.map { finding in
      var finding = finding
      for name in Set(files) where !name.isEmpty {
        finding.summary = finding.summary.replacing(name, with: number(name))
        for index in finding.evidence.indices {
          finding.evidence[index].note = finding.evidence[index].note.replacing(name, with: number(name))
        }
      }
      for index in finding.evidence.indices {
        if let place = finding.evidence[index].place { finding.evidence[index].place?.file = number(place.file) }
      }
      return finding
    }
    return report
  }
}
