extension FixtureTests {
  /// What no peer of the lab can be brought to: a Windows server, a cluster, a client with a fault of its own.
  /// `RulesTests` fires each of them with packets that are built.
  static let builtOnly = [
    "auth-access-denied", "encryption-required-not-honoured", "encryption-session-flag-mismatch",
    "encryption-unsupported-client", "request-unanswered-in-use", "signing-algorithm-mismatch", "signing-required-unsupported", "tree-redirect",
  ]
}
