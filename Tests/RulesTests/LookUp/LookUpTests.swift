import Rules
import Testing

/// Diagnoses by what stands in a message box, a log or a mount's error.
@Suite struct LookUpTests {
  /// Words, what each is, and the first rule about it.
  static let known: [(word: String, what: String, rule: String)] = [
    ("0xC000006D", "NTSTATUS 0xC000006D, STATUS_LOGON_FAILURE", "auth-logon-failure"),
    ("c000006d", "NTSTATUS 0xC000006D", "auth-logon-failure"),
    ("STATUS_LOGON_FAILURE", "NTSTATUS", "auth-logon-failure"),
    ("logon_failure", "NTSTATUS", "auth-logon-failure"),
    ("NT_STATUS_BAD_NETWORK_NAME", "NTSTATUS", "tree-bad-network-name"),
    ("-1073741715", "NTSTATUS 0xC000006D", "auth-logon-failure"),
    ("3221225581", "NTSTATUS 0xC000006D", "auth-logon-failure"),
    ("STATUS_ACCESS_DENIED", "NTSTATUS", "tree-access-denied"),
    ("KDC_ERR_S_PRINCIPAL_UNKNOWN", "Kerberos error 7", "kerberos-spn-not-found"),
    ("S_PRINCIPAL_UNKNOWN", "Kerberos error 7", "kerberos-spn-not-found"),
    ("krb_ap_err_skew", "Kerberos error 37", "kerberos-clock-skew"),
    ("25", "Kerberos error 25", "kerberos-preauth-not-followed"),
    ("0x18", "Kerberos error 24", "kerberos-preauth-failed"),
    ("53", "Windows error 53", "tcp-syn-timeout"), ("64", "Windows error 64", "negotiate-reset-by-server"),
    ("67", "Windows error 67", "tree-bad-network-name"), ("1326", "Windows error 1326", "auth-logon-failure"),
    ("0x80070035", "Windows error 53", "tcp-syn-timeout"), ("ERROR_BAD_NETPATH", "Windows error 53", "tcp-syn-timeout"),
    ("bad_netpath", "Windows error 53", "tcp-syn-timeout"),
    ("0x80090322", "Windows error 0x80090322", "kerberos-ap-modified"),
    ("-13", "error of a Linux mount -13, EACCES", "auth-logon-failure"),
    ("-112", "error of a Linux mount -112", "nbss-session-refused"),
    ("-95", "error of a Linux mount -95", "negotiate-no-common-dialect"),
    ("-2", "error of a Linux mount -2", "tree-bad-network-name"), ("eacces", "error of a Linux mount", "auth-logon-failure"),
    ("31017", "Windows event 31017", "auth-guest-rejected-by-client"), ("551", "Windows event 551", "auth-logon-failure"),
    ("5168", "Windows event 5168", "auth-spn-hardening"), ("6167", "Windows event 6167", "auth-logon-failure"),
    ("205", "Windows event 205", "kerberos-etype"), ("VNI-*", "Rules by the pattern", "vni-request-mismatch-dialects"),
    ("vni-on-3??", "Rules by the pattern", "vni-on-311"),
  ]

  @Test(arguments: known.indices)
  func finds(index: Int) throws {
    let (word, what, rule) = Self.known[index]
    let hit = try #require(LookUp.hits(for: word).first { $0.what.hasPrefix(what) }, "\(word)")
    #expect(hit.rules.first?.id == rule, "\(word)")
  }

  @Test func aNumberMayBeSeveralThings() {
    #expect(
      LookUp.hits(for: "5").map { String($0.what.prefix { $0 != "," }) } == [
        "Windows error 5", "Kerberos error 5", "error of a Linux mount -5",
      ])
    // A minus makes it one.
    #expect(LookUp.hits(for: "-5").count == 1)
  }

  @Test(arguments: [
    "", "-", "0x", "0xZZ", "99999999999999999999", "-99999999999999999999", "--help", "é", "no-such-*", "nothing",
    String(repeating: "*", count: 100_000), String(repeating: "vni", count: 3_000),
  ])
  func findsNothing(word: String) { #expect(LookUp.hits(for: word).isEmpty) }

  /// Every status, code, error and event leads to a rule that exists; a name that was misspelled here would be missing.
  @Test func everyRuleExists() {
    #expect(LookUp.codes.count > 300)
    for hit in LookUp.codes { #expect(!hit.rules.isEmpty && hit.rules.count == hit.listed, "\(hit.what)") }
  }
}
