import Rules

/// What `check` writes as JUnit's XML: a suite for each capture, a case for each phase and one for what is no finding; and a
/// suite for entries of the baseline that accept nothing.
package struct CheckJUnit {
  private let captures: [CheckedCapture]

  private let baseline: Baseline?

  package init(captures: [CheckedCapture], baseline: Baseline?) {
    self.captures = captures
    self.baseline = baseline
  }

  package func write(_ out: (String) -> Void) {
    out("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"smbdx check\">\n")
    for one in captures { write(one, out) }
    writeBaseline(out)
    out("</testsuites>\n")
  }

  private func writeBaseline(_ out: (String) -> Void) {
    let notices = baseline?.notices(captures) ?? []
    guard !notices.isEmpty else { return }
    out("  <testsuite name=\"baseline\" tests=\"\(notices.count)\">\n")
    for notice in notices {
      let text = XML.escaped(notice)
      out("    <testcase classname=\"baseline\" name=\"\(text)\"><skipped message=\"\(text)\"/></testcase>\n")
    }
    out("  </testsuite>\n")
  }

  private func write(_ one: CheckedCapture, _ out: (String) -> Void) {
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
