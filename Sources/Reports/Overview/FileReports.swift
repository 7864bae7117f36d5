import Diagnosis
package import Rules

/// Recordings that are judged one by one, under one overview.
package struct FileReports {
  enum Part {
    case read(Line, text: String)
    case unreadable(file: String, why: String)
  }

  /// What the overview says of one file.
  struct Line {
    var file: String
    var summary: Summary
    var smbConnections: Int
    var failures: String?
    var worst: DiagnosisGroup?
    var otherKinds: Int
  }

  package enum Format {
    case text(TextOptions)
    case json
    case ndjson
    case html
    case markdown
    case sarif
    /// - Parameter failingFrom: nil when nothing fails.
    case junit(failingFrom: Severity?)
    case github
  }

  private let format: Format
  private let toolVersion: String
  private(set) var parts: [Part] = []
  /// Of all files: SARIF's readers want one run.
  private var log: SARIF.Log
  private(set) var junitCounts = JUnit.Counts()

  package init(_ format: Format, toolVersion: String) {
    self.format = format
    self.toolVersion = toolVersion
    log = SARIF.Log(toolVersion: toolVersion)
  }

  /// Takes what was found in a file, and keeps no more of it than is written.
  package mutating func add(_ report: Report, file: String) {
    var text = ""
    // Files of several directories may have one name.
    var named = report
    named.files = [file]
    switch format {
    case .text(let options): named.writeText(options) { text += $0 }
    case .json: report.writeJSON { text += $0 }
    case .ndjson: report.writeNDJSON { text += $0 }
    case .html: named.writeHTML(asPart: parts.count + 1) { text += $0 }
    case .markdown: text = named.markdown(limit: Self.bytesOfTicket)
    case .sarif: log.add(report)
    case .junit(let threshold):
      let suite = named.junitSuite(failingFrom: threshold)
      (text, junitCounts) = (suite.text, junitCounts + suite.counts)
    case .github: report.writeGitHub { text += $0 }
    }
    let leading = Overview(report).leading
    let line = Line(
      file: file, summary: report.summary, smbConnections: report.smbConnections, failures: report.failures,
      worst: leading.first?.group, otherKinds: max(0, leading.count - 1))
    parts.append(.read(line, text: text))
  }

  package mutating func add(file: String, unreadable why: String) { parts.append(.unreadable(file: file, why: why)) }

  package var isEmpty: Bool { parts.allSatisfy { if case .unreadable = $0 { true } else { false } } }

  package func write(to write: @escaping (String) -> Void) {
    switch format {
    case .text(let options): writeText(TextWriter(options, write: write), write)
    case .json: writeJSON(write)
    case .ndjson: for case .read(_, let text) in parts { write(text) }
    case .html: writeHTML(write)
    case .markdown: writeMarkdown(write)
    case .sarif: log.write(notices: parts.compactMap { if case .unreadable(_, let why) = $0 { why } else { nil } }, to: write)
    case .junit: writeJUnit(write)
    case .github: writeGitHub(write)
    }
  }

  /// `3 files, each a separate recording: 1 with failures`
  var headline: String {
    let failing = parts.count { if case .read(let line, _) = $0 { line.summary.failedForGood > 0 } else { false } }
    return "\(counted(parts.count, "file")), each a separate recording: \(failing == 0 ? "none" : grouped(failing)) with failures"
  }

  // MARK: Text

  private func writeText(_ out: TextWriter, _ write: (String) -> Void) {
    out.flow(Phrase.words(headline, .strong), hanging: 2)
    out.separate()
    for part in parts { writeLine(of: part, to: out) }
    for case .read(_, let text) in parts { write("\n" + text) }
  }

  private func writeLine(of part: Part, to out: TextWriter) {
    switch part {
    case .unreadable(let file, let why):
      out.flow([Phrase("!", .warning), Phrase(Escaping.clipped(file), .strong)] + Phrase.words(why, .warning, gap: 2), hanging: 4)
    case .read(let line, _):
      let mark = line.mark
      var phrases = [Phrase(mark.sign, mark.tone), Phrase(Escaping.clipped(line.file), .strong)]
      phrases += Phrase.words(line.counts, gap: 2)
      if let worst = line.worst {
        phrases.append(Phrase("\(grouped(worst.count))×", gap: 2))
        phrases.append(Phrase("\(worst.severity.rawValue)[\(worst.rule.id)]", Tone(worst.severity)))
        if let server = worst.serverText { phrases += Phrase.words("on \(server)") }
        if line.otherKinds > 0 { phrases += Phrase.words("and \(counted(line.otherKinds, "other kind"))", .faint) }
      }
      out.flow(phrases, hanging: 4)
    }
  }

  // MARK: JSON

  /// `smbdx-reports/1`: the reports as they are, in a list.
  private func writeJSON(_ write: @escaping (String) -> Void) {
    let json = JSONWriter(.indented, write: write)
    json.object {
      json.head(schema: "smbdx-reports/1", toolVersion: toolVersion)
      json.array("files") {
        for part in parts {
          json.object {
            switch part {
            case .unreadable(let file, let why):
              json.member("file", file)
              json.member("error", why)
            case .read(let line, let text):
              json.member("file", line.file)
              json.document("report", text)
            }
          }
        }
      }
    }
  }
}

extension FileReports.Line {
  var mark: (sign: String, tone: Tone) {
    if summary.failedForGood > 0 { return ("✗", .critical) }
    return (summary.worstSeverity ?? .info) > .info ? ("!", .warning) : ("✓", .good)
  }

  /// `1 SMB connection, 1 failed`
  var counts: String { [counted(smbConnections, "SMB connection"), failures].compactMap(\.self).joined(separator: ", ") }

  /// The gravest of what is found, and how much else.
  var gist: String? {
    guard let worst else { return nil }
    let server = worst.serverText.map { " on \($0)" } ?? ""
    let others = otherKinds > 0 ? " and \(counted(otherKinds, "other kind"))" : ""
    return "\(grouped(worst.count))× \(worst.severity.rawValue)[\(worst.rule.id)]\(server)\(others)"
  }
}
