extension CheckReport {
  /// Writes what is not as expected, and a line that counts.
  package func writeText(isVerbose: Bool, isColored: Bool, to out: (String) -> Void) {
    let palette = Palette(isColored: isColored)
    for one in captures { writeText(one, isVerbose: isVerbose, palette, out) }
    for notice in notices { out("baseline: \(Escaping.visible(notice))\n") }
    out(closing + "\n")
  }

  private func writeText(_ one: CheckedCapture, isVerbose: Bool, _ palette: Palette, _ out: (String) -> Void) {
    let update = one.isUpdated ? "  → \(Escaping.visible(one.expectation)) written" : ""
    switch one.outcome {
    case .asExpected:
      guard isVerbose || !one.accepted.isEmpty else { return }
      out("\(palette.paint("✓", .good)) \(Escaping.visible(one.path))\n")
    case .different: out("\(palette.paint("✗", .error)) \(Escaping.visible(one.path))\(update)\n")
    case .withoutExpectation:
      out("\(palette.paint("?", .warning)) \(Escaping.visible(one.path))  no expectation\(one.isUpdated ? update : "; --update writes \(Escaping.visible(one.expectation))")\n")
    case .unreadable(let why): out("\(palette.paint("!", .error)) \(Escaping.visible(one.path))  \(Escaping.visible(why))\n")
    }
    if case .different(let differences) = one.outcome {
      for difference in differences { out("    \(palette.paint(Escaping.visible(difference.description), difference.kind.tone))\n") }
    }
    for (difference, entry) in one.accepted {
      out("    accepted \(difference): \(Escaping.visible(baseline?.entries[entry].reason ?? ""))\n")
    }
  }

  private var closing: String {
    func count(_ isCounted: (CheckedCapture.Outcome) -> Bool) -> Int { captures.count { isCounted($0.outcome) } }
    let parts = [
      (count { if case .asExpected = $0 { true } else { false } }, "as expected"),
      (count { if case .different = $0 { true } else { false } }, "different"),
      (count { if case .withoutExpectation = $0 { true } else { false } }, "without expectation"),
      (count { if case .unreadable = $0 { true } else { false } }, "unreadable"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    return "\(captures.count) \(captures.count == 1 ? "capture" : "captures")"
      + (parts.isEmpty ? "" : ": " + parts.joined(separator: ", "))
  }
}

extension Difference.Kind {
  fileprivate var tone: Tone {
    switch self {
    case .appeared: .error
    case .vanished: .warning
    case .moved, .changed: .info
    }
  }
}
