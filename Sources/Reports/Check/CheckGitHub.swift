/// What `check` writes as workflow commands, which GitHub shows as annotations: one for each difference.
package struct CheckGitHub {
  private let captures: [CheckedCapture]

  private let baseline: Baseline?

  package init(captures: [CheckedCapture], baseline: Baseline?) {
    self.captures = captures
    self.baseline = baseline
  }

  package func write(_ out: (String) -> Void) {
    for one in captures {
      switch one.outcome {
      case .asExpected: break
      case .different(let differences):
        for difference in differences {
          GitHub.annotate("error", file: one.path, title: difference.rule ?? "difference", difference.description, out)
        }
      case .withoutExpectation:
        GitHub.annotate("notice", file: one.path, title: "no expectation", "\(one.expectation) is missing", out)
      case .unreadable(let why): GitHub.annotate("error", file: one.path, title: "unreadable", why, out)
      }
    }
    for notice in baseline?.notices(captures) ?? [] { GitHub.annotate("warning", file: nil, title: "baseline", notice, out) }
  }
}
