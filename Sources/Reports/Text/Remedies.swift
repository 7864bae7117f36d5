import Rules

/// `fix  1. …`: numbered, with commands on lines of their own, whole, so that they can be copied.
///
/// - Parameters:
///   - label: stands before the first one, in the indent.
///   - indent: spaces before the numbers.
func writeNumbered(_ remedies: [Remedy], label: String = "", indent: Int, to out: TextWriter) {
  let hanging = indent + 3
  for (index, remedy) in remedies.enumerated() {
    let number = Phrase("\(index + 1).", gap: indent - 4 - label.count)
    let phrases = [number] + Phrase.words(remedy.text)
    if index == 0, !label.isEmpty {
      out.flow([Phrase(label, .faint)] + phrases, indent: 4, hanging: hanging)
    } else {
      out.flow(phrases, indent: indent, hanging: hanging)
    }
    if let command = remedy.command { out.line(command, .command, indent: hanging) }
    if let caution = remedy.caution {
      out.flow([Phrase("caution:", .warning)] + Phrase.words(caution), indent: hanging, hanging: hanging + 2)
    }
  }
}
