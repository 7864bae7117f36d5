extension FixtureTests {
  /// What no peer of the lab can be brought to: a Windows server, a cluster, a client with a fault of its own.
  /// `RulesTests` fires each of them with packets that are built.
  static let builtOnly = [
    "auth-access-denied", "create-share-unusable", "encryption-required-not-honoured", "encryption-session-flag-mismatch", "encryption-unsupported-client",
    "kerberos-rc4-in-use", "nbss-not-reached", "ntlm-machine-id-shared", "request-unanswered-in-use", "signature-stripped",
    "signing-algorithm-mismatch", "tcp-host-sweep", "tree-redirect", "tree-refused-encrypted", "host-dropped-packet",
    "vni-request-malformed", "create-refused", "dfs-referral-refused", "pipe-refused", "last-request-refused", "tcp-challenge-ack",
    // Those that need keys, which no fixture has: TamperingTests.
    "ntlm-mic-wrong", "ntlm-password-wrong", "preauth-hash-differs", "signature-wrong", "signing-key-differs", "tree-id-not-granted",
    "dfs-referral-loop", "tcp-answer-from-other-address",
  ]
}
