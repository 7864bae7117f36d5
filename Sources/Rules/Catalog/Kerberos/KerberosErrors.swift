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
  var harmless: String
  var confirmation: String
  var causes: [String]
  var remedies: [Remedy]
  /// Beside the codes and the message.
  var references: [String] = []
  /// Narrows or widens what the codes say.
  var isMeant: @Sendable (KerberosFault) -> Bool = { _ in true }
  /// Causes and remedies where the evidence tells more than the code; nil for those of the family.
  var story: @Sendable (KerberosFault) -> Story? = { _ in nil }
  /// What a session says that was refused without a Kerberos error.
  var refusedTickets: @Sendable (RefusedTicket) -> Observation? = { _ in nil }

  /// Why it may be, and what to do, for one piece of evidence.
  struct Story: Sendable {
    var causes: [String]?
    var remedies: [Remedy]?
  }

  var rule: Rule {
    Rule(
      id: id, severity: severity, phase: .kerberos, nature: .status, needs: [.kerberosTraffic], yieldsToSuccess: true,
      summary: summary, explanation: explanation, harmless: harmless, confirmation: confirmation, causes: causes,
      remedies: remedies, references: ["RFC 4120 7.5.9", "RFC 4120 5.9.1"] + references,
      judge: .inquiries { inquiries, one in
        // Each family asks this of each case, and in most of them nobody used Kerberos, or it went well.
        guard !inquiries.exchanges.isEmpty || one?.refusedConnections.isEmpty == false else { return [] }
        return KerberosFault.all(inquiries, one).filter { codes.contains($0.code) && isMeant($0) }.map { fault in
          var observation = fault.observation
          // A ticket that the file server refuses is no step on the way.
          if fault.role == .fileServer, !fault.isOvercome, severity < .error { observation.severity = .error }
          if let story = story(fault) {
            observation.causes = story.causes
            if let remedies = story.remedies { (observation.firstRemedies, observation.remedies) = (remedies, []) }
          }
          return observation
        } + RefusedTicket.all(one).compactMap(refusedTickets)
      })
  }
}

extension Rule {
  static let kerberosErrors: [Rule] = KerberosFamily.all.map(\.rule) + [kerberosOtherError]

  /// Codes that are left alone where no family means them: an address has no service, what FAST hides nobody can name,
  /// and the steps of pre-authentication are no errors.
  private static let quietCodes: Set<Int32> = [7, 25, 52, 60, 68, 91]

  private static let kerberosOtherError = KerberosFamily(
    id: "kerberos-other-error", codes: Set(0...127).subtracting(quietCodes),
    summary: "A KDC or the server answered with another Kerberos error.",
    explanation: "The code and its meaning are shown as they are, with what is usually behind this code.",
    harmless: "When the client asks in another way and gets its ticket: then it is not reported.",
    confirmation: "Compare the text of the error, if it has any, with the log of the KDC or the server at the same second.",
    causes: ["what the code means, which the summary says"], remedies: [.kdcLogs],
    isMeant: { fault in !KerberosFamily.all.contains { $0.codes.contains(fault.code) && $0.isMeant(fault) } },
    story: { fault in KerberosFamily.rareCauses[fault.code].map { KerberosFamily.Story(causes: $0) } }
  ).rule
}

extension KerberosFamily {
  static let all: [KerberosFamily] =
    [clockSkew, azureFiles, missingSPNForCNAME, tgtRefused] + ofUsers + [etype, serviceAccount] + ofServices + [ticketRefused] + plain

  /// About the first ticket, or the proof that the client holds it, when they answer a TGS-REQ.
  static let tgtCodes: Set<Int32> = [20, 31, 34, 38, 39, 40, 41, 42, 44, 45, 47, 48, 49, 50]
  /// About the ticket that the file server is shown.
  static let ticketCodes: Set<Int32> = [31, 41, 44, 45]

  /// What the rule of an error advises; nil when none knows more than the code.
  static func remedies(of fault: KerberosFault) -> [Remedy]? {
    guard let family = all.first(where: { $0.codes.contains(fault.code) && $0.isMeant(fault) }) else { return nil }
    return family.story(fault)?.remedies ?? family.remedies
  }

  static func isOfTGT(_ fault: KerberosFault) -> Bool { fault.role == .serviceTicket && tgtCodes.contains(fault.code) }

  private static let clockSkew = KerberosFamily(
    id: "kerberos-clock-skew", severity: .critical, codes: [31, 32, 33, 37],
    summary: "The clocks of client, server and KDC differ by more than Kerberos tolerates.",
    explanation: """
      Kerberos proves that a message is fresh by its time, and tolerates five minutes by default. The evidence compares \
      the clock of whoever refuses with the capture's and, where the error repeats the client's time, with the client's. \
      The error's number counts: some KDCs add a text to it that belongs to another error.
      """,
    harmless: """
      Some clients correct their time by the error's and try again; when that succeeds it is a note: the clock is wrong \
      all the same, and every logon takes one round trip more.
      """,
    confirmation: "Compare the clocks of client, server and domain controller at one moment.",
    causes: ["the clock of the client, the server or the domain controller is wrong", "a wrong time zone on one of them"],
    remedies: [.synchronizeTime],
    isMeant: { ($0.code == 37 || $0.isLikelySkew) && !$0.isWrongPassword },
    story: { fault in
      switch fault.role {
      case .firstTicket, .serviceTicket:
        Story(
          causes: [
            "the client's clock is wrong", "the KDC's clock is wrong: then all its clients have this trouble",
            "a wrong time zone on one of them",
          ], remedies: [.synchronizeClient, .synchronizeKDC])
      case .fileServer:
        Story(
          causes: [
            "the clock of the file server is wrong: the KDC gave the ticket without complaint", "the client's clock is wrong",
            "a wrong time zone on one of them",
          ], remedies: [.synchronizeServer, .synchronizeClient])
      }
    },
    refusedTickets: { ticket in
      ticket.skew.map {
        ticket.isSkewKnown
          ? ticket.observation(.likely, "and the server's clock is \($0.aheadOrBehind) the KDC's", severity: .critical)
          : ticket.observation(.possible, "and the server's clock is \($0.aheadOrBehind) the recording's", severity: .warning)
      }
    })

  /// Azure's storage accounts have an alias by design, and no computer account that could be given names.
  private static let azureFiles = KerberosFamily(
    id: "kerberos-azure-files", codes: [7],
    summary: "No account has the service principal name of the Azure storage account.",
    explanation: """
      The client asks its KDC for a ticket for a file share of Azure Files. A ticket exists only when the storage account \
      was joined to the domain (then an account carries its name), or when the client sends requests for this name to \
      the realm of Microsoft Entra Kerberos. The alias in DNS is by design: the name with “privatelink” has no ticket \
      either. Without a ticket only the storage account key opens the share.
      """,
    harmless: "When the share is opened with the storage account key: that is NTLM, and needs no ticket.",
    confirmation: "setspn -Q cifs/ACCOUNT.file.core.windows.net finds the account that stands for the storage account, if there is one.",
    causes: [
      "the storage account is not joined to this domain, so that no account has its name",
      "the client does not map the name to the realm of Microsoft Entra Kerberos",
      "a user who is to use the storage account key logs on with a domain account",
    ],
    remedies: [.findAzureAccount, .debugAzureAuthentication, .mapAzureRealm, .azureStorageKey],
    isMeant: { $0.exchange?.fileServer?.isAzureFileShare ?? false },
    story: { fault in
      fault.exchange?.fileServer.flatMap(Remedy.azure(host:)).map { Story(remedies: $0) }
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
    isMeant: { $0.exchange?.alias != nil && !$0.isServiceDisabled && $0.exchange?.fileServer?.isAzureFileShare != true },
    story: { fault in fault.exchange?.alias?.remedies.map { Story(remedies: $0) } })

  private static let tgtRefused = KerberosFamily(
    id: "kerberos-tgt-refused", codes: tgtCodes,
    summary: "The KDC did not accept the ticket-granting ticket that the client showed, or the proof that it is the client's.",
    explanation: """
      To get the ticket of a service the client shows its first ticket (the ticket-granting ticket) and proves that it \
      holds its key. The KDC refuses one of the two, so it never looked at the service: neither the file server nor its \
      account and names are at fault. The evidence shows the encryption and the key version of the ticket.
      """,
    harmless: "Windows drops the ticket and asks for a new one; when the service's ticket then follows, nothing is reported.",
    confirmation: """
      Get new tickets on the client (klist purge, or kdestroy and kinit) and try again: when it works now, the old \
      ticket was at fault; when it fails with one domain controller and works with another, their keys differ.
      """,
    causes: [
      "the domain controllers do not have the same krbtgt key: it was changed or one was restored, and replication is behind",
      "a ticket from before the krbtgt password was reset", "client software and KDC that do not fit",
    ],
    remedies: [.newTickets, .replication, .kdcLogs], references: ["RFC 4120 3.3.3"],
    isMeant: { isOfTGT($0) && !$0.isLikelySkew },
    story: { fault in
      switch fault.code {
      case 50:
        Story(
          causes: [
            "the KDC's software does not know the checksum that a newer client uses: Heimdal in Samba up to 4.15 with Windows 11 22H2",
            "client software with a fault",
          ], remedies: [.updateKDC, .newTickets, .kdcLogs])
      case 34: Story(causes: ["the request arrived twice, as over two paths or from a copied machine", "two programs with the same ticket in the same microsecond"])
      case 38: Story(causes: ["the ticket names network addresses, and a NAT or another interface lies in between"])
      default: nil
      }
    })

  private static let etype = KerberosFamily(
    id: "kerberos-etype", codes: [14, 25],
    summary: "Client and KDC have no encryption type in common for this account.",
    explanation: """
      The account has no key of a type that the client offers, or the KDC no longer uses that type. The evidence lists \
      what the client offers and, where the KDC says so, what the account has. MIT KDCs answer a user's first request \
      in this case as if all were well (“pre-authentication required”), but name no key that the client could prove.

      RC4 is being switched off in 2026 (CVE-2026-20833): domain controllers with the updates of that year issue tickets \
      in RC4 only for accounts that are explicitly set to it, and say so in their events 201 to 209 of KDCSVC.
      """,
    harmless: "When the client asks again with another type and is answered: then it is not reported.",
    confirmation: """
      Compare msDS-SupportedEncryptionTypes of the account, the date of its password (keys of a new type are made only \
      when the password is set) and the types that the client permits with the list in the evidence.
      """,
    causes: [
      "the account has no keys of a type that the client offers: its password is older than AES in the domain, or its keytab was made for other types",
      "RC4 is switched off on one side, and the account or the client has nothing else",
      "msDS-SupportedEncryptionTypes of the account, or the permitted types of the client, are too narrow",
    ],
    remedies: [
      .accountEncryptionTypes, .accountEncryptionTypesElsewhere, .permittedTypesLinux, .rc4Events, .encryptionTypes,
    ], references: ["RFC 4120 5.2.7.5", "MS-KILE 2.2.7"],
    isMeant: { $0.code == 14 || $0.exchange?.isKeyless == true },
    story: { fault in
      guard let offered = fault.exchange?.request?.etypes, !offered.isEmpty else { return nil }
      let isUser = fault.role == .firstTicket
      let whose = isUser ? "the user's account" : "the service's account"
      let ofAccount: [Remedy] = isUser
        ? [.userEncryptionTypes, .userEncryptionTypesElsewhere] : [.accountEncryptionTypes, .accountEncryptionTypesElsewhere]
      let ofClient: [Remedy] = [.permittedTypesLinux]
      if offered.allSatisfy(\.isWeak) {
        return Story(
          causes: [
            "the client offers nothing but old types, and the KDC or \(whose) no longer uses them",
            "the client's permitted types are set to RC4 or DES only",
          ], remedies: ofClient + ofAccount + [.rc4Events, .encryptionTypes])
      }
      let remedies = ofAccount + ofClient + [.rc4Events, .encryptionTypes]
      guard !offered.contains(.rc4) else { return Story(remedies: remedies) }
      return Story(
        causes: [
          "\(whose) has keys of RC4 only: its password is older than AES in the domain, or it was set to RC4",
          "msDS-SupportedEncryptionTypes of \(whose) leaves out the types that the client offers",
        ], remedies: remedies)
    })

  private static let serviceAccount = KerberosFamily(
    id: "kerberos-service-account-state", codes: [2, 7, 19, 22],
    summary: "The account of the service is disabled, locked or expired.",
    explanation: """
      The KDC knows the service and issues no tickets for it. MIT KDCs answer “unknown” (7) and say “SERVER LOCKED OUT” \
      in the text of the error only; Heimdal says POLICY (12).
      """,
    harmless: "When the server was taken out of use on purpose.",
    confirmation: "The account that carries the service principal name shows it: whether it is enabled, and when it expires.",
    causes: ["the computer account of the server, or the service's own account, is disabled or locked", "it has expired"],
    remedies: [.findSPN, .serviceAccountState, .serviceAccountStateMIT],
    isMeant: { $0.code != 7 || $0.isServiceDisabled })

  private static let ticketRefused = KerberosFamily(
    id: "kerberos-ap-modified", codes: ticketCodes,
    summary: "The file server cannot use the ticket that the client shows it.",
    explanation: """
      The KDC gave the client a ticket for this server, encrypted with the key of the account that carries the \
      server's name. The server could not read it with its own key, or could not make a user of it. The password of the \
      user plays no part: there is none in a ticket. Many servers say no more than STATUS_LOGON_FAILURE here; where the \
      server's clock is wrong, kerberos-clock-skew says so instead.

      A ticket in RC4 is refused by servers on which RC4 is switched off; a ticket in AES by those whose keytab has keys \
      of RC4 only.
      """,
    harmless: "When the client drops the ticket, gets another one and is let in: then it is a note.",
    confirmation: """
      Compare the key version (kvno) and the encryption of the ticket in the evidence with the keys that the server has: \
      klist -kte on Linux, the date of the computer account's password on Windows.
      """,
    causes: [
      "the server's keytab or machine password is out of step with its account, or has no key of the ticket's encryption type",
      "the service principal name is on another account than the server's, or on two",
      "the name leads to another host than the one that has the name in the domain",
      "no local account on the server for the user of the ticket",
    ],
    remedies: [.serverKeys, .testJoin, .repairSecureChannel, .findSPN, .findDuplicateSPN, .accountEncryptionTypes, .rc4Events],
    references: ["RFC 4120 3.2.3"],
    isMeant: { $0.role == .fileServer && !$0.isLikelySkew },
    refusedTickets: { ticket in
      guard ticket.skew == nil || !ticket.isSkewKnown else { return nil }
      var observation = ticket.observation(.proven, ticket.words, severity: .error)
      if ticket.etype?.isWeak == true {
        observation.causes = [
          "the server no longer takes tickets in RC4 (it is being switched off in 2026)",
          "the server's keytab or machine password is out of step with its account",
          "the service principal name is on another account than the server's, or on two",
        ]
        observation.remedies = [.accountEncryptionTypes, .rc4Events, .serverKeys, .testJoin, .findSPN, .findDuplicateSPN]
      }
      return observation
    })
}
