import Diagnosis
import Reports
import Rules
import Testing

/// Recordings in which the status alone would lead astray: what is primary, how sure it is, what proves it, and which cause
/// and remedy come first.
@Suite struct ReasonTests {
  struct Example: CustomTestStringConvertible, Sendable {
    var fixture: String
    /// Identifier, severity and confidence.
    var finding: String
    var frames: [Int]
    var cause: String
    var remedy: String

    var testDescription: String { fixture }

    init(_ fixture: String, _ finding: String, _ frames: [Int], cause: String, remedy: String) {
      (self.fixture, self.finding, self.frames, self.cause, self.remedy) = (fixture, finding, frames, cause, remedy)
    }
  }

  static let examples: [Example] = [
    Example(
      "guest-signs", "guest-cannot-sign error proven", [13, 14, 15, 17],
      cause: "a fault in the client's software: messages of a guest session must", remedy: "Use an account that the server knows, with the"),
    Example(
      "client-demands-encryption", "session-rejected-by-client error likely", [4, 6, 10, 11, 12],
      cause: "the client demands encryption", remedy: "Switch encryption on at the server, in smb.conf"),
    Example(
      "kerberos-required-by-address", "negotiate-reset-by-client error possible", [4, 6, 8],
      cause: "the client has to use Kerberos, but uses the server's address", remedy: "Open the share by the server's full DNS name"),
    Example(
      "kerberos-clock-skew", "kerberos-clock-skew critical proven", [32, 35],
      cause: "the client's clock is wrong", remedy: "Compare the client's clock with that of the domain"),
    Example(
      "kerberos-ap-clock-skew", "kerberos-clock-skew critical proven", [53, 55],
      cause: "the clock of the file server is wrong", remedy: "Compare the file server's clock with that of the"),
    Example(
      "auth-domain-azuread", "auth-logon-failure error proven", [6, 10, 11, 12],
      cause: "AZUREAD means an account of Entra ID (Azure AD)", remedy: "On Linux try the same account by hand"),
    Example(
      "guest-must-sign", "guest-cannot-sign error proven", [11, 14, 15, 19],
      cause: "a fault in the client's software: messages of a guest session must", remedy: "Use an account that the server knows, with the"),
    Example(
      "tree-signature-refused", "tree-access-denied error proven", [12, 14, 15, 17],
      cause: "possibly the signature: client and server derived different keys,", remedy: "Try the same user with an older dialect, on Linux"),
    Example(
      "tree-limit-of-users", "tree-too-many error likely", [24, 25, 27, 57],
      cause: "the share's user limit is reached (ksmbd gives this answer at", remedy: "On a ksmbd server look at “max connections” of"),
    Example(
      "tree-duplicate-name", "tree-duplicate-name error proven", [11, 18, 19, 22],
      cause: "the name in the path is an alias of the server", remedy: "Open the share by the server's own name: it is in"),
    Example(
      "tree-path-not-found", "tree-not-found-other error proven", [11, 12, 13, 16],
      cause: "a misspelled share, or a path after the share's name", remedy: "Ask the server for its list of shares as the"),
    Example(
      "tree-encryption-required-2.0.2", "tree-encryption-required error possible", [11, 12, 13, 15],
      cause: "the share demands encryption (EncryptData of the share with", remedy: "Use a client with SMB 3: Windows 8, Windows"),
    Example(
      "session-id-zero", "tree-session-deleted error proven", [9, 11, 12, 13, 15],
      cause: "a fault in the client's software: it does not use the SessionId", remedy: "Update the client's program or library, or try"),
    Example(
      "session-binding-not-offered", "session-binding-failed warning proven", [27, 29, 30, 42],
      cause: "the server does not support multichannel (as its capabilities in", remedy: "Switch multichannel on at the server if"),
    Example(
      "client-never-signs", "signing-required-unsupported critical likely", [6, 10, 11, 12],
      cause: "the client's program does not sign: it cannot, or is set not to", remedy: "Let the client sign. Windows signs by itself."),
    Example(
      "server-cannot-sign", "session-setup-signature-zero critical proven", [6, 11, 13, 14],
      cause: "the server cannot compute signatures: on a ksmbd server the kernel", remedy: "On a ksmbd server check whether the kernel module"),
    Example(
      "vni-server-cannot-sign", "session-setup-signature-zero critical proven", [6, 11, 13, 30],
      cause: "the server cannot compute signatures: on a ksmbd server the kernel", remedy: "On a ksmbd server check whether the kernel module"),
    Example(
      "auth-ntlm-not-supported", "auth-ntlm-blocked error likely", [6, 8, 9, 10],
      cause: "the server, or its domain, accepts no NTLM (policies “Restrict NTLM”,", remedy: "Let the client use Kerberos: use the server's full"),
    Example(
      "auth-ntlm-not-supported-late", "auth-ntlm-blocked error possible", [6, 11, 12, 13],
      cause: "the server, or its domain, accepts no NTLM (policies “Restrict NTLM”,", remedy: "Let the client use Kerberos: use the server's full"),
    Example(
      "auth-no-winbind", "auth-no-logon-servers error proven", [10, 14, 15, 16],
      cause: "winbindd does not run on the Samba server", remedy: "On a Samba domain member or domain controller"),
    Example(
      "auth-no-winbind-kerberos", "session-setup-other-status error proven", [6, 52, 58, 60],
      cause: "a helper of the server does not run: on a Samba member server or", remedy: "On a Samba domain member or domain controller"),
    Example(
      "auth-server-unavailable", "session-setup-other-status error proven", [6, 11, 12, 13],
      cause: "the server cannot reach its domain controller in the required way,", remedy: "On a Samba cluster look at the state of its nodes"),
    Example(
      "auth-invalid-signature", "session-setup-other-status error proven", [6, 10, 11, 12],
      cause: "the server requires signing, and the client did not sign this message", remedy: "On a Samba client let it sign (the default), and"),
    Example(
      "auth-spn-realm", "auth-spn-hardening error possible", [6, 10, 11, 13],
      cause: "the server checks the target name (SPN validation), and the client's", remedy: "Let the client's program send the target name as"),
    Example(
      "auth-spn-missing", "auth-logon-failure error proven", [6, 10, 11, 13],
      cause: "a wrong password, typed or stored on the client", remedy: "Compare the domain, user and workstation in the"),
    Example(
      "auth-domain-question-mark", "auth-logon-failure error proven", [10, 14, 15, 16],
      cause: "? is not a domain that a file server knows: use the account's domain", remedy: "On Linux try the same account by hand"),
    Example(
      "auth-no-common-mechanism", "auth-no-common-mechanism error proven", [10, 121, 123, 127],
      cause: "the client uses Kerberos only (sec=krb5, “Block NTLM”, Protected", remedy: "Make the server a member of the domain or give it"),
    Example(
      "auth-raw-ntlm-refused", "auth-protocol-error error proven", [6, 8, 9, 11],
      cause: "the server accepts no raw NTLMSSP: it expects the token inside SPNEGO", remedy: "Let the client put NTLM inside SPNEGO"),
    Example(
      "auth-password-changed", "auth-logon-failure error proven", [64, 68, 69, 122],
      cause: "the password or the account was changed while the client", remedy: "Give the client the new password before it locks"),
    Example(
      "auth-server-without-keytab", "kerberos-ap-modified error proven", [9, 10, 11],
      cause: "the server's keytab or machine password does not match its", remedy: "On a Linux or Samba server look at the names,"),
    Example(
      "auth-server-without-daemon", "auth-logon-failure error possible", [6, 10, 11, 12],
      cause: "the helper that checks passwords does not run on the server", remedy: "On a ksmbd server check whether its daemon runs,"),
    Example(
      "negotiate-netname-overrun", "negotiate-invalid-parameter error proven", [4, 6],
      cause: "a fault in the client's software: NETNAME claims 20 bytes, and 16 are", remedy: "Update the client's program or library, or try"),
    Example(
      "negotiate-contexts-refused", "negotiate-invalid-parameter error proven", [4, 6],
      cause: "an old or embedded server that fails on a context that it does not know", remedy: "Try the client without SMB 3.1.1, so that it"),
    Example(
      "negotiate-no-common-signing", "negotiate-invalid-parameter error proven", [4, 6],
      cause: "possibly no signing algorithm in common: the client offers only", remedy: "Allow at least one common signing algorithm on"),
    Example(
      "encryption-no-common-cipher-client-leaves", "encryption-no-common-cipher error proven", [6, 8, 10],
      cause: "encryption is on at both ends, but they have no cipher in common", remedy: "Allow at least one common cipher on both sides."),
    Example(
      "smb1-only-client-posix", "smb1-only-client error proven", [4, 6, 7],
      cause: "the mount has the option vers=1.0", remedy: "Take vers=1.0 out of the mount's options"),
    Example(
      "auth-ntlmv1-refused", "ntlmv1-used critical proven", [11, 12],
      cause: "an old device (printer, scanner, NAS)", remedy: "Update the device (printer, scanner, NAS), and"),
    Example(
      "encryption-no-common-cipher", "encryption-no-common-cipher error proven", [4, 6],
      cause: "encryption is on at both ends, but they have no cipher in common", remedy: "Allow at least one common cipher on both sides."),
    Example(
      "signing-missing", "signing-required-unsupported critical likely", [4, 6, 11, 12],
      cause: "the client's program does not sign: it cannot, or is set not to", remedy: "Let the client sign. Windows signs by itself."),
  ]

  @Test(arguments: examples)
  func putsTheEvidenceFirst(example: Example) throws {
    let fixture = try #require(Fixture.all.first { $0.name == example.fixture })
    let report = try fixture.report()
    let id = example.finding.prefix { $0 != " " }
    let finding = try #require(report.findings.first { $0.rule.id == id })
    // A channel that was refused fails nobody.
    #expect(finding.isPrimary == (id != "session-binding-failed"))
    #expect("\(finding.rule.id) \(finding.severity) \(finding.confidence)" == example.finding)
    #expect(finding.evidence.map(\.frame) == example.frames)
    #expect(finding.causes.first?.contains(example.cause) == true, "\(finding.causes)")
    #expect(finding.remedies.first?.text.hasPrefix(example.remedy) == true, "\(finding.remedies.map(\.text))")
  }

  /// Recordings of users who got in: no more than a note.
  @Test(arguments: ["guest-works-unsigned", "session-several-users"])
  func isOnlyANote(name: String) throws {
    let fixture = try #require(Fixture.all.first { $0.name == name })
    #expect(try fixture.report().findings.allSatisfy { $0.severity == .info })
  }
}
