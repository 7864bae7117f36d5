import Diagnosis
import Reports

extension Report {
  /// Names of files often say whose they are: these say only which of them it is.
  var withoutFileNames: Report {
    var report = self
    let names = Dictionary(files.enumerated().map { ($1, "capture-\($0 + 1)") }) { first, _ in first }
    report.files = files.indices.map { "capture-\($0 + 1)" }
    report.paths = []
    report.arguments = report.files
    let longestFirst = names.keys.filter { !$0.isEmpty }.sorted { ($1.count, $0) < ($0.count, $1) }
    report.diagnosis.rename(
      file: { names[$0] ?? "a file" },
      text: { text in longestFirst.reduce(text) { $0.replacing($1, with: names[$1] ?? "a file") } })
    return report
  }
}
