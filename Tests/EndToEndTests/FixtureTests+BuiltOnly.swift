extension FixtureTests {
  /// What no peer of the lab can be brought to: a Windows server, a cluster, a broken trust, a device that tampers.
  /// `RulesTests` fires each of them with packets that are built.
  static let builtOnly = [
    // Session setup.
    "auth-access-denied", "auth-account-restriction", "auth-authentication-firewall", "auth-downgrade-detected",
    "auth-insufficient-resources", "auth-logon-type-not-granted", "auth-netlogon-not-started", "auth-no-logon-servers",
    "auth-protocol-error", "auth-time-difference", "auth-too-many-sessions", "auth-trust-account",
    "auth-trust-failure", "auth-wrong-identity-sent", "auth-wrong-password-named", "session-setup-other-status",
    // Tree connect.
    "tree-bad-cluster-dialect", "tree-bad-device-type", "tree-connect-slow", "tree-dfs-not-covered",
    "tree-network-access-denied", "tree-network-name-deleted", "tree-not-found-other", "tree-other-status",
    "tree-redirect", "tree-unavailable", "tree-user-session-state",
    // Signing and encryption.
    "encryption-required-not-honoured", "encryption-session-flag-mismatch",
    "encryption-unsupported-client", "signing-algorithm-mismatch", "signing-required-server-silent",
    "signing-required-unsupported",
  ]
}
