import Packets
import Protocols
import Transcripts

/// Errors that are no step of pre-authentication: one rule for each family of RFC 4120 7.5.9 codes, whether a KDC sent
/// them or the file server, inside SESSION_SETUP.
struct KerberosFamily: Sendable {
  var id: String
  var severity = Severity.error
  var codes: Set<Int32>
  var summary: String
  var explanation: String
  var harmless = ""
  var confirmation = ""
  var causes: [String]
  var remedies: [Remedy]
  /// Narrows or widens what the codes say.
  var isMeant: @Sendable (KerberosFault) -> Bool = { _ in true }
  /// What a session says that was refused without a Kerberos error.
  var refusedTickets: @Sendable (RefusedTicket) -> Observation? = { _ in nil }

  private static let timing = """
    Errors before the first ticket of a user that only ask for more (pre-authentication required, answer too big for \
    UDP, use another realm) are normal and never reported; nor is an error whose request is granted later.
    """

  private static let usuallyHarmless = "When the client asks again and gets its ticket: then it is a note, or not reported."
  private static let usualConfirmation = """
    The log of the domain controller has the same request at this moment: events 4768, 4769 and 4771 of the Security log \
    on Windows, log.samba or the log of the KDC elsewhere.
    """

  var rule: Rule {
    Rule(
      id: id, severity: severity, phase: .kerberos, nature: .status, yieldsToSuccess: true, summary: summary,
      explanation: explanation + "\n\n" + Self.timing, harmless: harmless.isEmpty ? Self.usuallyHarmless : harmless,
      confirmation: confirmation.isEmpty ? Self.usualConfirmation : confirmation, causes: causes,
      remedies: remedies, references: ["RFC 4120 7.5.9", "RFC 4120 5.9.1"],
      judge: .inquiries { inquiries, one in
        KerberosFault.all(inquiries, one).filter { codes.contains($0.code) && isMeant($0) }.map(\.observation)
          + RefusedTicket.all(one).compactMap(refusedTickets)
      })
  }
}

extension Rule {
  static let kerberosErrors: [Rule] = KerberosFamily.all.map(\.rule) + [kerberosOtherError]

  private static let listedCodes = KerberosFamily.all.reduce(into: Set<Int32>()) { $0.formUnion($1.codes) }

  private static let kerberosOtherError = KerberosFamily(
    id: "kerberos-other-error", codes: Set((0...127).filter { !listedCodes.contains($0) }),
    summary: "A KDC or the server answered with another Kerberos error.",
    explanation: "The code and its meaning are shown as they are.",
    causes: ["see the meaning of the code"], remedies: [.kdcLogs]
  ).rule
}

extension KerberosFamily {
  static let all: [KerberosFamily] = [clockSkew, missingSPNForCNAME] + plain

  private static let clockSkew = KerberosFamily(
    id: "kerberos-clock-skew", severity: .critical, codes: [31, 32, 33, 37],
    summary: "The clocks of client, server and KDC differ by more than Kerberos tolerates.",
    explanation: """
      Kerberos proves that a message is fresh by its time, and tolerates five minutes by default. The evidence compares \
      the clock of whoever refuses with the capture's and, where the error repeats the client's time, with the client's.
      """,
    harmless: "Some clients correct their time by the error's and try again; when that succeeds it is a note.",
    confirmation: "Compare the clocks of client, server and domain controller at one moment.",
    causes: ["the clock of the client, the server or the domain controller is wrong", "a wrong time zone on one of them"],
    remedies: [.synchronizeTime],
    isMeant: { $0.code == 37 || $0.isLikelySkew },
    refusedTickets: { ticket in
      ticket.skew.map {
        ticket.isSkewKnown
          ? ticket.observation(.likely, "and the server's clock is \(span($0)) the KDC's", severity: .error)
          : ticket.observation(.possible, "and the server's clock is \(span($0)) the recording's", severity: .warning)
      }
    })

  private static let missingSPNForCNAME = KerberosFamily(
    id: "kerberos-missing-spn-for-cname", codes: [7],
    summary: "The server is called by an alias for which no service principal name (SPN) exists.",
    explanation: """
      The client makes the SPN from the name it was given, and DNS (or the server itself) shows that this name is only \
      an alias of a host with another name. No account carries the alias's SPN, so there is no ticket for it: the \
      client falls back to NTLM, or fails where NTLM is not allowed.
      """,
    harmless: "When the client falls back to NTLM and that is accepted: it works, without what Kerberos protects.",
    confirmation: "Open the share by the host's own name: with Kerberos that works. setspn -Q finds no account for the alias.",
    causes: ["the alias was published in DNS, and nobody gave the server's computer account an SPN for it"],
    remedies: [.addComputerName, .addAliasSPN, .useRealName],
    isMeant: { $0.exchange?.alias != nil })

  private static let plain: [KerberosFamily] = [
    KerberosFamily(
      id: "kerberos-client-unknown", codes: [6],
      summary: "The KDC does not know the user.",
      explanation: "No account has the name and realm that the client gave.",
      causes: ["a mistyped user or realm", "the account was deleted, or has not yet reached this domain controller"],
      remedies: [.storedKerberosCredentials]),
    KerberosFamily(
      id: "kerberos-spn-not-found", codes: [7],
      summary: "The KDC does not know the service the client asks a ticket for.",
      explanation: """
        No account carries the service principal name that the client made from the server name it was given. The \
        client usually falls back to NTLM, or fails where NTLM is not allowed.
        """,
      harmless: "A ticket for another spelling of the same host within ten seconds makes up for it, and it is not reported.",
      confirmation: "setspn -Q shows whether any account has the name.",
      causes: [
        "an alias (CNAME) is used that has no service principal name", "a wrong or incomplete server name",
        "the server's computer account is missing, or the name is registered twice",
      ],
      remedies: [.findSPN, .addAliasSPN],
      isMeant: { $0.exchange?.alias == nil && !$0.isForAddress }),
    KerberosFamily(
      id: "kerberos-preauth-failed", codes: [24],
      summary: "The KDC found the proof of the password wrong.",
      explanation: "The client proved its password with a key that does not fit the account.",
      causes: ["a wrong password, typed or stored", "a service or machine whose stored password is out of date"],
      remedies: [.storedKerberosCredentials]),
    KerberosFamily(
      id: "kerberos-account-state", codes: [1, 18, 21, 23],
      summary: "The KDC refuses the account: disabled, locked, expired or with an expired password.",
      explanation: """
        The name and perhaps the password are right, but the account may not log on now. Windows and Samba domain \
        controllers add a status that says why; it is shown when the answer carries it.
        """,
      causes: ["the account is disabled, locked or expired", "the password has expired", "the hours are not permitted"],
      remedies: [.accountState]),
    KerberosFamily(
      id: "kerberos-etype", codes: [14],
      summary: "Client and KDC have no encryption type in common for this account.",
      explanation: "The account has no key of a type that the client offers, or the KDC no longer allows that type.",
      causes: [
        "RC4 is switched off on one side and the account has no AES keys",
        "the account's permitted encryption types are too narrow",
      ],
      remedies: [.encryptionTypes],
      refusedTickets: { ticket in
        guard ticket.skew == nil, ticket.etype == .rc4 else { return nil }
        return ticket.observation(
          .possible, "which is encrypted with RC4; a hardened server has no such key", severity: .warning)
      }),
    KerberosFamily(
      id: "kerberos-duplicate-spn", codes: [8],
      summary: "More than one account carries the service principal name.",
      explanation: "The KDC cannot tell whose key to use for the ticket.",
      causes: ["the name was registered again for another account"],
      remedies: [.findDuplicateSPN]),
    KerberosFamily(
      id: "kerberos-ap-modified", codes: [31, 41, 44, 45],
      summary: "A ticket could not be decrypted by the one it was presented to.",
      explanation: "The ticket was made with the key of another account, or with an old key.",
      causes: [
        "the service principal name is on the wrong account, or on two", "the name leads to another host",
        "the computer account's password is out of step, or the keytab is old",
      ],
      remedies: [.findDuplicateSPN, .findSPN, .repairSecureChannel],
      isMeant: { !$0.isLikelySkew },
      refusedTickets: { ticket in
        guard ticket.skew == nil, ticket.etype != .rc4 else { return nil }
        return ticket.observation(.possible, "perhaps it cannot decrypt it", severity: .warning)
      }),
    KerberosFamily(
      id: "kerberos-ap-badmatch", codes: [35, 36, 46],
      summary: "A ticket was refused as made for somebody else.",
      explanation: "The ticket names another service or another client than the message it came with, or the server could not prove its own name.",
      causes: ["the name leads to another server than the one that has the SPN", "a realm or user name in another spelling"],
      remedies: [.findSPN]),
    KerberosFamily(
      id: "kerberos-policy", codes: [12, 13],
      summary: "A policy of the KDC forbids what the client asks.",
      explanation: "Logon hours, permitted workstations, authentication policies or delegation settings stand against the request.",
      harmless: "Clients probe for delegation and renewal that they may not have; such requests are not reported.",
      confirmation: "The log of the domain controller names the policy that refused the request (events 4768 and 4769).",
      causes: ["an authentication policy or selective authentication", "delegation that is not permitted"],
      remedies: [.accountState]),
    KerberosFamily(
      id: "kerberos-tkt-expired", severity: .warning, codes: [32, 33],
      summary: "A ticket is refused as expired or not yet valid.",
      explanation: "One such error is normal when a ticket has just run out; the client renews it. This one was not followed by success.",
      causes: ["clocks that differ", "a ticket cache that is out of date"],
      remedies: [.purgeTickets, .synchronizeTime],
      isMeant: { !$0.isLikelySkew }),
    KerberosFamily(
      id: "kerberos-u2u-required", codes: [27, 67, 69],
      summary: "The service's account takes tickets only of the user-to-user kind.",
      explanation: """
        The service principal name belongs to an ordinary user account, or to one that the KDC lets nobody ask a plain \
        ticket for. SMB does not use user-to-user tickets, so the client gets none.
        """,
      causes: ["the SPN is registered for a user account instead of the server's computer account"],
      remedies: [.findSPN]),
    KerberosFamily(
      id: "kerberos-kdc-certificate", codes: Set([62, 63, 64, 66] + Array(70...81)),
      summary: "The logon with a certificate or smart card failed.",
      explanation: "Client and KDC prove themselves with certificates (PKINIT), and one of them does not accept the other's.",
      causes: [
        "an authority that the other side does not trust", "a certificate that expired, was revoked, or whose revocation list cannot be had",
        "a certificate that is not mapped to the account",
      ],
      remedies: [.certificates]),
    KerberosFamily(
      id: "kerberos-generic", codes: [29, 60],
      summary: "The KDC failed, without saying more than that.",
      explanation: "A generic error or an unavailable service inside the domain controller.",
      causes: ["a fault in the domain controller or its directory"],
      remedies: [.kdcLogs],
      isMeant: { $0.error.eData?.isArmored != true }),
  ]
}
