extension CheckReport {
  /// Writes workflow commands, which GitHub shows as annotations: one for each difference.
  package func writeGitHub(to out: (String) -> Void) {
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
    for notice in notices { GitHub.annotate("warning", file: nil, title: "baseline", notice, out) }
  }
}
