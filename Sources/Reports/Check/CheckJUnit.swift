import Rules

extension CheckReport {
  /// Writes JUnit's XML: a suite for each capture, with a case for each phase and one for differences that belong to no rule;
  /// and a suite for the ``notices``.
  package func writeJUnit(to out: (String) -> Void) {
    out("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"smbdx check\">\n")
    for one in captures { writeSuite(one, out) }
    writeNotices(out)
    out("</testsuites>\n")
  }

  private func writeNotices(_ out: (String) -> Void) {
    let notices = notices
    guard !notices.isEmpty else { return }
    out("  <testsuite name=\"baseline\" tests=\"\(notices.count)\">\n")
    for notice in notices {
      let text = XML.escaped(notice)
      out("    <testcase classname=\"baseline\" name=\"\(text)\"><skipped message=\"\(text)\"/></testcase>\n")
    }
    out("  </testsuite>\n")
  }

  private func writeSuite(_ one: CheckedCapture, _ out: (String) -> Void) {
    let name = XML.escaped(one.path)
    let names = Phase.allCases.map(\.rawValue) + [Difference.outsideOfRules]
    out("  <testsuite name=\"\(name)\" tests=\"\(names.count)\">\n")
    for phase in names {
      out("    <testcase classname=\"\(name)\" name=\"\(phase)\"")
      switch one.outcome {
      case .different(let differences) where differences.contains { $0.phaseName == phase }:
        out(">\n")
        for difference in differences where difference.phaseName == phase {
          // Twice: GitLab shows the text, and others the attribute.
          let text = XML.escaped(difference.description)
          out("      <failure type=\"\(difference.rule ?? "difference")\" message=\"\(text)\">\(text)</failure>\n")
        }
        out("    </testcase>\n")
      case .asExpected, .different: out("/>\n")
      case .withoutExpectation: out("><skipped message=\"no expectation\"/></testcase>\n")
      case .unreadable(let why): out("><error message=\"\(XML.escaped(why))\"/></testcase>\n")
      }
    }
    out("  </testsuite>\n")
  }
}

extension Difference {
  /// The case of differences that belong to no rule.
  fileprivate static let outsideOfRules = "report"

  fileprivate var phaseName: String {
    // A contract may name a pattern.
    rule.flatMap { name in Rule.all.first { matches($0.id, name) } }?.phase.rawValue ?? Self.outsideOfRules
  }
}
