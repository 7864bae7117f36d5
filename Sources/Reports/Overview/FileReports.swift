import Diagnosis
import Rules

/// Recordings that are judged each by itself, under one overview.
package struct FileReports {
  private enum Part {
    case read(Line, text: String)
    case unreadable(file: String, why: String)
  }

  /// What the overview says of one file.
  private struct Line {
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
  }

  private let format: Format
  private let toolVersion: String
  private var parts: [Part] = []

  package init(_ format: Format, toolVersion: String) {
    self.format = format
    self.toolVersion = toolVersion
  }

  /// Takes what was found in a file, and keeps no more of it than is written.
  package mutating func add(_ report: Report, file: String) {
    var text = ""
    switch format {
    case .text(let options): report.writeText(options) { text += $0 }
    case .json: report.writeJSON { text += $0 }
    case .ndjson: report.writeNDJSON { text += $0 }
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
    }
  }

  // MARK: Text

  private func writeText(_ out: TextWriter, _ write: (String) -> Void) {
    let failing = parts.count { if case .read(let line, _) = $0 { line.summary.failedForGood > 0 } else { false } }
    out.flow(
      Phrase.words("\(counted(parts.count, "file")), each a separate recording: \(failing == 0 ? "none" : grouped(failing)) with failures", .strong),
      hanging: 2)
    out.separate()
    for part in parts { writeLine(of: part, to: out) }
    for case .read(_, let text) in parts { write("\n" + text) }
  }

  private func writeLine(of part: Part, to out: TextWriter) {
    switch part {
    case .unreadable(let file, let why):
      out.flow([Phrase("!", .warning), Phrase(Escaping.clipped(file), .strong)] + Phrase.words(why, .warning, gap: 2), hanging: 4)
    case .read(let line, _):
      let isBad = line.summary.failedForGood > 0
      let isOdd = (line.summary.worstSeverity ?? .info) > .info
      var phrases = [Phrase(isBad ? "✗" : isOdd ? "!" : "✓", isBad ? .critical : isOdd ? .warning : .good), Phrase(Escaping.clipped(line.file), .strong)]
      phrases += Phrase.words([counted(line.smbConnections, "SMB connection"), line.failures].compactMap(\.self).joined(separator: ", "), gap: 2)
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
      json.member("schema", "smbdx-reports/1")
      json.object("tool") {
        json.member("name", "smbdx")
        json.member("version", toolVersion)
      }
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
