import Protocols
import Transcripts

/// Errors about users, services and policies.
extension KerberosFamily {
  static let ofUsers: [KerberosFamily] = [
    KerberosFamily(
      id: "kerberos-client-unknown", codes: [6],
      summary: "The KDC does not know the user.",
      explanation: "No account has the name and realm that the client gave. The KDC says so before it looks at any password.",
      harmless: "When the user's name was mistyped and is typed right next: then it is not reported.",
      confirmation: "Look the name up in the directory, with the realm in the evidence: in Active Directory as sAMAccountName or userPrincipalName.",
      causes: ["a mistyped user or realm", "the account was deleted, or has not yet reached this domain controller"],
      remedies: [.storedKerberosCredentials]),
    KerberosFamily(
      id: "kerberos-preauth-failed", codes: [24, 31],
      summary: "The KDC found the proof of the password wrong.",
      explanation: """
        The client proved its password with a key that does not fit the account. Older MIT KDCs answer with error 31 \
        (“decrypt integrity check failed”), newer ones and all others with 24.
        """,
      harmless: "After a change of the password clients try the old one once; when the next try succeeds, it is not reported.",
      confirmation: """
        The domain controller counts it: event 4771 with failure code 0x18, or BadPwdCount of the account. Many of them \
        from one client point to a stored password.
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
      harmless: "When the account was switched off on purpose: then look for what still uses it.",
      confirmation: "The account in the directory shows it; so does event 4768 of the domain controller with failure code 0x12 or 0x17.",
      causes: ["the account is disabled, locked or expired", "the password has expired", "the hours are not permitted"],
      remedies: [.accountState], story: { fault in fault.state.map { Story(causes: [$0]) } }),
  ]

  static let ofServices: [KerberosFamily] = [
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
      isMeant: { $0.exchange?.alias == nil && !$0.isForAddress && !$0.isServiceDisabled && $0.exchange?.fileServer?.isAzureFileShare != true }),
    KerberosFamily(
      id: "kerberos-duplicate-spn", codes: [8],
      summary: "More than one account carries the service principal name.",
      explanation: "A ticket is encrypted with the key of the account that carries the name. With two of them the KDC cannot tell whose key to use, and issues none.",
      harmless: "Never for this name: nobody gets a ticket for it until one of the two registrations is gone.",
      confirmation: "setspn -X lists names that are registered twice; event 11 of the KDC in the System log of the domain controller says the same.",
      causes: ["the name was registered again for another account"],
      remedies: [.findDuplicateSPN]),
  ]

  static let plain: [KerberosFamily] = [
    KerberosFamily(
      id: "kerberos-ap-badmatch", codes: [35, 36, 46],
      summary: "A ticket was refused as made for somebody else.",
      explanation: "The ticket names another service or another client than the message it came with, or the server could not prove its own name.",
      harmless: "When the client gets a new ticket and is let in, as after a server or user was renamed.",
      confirmation: "Compare the names in the ticket (klist on the client) with the name under which the server was opened.",
      causes: ["the name leads to another server than the one that has the SPN", "a realm or user name in another spelling"],
      remedies: [.findSPN],
      story: { fault in
        guard fault.role == .serviceTicket else { return nil }
        return Story(
          causes: [
            "the ticket-granting ticket is another user's, or the user was renamed since it was issued",
            "a realm or user name in another spelling", "the ticket-granting ticket is for another realm's KDC",
          ], remedies: [.newTickets, .kdcLogs])
      }),
    KerberosFamily(
      id: "kerberos-policy", codes: [12, 13],
      summary: "A policy of the KDC forbids what the client asks.",
      explanation: """
        Logon hours, permitted workstations, authentication policies or delegation settings stand against the request. \
        Heimdal also says so of accounts that are disabled or locked.
        """,
      harmless: "Clients probe for delegation and renewal that they may not have; such requests are not reported.",
      confirmation: "The log of the domain controller names the policy that refused the request (events 4768 and 4769).",
      causes: ["an authentication policy or selective authentication", "delegation that is not permitted"],
      remedies: [.accountState],
      story: { fault in
        guard fault.code == 12, fault.error.eData?.extendedStatus == nil else { return nil }
        return fault.role == .serviceTicket
          ? Story(
            causes: [
              "the service's account is disabled or locked (Heimdal answers so)", "an authentication policy or selective authentication",
            ], remedies: [.serviceAccountState, .allowedToAuthenticate])
          : Story(causes: [
            "the user's account is disabled or locked (Heimdal answers so)",
            "logon hours, permitted workstations or an authentication policy",
          ])
      }),
    KerberosFamily(
      id: "kerberos-tkt-expired", severity: .warning, codes: [32, 33],
      summary: "A ticket is refused as expired or not yet valid.",
      explanation: "One such error is normal when a ticket has just run out; the client renews it. This one was not followed by success.",
      harmless: "Right after a ticket has ended: the next request brings a new one.",
      confirmation: "klist on the client shows when each ticket begins and ends.",
      causes: ["clocks that differ", "a ticket cache that is out of date"],
      remedies: [.purgeTickets, .synchronizeTime],
      isMeant: { !$0.isLikelySkew },
      story: { fault in
        guard fault.role == .serviceTicket else { return nil }
        return fault.code == 33
          ? Story(
            causes: [
              "the clocks of two domain controllers differ: the one that issued the ticket-granting ticket is ahead of this one",
              "the client shows a ticket that was made for a later time",
            ], remedies: [.synchronizeKDC, .newTickets])
          : Story(
            causes: [
              "the ticket-granting ticket has ended and was not renewed: a program that keeps its own tickets, or nobody to type the password",
              "clocks that differ",
            ], remedies: [.newTickets, .synchronizeClient, .synchronizeKDC])
      }),
    KerberosFamily(
      id: "kerberos-u2u-required", codes: [27, 67, 69],
      summary: "The service's account takes tickets only of the user-to-user kind.",
      explanation: """
        The service principal name belongs to an ordinary user account, or to one that the KDC lets nobody ask a plain \
        ticket for. SMB does not use user-to-user tickets, so the client gets none.
        """,
      harmless: "For services that are made for it, such as remote desktops of users; a file server is none.",
      confirmation: "setspn -Q shows which account carries the name: a file server's is the computer account.",
      causes: ["the SPN is registered for a user account instead of the server's computer account"],
      remedies: [.findSPN]),
    KerberosFamily(
      id: "kerberos-kdc-certificate", codes: Set([62, 63, 64, 66] + Array(70...81)),
      summary: "The logon with a certificate or smart card failed.",
      explanation: "Client and KDC prove themselves with certificates (PKINIT), and one of them does not accept the other's.",
      harmless: "When the user goes on with a password.",
      confirmation: "certutil -scinfo on the client checks the card's certificate, and certutil -dcinfo verify those of the domain controllers.",
      causes: [
        "an authority that the other side does not trust", "a certificate that expired, was revoked, or whose revocation list cannot be had",
        "a certificate that is not mapped to the account",
      ],
      remedies: [.certificates]),
    KerberosFamily(
      id: "kerberos-generic", codes: [29, 60],
      summary: "The KDC failed, without saying more than that.",
      explanation: "A generic error, or a service that the domain controller needs itself and does not reach. The text of the error, where there is one, is in the evidence.",
      harmless: "When another domain controller answers in its place.",
      confirmation: "Ask another domain controller for the same ticket; when only one fails, its log and its replication say why.",
      causes: ["a fault in the domain controller or its directory"],
      remedies: [.kdcLogs],
      isMeant: { $0.error.eData?.isArmored != true },
      story: { fault in
        fault.role == .fileServer
          ? Story(
            causes: [
              "the file server cannot use the ticket, and does not say why: its keytab or machine password is out of step with its account",
              "a fault of the file server itself",
            ], remedies: [.serverLogs, .serverKeys, .testJoin, .repairSecureChannel]) : nil
      }),
  ]

  /// What is behind the codes that have no rule of their own.
  static let rareCauses: [Int32: [String]] = [
    3: ["software that does not speak Kerberos 5, or a damaged message"],
    4: ["the KDC's database was restored or its master key changed"], 5: ["the KDC's database was restored or its master key changed"],
    9: ["the account has no password or key yet: set its password, or make its keytab anew"],
    10: ["the client asks for a ticket that begins later, which this KDC does not issue"],
    11: ["the clock of the client or the KDC is wrong", "a lifetime of tickets that is set to nothing"],
    15: ["client software that uses a checksum which the KDC does not know"],
    16: ["a logon with a smart card at a domain controller that has no certificate for it", "a kind of pre-authentication that is switched off on the KDC"],
    17: ["tickets across several realms between products that do not fit"],
    26: ["delegation with a ticket that is for another service"],
    28: ["the realms on the way to the service do not trust each other in this order"],
    34: ["the same message arrived twice, as over two paths or from a copied machine"],
    38: ["the ticket names network addresses, and a NAT or another interface lies in between"],
    40: ["a proxy or a program that sends a message of another kind to this service"],
    50: ["client and server software that do not fit: a checksum of an old type"],
    51: ["the realms on the way to the service do not trust each other in this order"],
    61: ["a ticket with too many groups in it, or a request that UDP cannot carry"],
    65: ["Diffie-Hellman parameters of the smart card logon that the KDC finds too weak"],
    85: ["the server that asks the KDC for the client does not find the realm's KDC"],
    86: ["the server that asks the KDC for the client gets no answer from it"],
    90: ["the user took too long to answer, or the network is slow"],
    93: ["a client that insists on an option of FAST which the KDC does not know"],
    100: ["client and KDC of different age, for logons with certificates"],
  ]
}
