import Proof
import Protocols
import Transcripts

/// Errors about users, services and policies.
extension KerberosFamily {
  static let ofUsers: [KerberosFamily] = [
    KerberosFamily(
      id: "kerberos-client-unknown", codes: [6],
      summary: "The KDC does not know the user.",
      explanation: "No account has the name and realm that the client sent. The KDC answers this before it checks any password.",
      whenBenign: "When a mistyped user name is corrected at the next try. smbdx then reports nothing.",
      howToVerify: "Look up the name and realm of the evidence in the directory: in Active Directory as sAMAccountName or userPrincipalName.",
      causes: ["a mistyped user or realm", "the account was deleted, or has not yet reached this domain controller"],
      remedies: [.storedKerberosCredentials]),
    KerberosFamily(
      id: "kerberos-preauth-failed", codes: [24, 31],
      summary: "The KDC found the proof of the password wrong.",
      explanation: """
        The client proved its password with a key that does not match the account. Older MIT KDCs answer with error 31 \
        (“decrypt integrity check failed”), newer ones and all others with 24.
        """,
      whenBenign: "When the next try succeeds. After a password change, clients try the old password once, and smbdx then reports nothing.",
      howToVerify: """
        Check the domain controller: event 4771 with failure code 0x18, or BadPwdCount of the account. Many such \
        events from one client point to a stored password.
        """,
      causes: ["a wrong password, typed or stored", "a service or machine whose stored password or keytab is out of date"],
      remedies: [.storedKerberosCredentials],
      isMeant: { $0.code == 24 || $0.isWrongPassword }),
    KerberosFamily(
      id: "kerberos-account-state", codes: [1, 18, 21, 23],
      summary: "The KDC refuses the account: disabled, locked, expired or with an expired password.",
      explanation: """
        The name and perhaps the password are right, but the account may not log on now. Windows and Samba domain \
        controllers add a status that says why; it is shown when the answer carries it.
        """,
      whenBenign: "When the account was disabled on purpose. Then find out what still uses it.",
      howToVerify: "Look at the account in the directory, and at event 4768 of the domain controller with failure code 0x12 or 0x17.",
      causes: ["the account is disabled, locked or expired", "the password has expired", "the hours are not permitted"],
      remedies: [.accountState], story: { fault in fault.state.map { Story(causes: [$0], remedies: fault.remediesOfState) } }),
  ]

  static let ofServices: [KerberosFamily] = [
    KerberosFamily(
      id: "kerberos-spn-not-found", codes: [7],
      summary: "The KDC does not know the service that the client asks a ticket for.",
      explanation: """
        The client builds a service principal name from the server name that the user or program entered. No account \
        has this service principal name. The client usually falls back to NTLM, or fails where NTLM is not allowed.
        """,
      whenBenign: "When the client gets a ticket for another spelling of the same host within ten seconds. smbdx then reports nothing.",
      howToVerify: "setspn -Q shows whether any account has the name.",
      causes: [
        "an alias (CNAME) is used that has no service principal name", "a wrong or incomplete server name",
        "the server's computer account is missing, or the name is registered twice",
      ],
      remedies: [.findSPN, .addAliasSPN],
      isMeant: { $0.exchange?.alias == nil && !$0.isForAddress && !$0.isServiceDisabled && $0.exchange?.fileServer?.isAzureFilesName != true },
      story: { fault in
        if fault.role == .firstTicket {
          return Story(
            causes: ["the KDC does not serve this realm, or not in this spelling: realms are usually in capital letters", "a mistyped realm"],
            remedies: [.storedKerberosCredentials, .findDomainController])
        }
        if let host = fault.exchange?.fileServer?.lowercased(), host == fault.exchange?.request?.realm.lowercased() {
          return Story(
            causes: [
              "the name \(host) is that of the domain, and no server has it as its own: it is the beginning of a DFS path of the domain, for which the client has to ask for a referral first",
              "the user meant a file server, but entered the domain's name",
            ], remedies: [.clientWithDFS, .openByServerName, .domainNamespaces])
        }
        if let realm = fault.unknownRealm {
          return Story(
            causes: [
              "the server belongs to the realm \(realm), with which this KDC has no trust: it knew no such realm a moment before",
              "an alias (CNAME) is used that has no service principal name", "a wrong or incomplete server name",
            ], remedies: [.trusts, .findSPN])
        }
        guard let realm = fault.exchange?.foreignRealm else {
          return fault.exchange?.isForOwnName == true
            ? Story(
              causes: [
                "no account of the domain has this name: the server is not a member of the domain (such as a NAS), or it has a second name without a service principal name",
                "the name is registered for a host that was renamed or replaced", "the name is registered twice",
              ], remedies: [.findSPN, .addAliasSPN]) : nil
        }
        return Story(
          causes: [
            "this KDC has no trust with \(realm), the realm that the client takes for the server's",
            "the client takes the server for a member of another realm than it is in (domain_realm of krb5.conf, or its name)",
          ], remedies: [.findSPN, .kdcLogs])
      }),
    KerberosFamily(
      id: "kerberos-duplicate-spn", codes: [8],
      summary: "More than one account carries the service principal name.",
      explanation: "A ticket is encrypted with the key of the account that has the name. If two accounts have it, the KDC does not know which key to use and issues no ticket.",
      whenBenign: "Never for this name: no client gets a ticket for it until one of the two registrations is removed.",
      howToVerify: "setspn -X lists names that are registered twice. Event 11 of the KDC in the System log of the domain controller reports them too.",
      causes: ["the name was also registered for another account"],
      remedies: [.findDuplicateSPN]),
  ]

  static let plain: [KerberosFamily] = [
    KerberosFamily(
      id: "kerberos-ap-badmatch", codes: [35, 36, 46],
      summary: "A ticket was refused because it was issued for another name.",
      explanation: "The ticket and the message that carried it name different services or clients, or the server could not prove its own name.",
      whenBenign: "When the client gets a new ticket and is admitted, for example after a server or user was renamed.",
      howToVerify: "Compare the names in the ticket (klist on the client) with the server name that was used.",
      causes: ["the name leads to another server than the one that has the SPN", "a realm or user name in another spelling"],
      remedies: [.findSPN],
      story: { fault in
        guard fault.role == .serviceTicket else { return nil }
        return Story(
          causes: [
            "the ticket-granting ticket belongs to another user, or the user was renamed after it was issued",
            "a realm or user name in another spelling", "the ticket-granting ticket is for another realm's KDC",
          ], remedies: [.newTickets, .kdcLogs])
      }),
    KerberosFamily(
      id: "kerberos-policy", codes: [12, 13],
      summary: "A policy of the KDC forbids what the client asks for.",
      explanation: """
        Logon hours, permitted workstations, authentication policies or delegation settings forbid the request. \
        Heimdal also gives this error for accounts that are disabled or locked.
        """,
      whenBenign: "When a client only tries whether it may delegate or renew a ticket. smbdx does not report that. It does report a refused ticket for a file server that a program asks for in the name of a user.",
      howToVerify: "The log of the domain controller names the policy that refused the request (events 4768 and 4769).",
      causes: ["an authentication policy or selective authentication", "delegation that is not permitted"],
      remedies: [.accountState],
      story: { fault in
        if fault.code == 13, fault.exchange?.request?.options.contains(.constrainedDelegation) == true {
          return Story(
            causes: [
              "the account of the program may not act for users on this server: constrained delegation to it is not configured (msDS-AllowedToDelegateTo of the program's account, or msDS-AllowedToActOnBehalfOfOtherIdentity of the server's)",
              "the user may not be delegated: the account is marked as sensitive, or is in the group Protected Users",
            ], remedies: [.delegation, .kdcLogs])
        }
        if fault.code == 12, let state = fault.state { return Story(causes: [state]) }
        guard fault.code == 12, fault.error.eData?.extendedStatus == nil else { return nil }
        return fault.role == .serviceTicket
          ? Story(
            causes: [
              "the service's account is disabled or locked (Heimdal gives this error)", "an authentication policy or selective authentication",
            ], remedies: [.serviceAccountState, .allowedToAuthenticate])
          : Story(causes: [
            "the user's account is disabled or locked (Heimdal gives this error)",
            "logon hours, permitted workstations or an authentication policy",
          ])
      }),
    KerberosFamily(
      id: "kerberos-tkt-expired", codes: [32, 33],
      summary: "A ticket is refused as expired or not yet valid.",
      explanation: "One such error is normal when a ticket has just expired: the client renews it. Here no success followed.",
      whenBenign: "Right after a ticket has expired, when the next request brings a new one.",
      howToVerify: "klist on the client shows when each ticket begins and ends.",
      causes: ["clocks that differ", "a ticket cache that is out of date"],
      remedies: [.purgeTickets, .synchronizeTime],
      isMeant: { !$0.isLikelySkew },
      story: { fault in
        if fault.role == .fileServer, fault.code == 32, fault.clocksAgree {
          return Story(
            causes: [
              "the client presents a ticket that has expired and was not renewed (the clocks agree): a program that keeps its own tickets, or no user present to enter the password",
              "a ticket cache that is out of date",
            ], remedies: [.purgeTickets])
        }
        guard fault.role == .serviceTicket else { return nil }
        return fault.code == 33
          ? Story(
            causes: [
              "the clocks of two domain controllers differ: the controller that issued the ticket-granting ticket is ahead of this one",
              "the client presents a ticket that was issued for a later time",
            ], remedies: [.synchronizeKDC, .newTickets])
          : Story(
            causes: [
              "the ticket-granting ticket has expired and was not renewed: a program that keeps its own tickets, or no user present to enter the password",
              "clocks that differ",
            ], remedies: [.newTickets, .synchronizeClient, .synchronizeKDC])
      }),
    KerberosFamily(
      id: "kerberos-u2u-required", codes: [27, 67, 69],
      summary: "The service's account accepts only user-to-user tickets.",
      explanation: """
        The service principal name belongs to an ordinary user account, or to an account for which the KDC issues no \
        plain tickets. SMB does not use user-to-user tickets, so the client gets no ticket.
        """,
      whenBenign: "For services that are designed for it, such as users' remote desktops, but never for a file server.",
      howToVerify: "setspn -Q shows which account has the name. For a file server it should be the computer account.",
      causes: ["the SPN is registered for a user account instead of the server's computer account"],
      remedies: [.findSPN]),
    KerberosFamily(
      id: "kerberos-kdc-certificate", codes: Set([62, 63, 64, 66] + Array(70...81)),
      summary: "The logon with a certificate or smart card failed.",
      explanation: "Client and KDC authenticate each other with certificates (PKINIT), and one of them does not accept the other's certificate.",
      whenBenign: "When the user continues with a password.",
      howToVerify: "certutil -scinfo on the client checks the card's certificate, and certutil -dcinfo verify those of the domain controllers.",
      causes: [
        "a certificate authority that the other side does not trust", "a certificate that has expired or was revoked, or a revocation list that is out of reach",
        "a certificate that is not mapped to the account",
      ],
      remedies: [.certificates],
      story: { fault in certificateCauses[fault.code].map { Story(causes: $0) } }),
    KerberosFamily(
      id: "kerberos-generic", codes: [29, 60],
      summary: "The KDC failed and gave no further reason.",
      explanation: "This is a generic error, or the domain controller cannot reach a service that it needs itself. The evidence shows the error's text, if there is one.",
      whenBenign: "When another domain controller answers instead.",
      howToVerify: "Ask another domain controller for the same ticket. If only one fails, look at its log and its replication.",
      causes: ["a fault in the domain controller or its directory"],
      remedies: [.kdcLogs],
      isMeant: { $0.error.eData?.isArmored != true },
      story: { fault in
        fault.role == .fileServer
          ? fault.verdict?.story
          ?? Story(
            causes: [
              "the file server cannot use the ticket and gives no reason: its keytab or machine password does not match its account",
              "a fault of the file server itself",
            ], remedies: [.serverLogs, .serverKeys, .testJoin, .repairSecureChannel]) : nil
      }),
  ]

  /// Which part of a logon with a certificate fails, by code: RFC 4556.
  private static let certificateCauses: [Int32: [String]] = [
    62: ["the KDC does not trust the certificate authority of the user's certificate", "the user's certificate is not suited to logons"],
    63: ["the KDC's certificate is from a certificate authority that the client does not trust"],
    64: ["the key on the card does not belong to the certificate, or the request was changed"],
    66: [
      "the certificate is not mapped to the account: the domain controller demands a strong mapping (KB5014754), which the certificate or altSecurityIdentities of the account lacks",
      "the certificate belongs to another account",
    ],
    70: ["the KDC cannot verify the user's certificate: an intermediate certificate authority is missing on the domain controller"],
    71: ["the user's certificate is damaged or has expired"],
    72: ["the user's certificate was revoked"],
    73: ["the domain controller cannot check whether the user's certificate was revoked: the revocation list (CRL) or the OCSP responder is out of reach, or the list has expired"],
    74: ["the domain controller cannot reach the revocation list (CRL) or the OCSP responder of the user's certificate"],
    75: ["the name in the certificate (its UPN or subject) is not that of the account", "the certificate has no name that the domain controller can map to an account"],
    76: ["the KDC's certificate does not have the name of the KDC or its realm"],
    77: ["the certificate may not be used for this purpose: it lacks the key usage “Smart Card Logon” (or, on the KDC, “KDC Authentication”)"],
  ]

  /// What is behind the codes that have no rule of their own.
  static let rareCauses: [Int32: [String]] = [
    3: ["software that does not speak Kerberos 5, or a damaged message"],
    4: ["the KDC's database was restored or its master key changed"], 5: ["the KDC's database was restored or its master key changed"],
    9: ["the account has no password or key yet: set its password, or recreate its keytab"],
    10: ["the client asks for a ticket that begins later, which this KDC does not issue"],
    11: ["the clock of the client or the KDC is wrong", "a ticket lifetime that is set to zero"],
    15: ["client software that uses a checksum which the KDC does not know"],
    16: ["a logon with a smart card at a domain controller that has no certificate for it", "a kind of pre-authentication that is switched off on the KDC"],
    17: ["tickets across several realms between products that are not compatible"],
    26: ["delegation with a ticket for another service"],
    28: ["the realms between client and service do not trust each other in this order"],
    34: ["the same message arrived twice, for example over two paths or from a cloned machine"],
    38: ["the ticket names network addresses, and a NAT or another interface is in between"],
    40: ["a proxy or a program that sends a message of another kind to this service"],
    50: ["client and server software that are not compatible: a checksum of an old type"],
    51: ["the realms between client and service do not trust each other in this order"],
    61: ["a ticket with too many groups in it, or a request that UDP cannot carry"],
    65: ["Diffie-Hellman parameters of the smart card logon that the KDC finds too weak"],
    85: ["the server asks the KDC on the client's behalf, but does not find the realm's KDC"],
    86: ["the server asks the KDC on the client's behalf, but gets no answer"],
    90: ["the user took too long to answer, or the network is slow"],
    93: ["a client that insists on an option of FAST that the KDC does not know"],
    100: ["client and KDC support different versions of the logon with certificates"],
  ]
}
