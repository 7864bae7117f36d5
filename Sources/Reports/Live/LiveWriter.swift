package import Diagnosis
package import Packets
import Rules

/// Writes what is found while a capture goes on: as text, or as events, one a line.
package final class LiveWriter {
  package enum Format {
    case text(TextOptions)
    case ndjson
  }

  private let format: Format
  private let toolVersion: String
  private let write: (String) -> Void
  /// Advice that was given: ``TextReport/advised``.
  private var advised: Set<[String]> = []

  package init(_ format: Format, toolVersion: String, write: @escaping (String) -> Void) {
    self.format = format
    self.toolVersion = toolVersion
    self.write = write
  }

  package func write(_ updates: [FindingChange]) {
    switch format {
    case .ndjson: for update in updates { writeLine(update) }
    case .text(let options): writeText(updates, options)
    }
  }

  /// The last line of the NDJSON stream.
  package func writeEnd(_ report: Report) {
    guard case .ndjson = format else { return }
    EventWriter(toolVersion: toolVersion, write: write).writeEnd(report)
  }

  // MARK: NDJSON

  private func writeLine(_ update: FindingChange) {
    EventWriter(toolVersion: toolVersion, write: write).write(
      update.finding, .init(update.kind), of: update.connection, update.one, told: update.time)
  }

  // MARK: Text

  /// Findings of one connection stand together, under one headline.
  private func writeText(_ updates: [FindingChange], _ options: TextOptions) {
    let shown = updates.filter { update in
      // That another one is the primary finding now is said of that one.
      guard !update.isAboutPrimary || update.finding.isPrimary else { return false }
      return update.finding.severity > .info || update.kind != .finding || options.detail == .verbose
    }
    var rest = shown[...]
    while let first = rest.first {
      let group = rest.prefix { $0.kind == first.kind && $0.connection?.id == first.connection?.id && first.kind == .finding }
      rest = rest.dropFirst(max(1, group.count))
      let out = TextWriter(options, write: write)
      guard first.kind == .finding else {
        writeChange(first, to: out)
        continue
      }
      writeFindings(Array(group), first, options, to: out)
    }
  }

  private func writeFindings(_ group: [FindingChange], _ first: FindingChange, _ options: TextOptions, to out: TextWriter) {
    var title = [Phrase(first.time.clock, .faint)]
    if let one = first.one {
      title += Phrase.words("case \(one.id): \(one.endsText)", .faint)
    }
    out.flow(title, hanging: 2)
    let report = Report(toolVersion: toolVersion, files: [], diagnosis: Diagnosis(of: group))
    var quiet = options
    if options.detail == .normal { quiet.detail = .quiet }
    let text = TextReport(report: report, out: out, detail: quiet.detail)
    text.advised = advised
    if let connection = first.connection {
      text.writeNotable(connection, inFull: true)
    } else {
      for finding in group { text.write(finding.finding, inFull: true) }
    }
    advised = text.advised.count > 4096 ? [] : text.advised
    write("\n")
  }

  /// `12:03:04Z info[tcp-syn-timeout] no longer an error: a later attempt succeeded (1-tcp-syn-timeout)`
  private func writeChange(_ update: FindingChange, to out: TextWriter) {
    let finding = update.finding
    let what =
      switch update.kind {
      case .withdrawn: "withdrawn: later frames show a different picture"
      case _ where update.isAboutPrimary: "is now the primary diagnosis of its case"
      case _ where finding.severity == .info: "superseded: a later attempt reached the same goal"
      default: "is now \(finding.severity.rawValue)"
      }
    out.flow(
      [Phrase(update.time.clock, .faint), Phrase("\(finding.severity.rawValue)[\(finding.rule.id)]", Tone(finding.severity))]
        + Phrase.words(finding.summary) + Phrase.words("— \(what)", .strong),
      hanging: 2)
    write("\n")
  }
}

extension Timestamp {
  /// `05:32:17Z`
  package var clock: String { rfc3339.dropFirst(11).prefix(8) + "Z" }
}

extension EventWriter.Action {
  fileprivate init(_ kind: FindingChange.Kind) {
    self =
      switch kind {
      case .finding: .found
      case .changed: .changed
      case .withdrawn: .withdrawn
      }
  }
}
