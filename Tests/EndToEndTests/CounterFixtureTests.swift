import Diagnosis
import Reports
import Rules
import Testing

/// For each rule a recording that is nearly what it looks for, and on which it must keep silent, even as a note.
@Suite struct CounterFixtureTests {
  /// Rules by the fixture that they pass over.
  static let rules: [String: [String]] = [
    "kerberos-dns-name-not-found": [
      "dns-server-error", "kerberos-kdc-not-found",
    ],
    "tree-network-name-deleted": [
      "tree-id-not-granted",
    ],
    "dfs-target-absent": [
      "arp-unanswered",
    ],
    "kerberos-kdc-unreachable-required": [
      "netbios-name-unanswered",
    ],
    "tree-ipc-only": [
      "tree-rejected-by-client",
    ],
    "server-killed-idle": [
      "request-unanswered-in-use",
    ],
    "create-path-missing": [
      "create-refused",
      "create-share-unusable",
    ],
    "create-root-access-denied": [
      "create-path-missing",
    ],
    "auth-domain-wrong-password": [
      "auth-wrong-identity-sent", "ntlm-flags-contradict",
    ],
    "auth-protocol-error": [
      "auth-no-common-mechanism",
    ],
    "auth-logon-failure": [
      "auth-wrong-password-named", "auth-account-restriction", "auth-logon-hours", "auth-workstation-restriction",
      "auth-password-expired", "auth-password-must-change", "auth-account-disabled", "auth-account-expired",
      "auth-account-locked", "auth-logon-type-not-granted", "auth-no-logon-servers", "auth-trust-failure",
      "auth-netlogon-not-started", "auth-time-difference", "auth-trust-account", "auth-ntlm-blocked",
      "auth-authentication-firewall", "auth-downgrade-detected", "auth-too-many-sessions",
      "auth-insufficient-resources", "auth-protocol-error", "session-deleted", "session-setup-other-status",
      "session-reauth-failed", "session-setup-reset-by-third-party", "session-setup-reset-by-server", "ntlmv1-used",
      "kerberos-fallback-to-ntlm",
    ],
    "auth-ntlmv1-refused": [
      "ntlm-mic-missing", "ntlm-mic-wrong", "ntlm-password-wrong",
    ],
    "dialect-downgrade-validated": [
      "vni-request-mismatch-capabilities", "vni-request-mismatch-guid", "vni-request-mismatch-security-mode",
    ],
    "encryption-required-session": [
      "auth-spn-hardening", "auth-access-denied", "tree-access-denied",
    ],
    "healthy-139": [
      "nbss-session-refused", "nbss-not-reached", "nbss-retarget", "smb-unexpected-payload", "smb-alternative-port",
    ],
    "healthy-3.0.2": [
      "kerberos-first-ticket-unused",
      "tcp-answer-from-other-address",
      "dfs-referral-loop",
      "tcp-challenge-ack", "last-request-refused", "pipe-refused",
      "tree-share-encrypted", "vni-response-unsigned", "vni-response-signature-zero", "vni-response-bad-structure",
      "vni-request-malformed", "vni-rejected-status", "mbx-smb-field-rewrite", "not-a-capture", "capture-truncated-file",
      "capture-starts-midstream", "capture-one-directional", "capture-has-gaps", "capture-truncated",
      "encrypted-opaque", "no-smb-found",
    ],
    "negotiate-311-altered": [
      // Nothing is proven without keys.
      "preauth-hash-differs", "signing-key-differs", "signature-wrong",
    ],
    "healthy-3.1.1": [
      "negotiate-missing-preauth-context", "negotiate-invalid-contexts", "kerberos-not-attempted",
      "tree-311-unsigned", "vni-on-311", "vni-missing", "vni-hidden-by-encryption", "signing-algorithm-mismatch",
      "encryption-no-common-cipher", "mbx-riverbed-probe", "mbx-cisco-waas", "mbx-ttl-asymmetry",
      "mbx-ack-latency-split",
    ],
    "healthy-guest": [
      "auth-guest-granted", "auth-anonymous", "signature-stripped", "guest-cannot-sign",
    ],
    "healthy-multi-protocol-upgrade": [
      "smb1-only-client", "smb1-only-server", "negotiate-no-common-dialect", "negotiate-unexpected-dialect",
      "negotiate-error-status", "multi-protocol-upgrade-incomplete",
    ],
    "healthy-old-client-beside-new": [
      "dialect-downgrade-suspected", "ntlm-machine-id-shared",
    ],
    "healthy-reset-after-logoff": [
      "session-rejected-by-client",
      "connection-reset-in-use", "session-setup-reset-by-client", "tree-connect-reset",
    ],
    "healthy-share-encrypted": [
      "encryption-session-flag-mismatch", "tree-refused-encrypted",
    ],
    "healthy-two-shares": [
      "session-several-users",
    ],
    "vni-response-signature-zero": [
      "session-setup-signature-zero",
    ],
    "kerberos-ap-clock-skew": [
      "kerberos-ap-modified",
    ],
    "kerberos-client-unknown": [
      "kerberos-spn-not-found",
    ],
    "kerberos-clock-skew": [
      "server-clock-offset", "kerberos-tkt-expired",
    ],
    "kerberos-cname-fallback-to-ntlm": [
      "dns-name-not-found", "ntlm-blocked-by-client",
    ],
    "kerberos-healthy": [
      "kerberos-preauth-failed", "kerberos-kdc-unreachable", "kerberos-response-too-big",
      "kerberos-preauth-not-followed", "kerberos-error-hidden-by-fast", "ntlm-used-instead-of-kerberos",
      "kerberos-not-possible-ip-literal", "kerberos-rc4-in-use",
    ],
    "kerberos-spn-not-found": [
      "kerberos-tgt-refused", "kerberos-service-account-state", "kerberos-azure-files",
      "kerberos-missing-spn-for-cname", "kerberos-client-unknown", "kerberos-account-state", "kerberos-etype",
      "kerberos-duplicate-spn", "kerberos-ap-badmatch", "kerberos-policy", "kerberos-u2u-required",
      "kerberos-kdc-certificate", "kerberos-generic", "kerberos-other-error", "kerberos-wrong-realm-unresolved",
      "kerberos-referral-loop",
    ],
    "kerberos-stale-machine-password": [
      "kerberos-clock-skew",
    ],
    "kerberos-tkt-expired": [
      "session-expired",
    ],
    "kerberos-udp": [
      "smb-over-quic-not-visible", "smb-over-rdma-not-visible",
    ],
    "middlebox-syn-options-stripped": [
      "mbx-tcp-options-stripped",
    ],
    "nbss-called-name-refused": [
      "nbss-name-retry",
    ],
    "negotiate-no-answer-yet": [
      "negotiate-reset-by-client",
    ],
    "negotiate-no-common-dialect": [
      "negotiate-no-preauth-hash", "negotiate-invalid-parameter", "negotiate-reset-by-server",
    ],
    "negotiate-reset-by-server": [
      "capture-ends-early",
    ],
    "negotiate-slow": [
      "negotiate-unanswered-60s", "negotiate-no-answer-yet", "session-setup-slow",
    ],
    "port-scan": [
      "tcp-closed-before-smb", "tcp-host-sweep",
    ],
    "quality-duplicated": [
      "tcp-packet-loss-at-establishment", "mbx-window-or-timestamp-inconsistent", "capture-out-of-order",
    ],
    "session-second-channel": [
      "session-binding-failed", "reconnect-dialect-change",
    ],
    "session-setup-lost": [
      "tcp-mtu-black-hole", "tcp-zero-window-stall", "auth-guest-rejected-by-client",
    ],
    "session-setup-slow": [
      "negotiate-slow", "session-setup-unanswered", "tree-connect-slow",
    ],
    "signing-missing": [
      "auth-logon-failure", "encryption-required-not-honoured",
    ],
    "signing-required-by-client": [
      "signing-required-unsupported",
    ],
    "signing-required-by-server": [
      "signing-required-server-silent",
    ],
    "smb-over-quic": [
      "smb-over-quic-refused",
    ],
    "tcp-139-refused": [
      "tcp-syn-refused", "tcp-handshake-incomplete", "dns-unanswered",
    ],
    "tcp-loss-negotiate": [
      "message-not-delivered",
      "duplicate-packets",
    ],
    "tcp-loss-syn": [
      "tcp-syn-timeout",
    ],
    "tcp-reset-in-use": [
      "rst-injected-by-third-party",
    ],
    "tcp-syn-timeout": [
      "tcp-icmp-unreachable", "netbios-port-closed", "host-dropped-packet",
    ],
    "tree-access-denied": [
      "tree-bad-network-name", "create-root-access-denied", "tree-no-access", "encryption-unsupported-client",
    ],
    "tree-bad-network-name": [
      "dfs-domain-path", "tree-redirect", "tree-duplicate-name", "tree-bad-cluster-dialect", "tree-network-name-deleted", "tree-session-deleted",
      "tree-user-session-state", "tree-bad-device-type", "tree-too-many", "tree-unavailable",
      "tree-network-access-denied", "tree-not-found-other", "tree-other-status", "tree-dfs-not-covered",
      "tree-encryption-required",
    ],
    "tree-connect-slow": [
      "tree-connect-unanswered",
    ],
    "tree-dfs-referral": [
      "dfs-target-unreachable",
    ],
    "tree-encryption-required": [
      "encryption-required-session",
    ],
    "vni-aborted-by-server": [
      "vni-aborted-by-third-party", "vni-unanswered",
    ],
    "vni-rejected-benign": [
      "vni-response-mismatch-capabilities", "vni-response-mismatch-guid", "vni-response-mismatch-security-mode",
      "vni-response-mismatch-dialect", "vni-aborted-by-server", "vni-aborted-by-client",
    ],
    "vni-request-mismatch-capabilities": [
      "vni-request-mismatch-dialects",
    ],
    "tree-dfs-not-covered": [
      "dfs-referral-refused",
    ],
  ]

  @Test func everyRuleHasOne() {
    #expect(Self.rules.values.flatMap(\.self).sorted() == Rule.all.map(\.id).sorted())
    #expect(Set(Self.rules.keys).isSubset(of: Fixture.all.map(\.name)))
  }

  @Test(arguments: Fixture.all.filter { rules[$0.name] != nil })
  func keepsSilent(fixture: Fixture) throws {
    let found = Set(try fixture.report().findings.map(\.rule.id))
    #expect(found.isDisjoint(with: Self.rules[fixture.name] ?? []))
  }
}
