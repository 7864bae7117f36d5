import Transcripts

/// NEGOTIATE against VALIDATE_NEGOTIATE_INFO, one table for each direction: the values side by side where there is
/// room, else one below the other.
func writeComparison(_ comparison: [FieldComparison], to out: TextWriter) {
  let tables = [FieldComparison.Direction.request, .response].map { direction in
    (direction: direction, rows: comparison.filter { $0.direction == direction })
  }.filter { !$0.rows.isEmpty }
  let valueWidth = comparison.map { displayWidth(Escaping.visible($0.negotiated.description)) }.max() ?? 0
  let rendered = tables.map { sideBySide($0.rows, $0.direction, valueWidth: max(valueWidth, titles.0.count)) }
  let hasRoom = rendered.joined().allSatisfy { indent + displayWidth($0) <= out.width }
  for (table, lines) in zip(tables, rendered) {
    guard hasRoom else {
      writeStacked(table.rows, table.direction, to: out)
      continue
    }
    for (line, tone) in zip(lines, [.faint] + table.rows.map(\.tone)) { out.line(line, tone, indent: indent) }
  }
}

private let indent = 4
/// Wide enough for `Capabilities`, so that both directions are aligned.
private let nameWidth = 12
private let titles = ("NEGOTIATE", "VALIDATE")

private func sideBySide(
  _ rows: [FieldComparison], _ direction: FieldComparison.Direction, valueWidth: Int
) -> [String] {
  let cells = rows.map { row in
    (
      "\(row.symbol) \(row.field.specificationName)", Escaping.visible(row.negotiated.description),
      Escaping.visible(row.validated.description)
    )
  }
  return ([("  \(direction.rawValue)", titles.0, titles.1)] + cells).map { name, negotiated, validated in
    let line = "\(pad(name, 2 + nameWidth))  \(pad(negotiated, valueWidth))  \(validated)"
    // Nothing behind the last word.
    return String(line.reversed().drop { $0 == " " }.reversed())
  }
}

private func writeStacked(_ rows: [FieldComparison], _ direction: FieldComparison.Direction, to out: TextWriter) {
  let column = indent + 2 + nameWidth + 2
  out.line("  " + pad(direction.rawValue, nameWidth) + "  \(titles.0), \(titles.1)", .faint, indent: indent)
  for row in rows {
    let name = Phrase("\(row.symbol) \(pad(row.field.specificationName, nameWidth))", row.tone)
    if row.isEqual {
      out.flow([name] + Phrase.words(row.negotiated.description, row.tone, gap: 2), indent: indent, hanging: column)
    } else {
      out.flow(
        [name] + Phrase.words(row.negotiated.description, row.tone, gap: 2) + [Phrase("in \(titles.0)", .faint, gap: 2)],
        indent: indent, hanging: column)
      out.flow(
        Phrase.words(row.validated.description, row.tone) + [Phrase("in \(titles.1)", .faint, gap: 2)], indent: column,
        hanging: column)
    }
  }
}

private func pad(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - displayWidth(text)))
}

extension FieldComparison {
  var symbol: String { isEqual ? "=" : "≠" }
  var tone: Tone { isEqual ? .plain : differsInOrderOnly ? .warning : .critical }
}
