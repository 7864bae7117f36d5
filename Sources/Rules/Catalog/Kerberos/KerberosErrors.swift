import Packets
import Proof
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
  var whenBenign: String
  var howToVerify: String
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
      id: id, severity: severity, phase: .kerberos, nature: .status, needs: [.kerberosTraffic], supersededBySuccess: true,
      summary: summary, explanation: explanation, whenBenign: whenBenign, howToVerify: howToVerify, causes: causes,
      remedies: remedies, references: ["RFC 4120 7.5.9", "RFC 4120 5.9.1"] + references,
      judge: .lookups { lookups, one in
        // Each family asks this of each case, and in most of them Kerberos was not used, or it went well.
        guard !lookups.exchanges.isEmpty || one?.kerberosRefusals.isEmpty == false else { return [] }
        return KerberosFault.all(lookups, one).filter { codes.contains($0.code) && isMeant($0) }.map { fault in
          var observation = fault.observation
          // A ticket that the file server refuses is no step on the way.
          if fault.role == .fileServer, !fault.isSuperseded, severity < .error { observation.severity = .error }
          if let story = story(fault) {
            observation.causes = story.causes
            if let remedies = story.remedies { (observation.firstRemedies, observation.remedies) = (remedies, []) }
          }
          if let own = fault.remedies(insteadOf: observation.firstRemedies + (observation.remedies ?? remedies)) {
            (observation.firstRemedies, observation.remedies) = (own, [])
          }
          return observation
        } + RefusedTicket.all(one).compactMap(refusedTickets)
      })
  }
}

extension Rule {
  static let kerberosErrors: [Rule] =
    KerberosFamily.all.map { family in KerberosFamily.ofUsers.contains { $0.id == family.id } ? family.rule.ofLogon() : family.rule }
    + [kerberosOtherError]

  /// Codes that are left alone where no family means them: an address has no service, what FAST hides cannot be named,
  /// and the steps of pre-authentication are no errors.
  private static let quietCodes: Set<Int32> = [7, 25, 52, 60, 68, 91]

  private static let kerberosOtherError = KerberosFamily(
    id: "kerberos-other-error", codes: Set(0...127).subtracting(quietCodes),
    summary: "A KDC or the server answered with another Kerberos error.",
    explanation: "The finding shows the error code, its meaning, and what usually causes this error.",
    whenBenign: "When the client asks in another way and gets its ticket. smbdx then reports nothing.",
    howToVerify: "Compare the error's text, if there is one, with the log of the KDC or the server at the same second.",
    causes: ["see the meaning of the code in the summary"], remedies: [.kdcLogs],
    isMeant: { fault in !KerberosFamily.all.contains { $0.codes.contains(fault.code) && $0.isMeant(fault) } },
    story: { fault in
      KerberosFamily.Story(causes: KerberosFamily.rareCauses[fault.code], remedies: fault.role == .fileServer ? [.serverLogs] : nil)
    }
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
    summary: "The clocks of client, server and KDC differ by more than Kerberos allows.",
    explanation: """
      Kerberos uses the time to prove that a message is fresh, and allows a difference of five minutes by default. \
      The evidence compares the clock of the host that refuses with the capture's clock. If the error repeats the \
      client's time, it also compares with the client's clock. Only the error's number counts: some KDCs add the \
      text of another error.
      """,
    whenBenign: """
      When the client corrects its time by the time in the error and its next try succeeds. The finding is then a \
      note: the clock is still wrong, and every logon takes one more round trip.
      """,
    howToVerify: "Compare the clocks of client, server and domain controller at one moment.",
    causes: ["the clock of the client, the server or the domain controller is wrong", "a wrong time zone on one of them"],
    remedies: [.synchronizeTime],
    isMeant: { ($0.code == 37 || $0.isLikelySkew) && !$0.isWrongPassword },
    story: { fault in
      switch fault.role {
      case .firstTicket, .serviceTicket:
        Story(
          causes: [
            "the client's clock is wrong", "the KDC's clock is wrong: then all its clients have this problem",
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
      The client asks its KDC for a ticket for a file share of Azure Files. It can get one only if the storage \
      account was joined to the domain (then an account has its name), or if the client sends requests for this name \
      to the realm of Microsoft Entra Kerberos. The alias in DNS is by design: there is no ticket for the name with \
      “privatelink” either. Without a ticket only the storage account key opens the share.
      """,
    whenBenign: "When the user opens the share with the storage account key. That uses NTLM and needs no ticket.",
    howToVerify: "setspn -Q cifs/ACCOUNT.file.core.windows.net finds the account of the storage account, if there is one.",
    causes: [
      "the storage account is not joined to this domain, so that no account has its name",
      "the client does not map the name to the realm of Microsoft Entra Kerberos",
      "the user should use the storage account key, but logs on with a domain account",
    ],
    remedies: [.findAzureAccount, .debugAzureAuthentication, .mapAzureRealm, .azureStorageKey],
    isMeant: { $0.exchange?.fileServer?.isAzureFilesName ?? false },
    story: { fault in
      guard let host = fault.exchange?.fileServer, let remedies = Remedy.azure(host: host) else { return nil }
      guard host.lowercased().contains(".privatelink.") else { return Story(remedies: remedies) }
      return Story(
        causes: ["the client uses the name with “privatelink”, which has no account in any directory: the name without it leads to the same private address"],
        remedies: [.nameWithoutPrivateLink] + remedies)
    })

  private static let missingSPNForCNAME = KerberosFamily(
    id: "kerberos-missing-spn-for-cname", codes: [7],
    summary: "The client uses an alias of the server, and no service principal name (SPN) exists for this alias.",
    explanation: """
      The client builds the SPN from the name that the user or program entered. DNS (or the server itself) shows \
      that this name is only an alias of a host with another name. No account has the alias's SPN, so there is no \
      ticket for it. The client falls back to NTLM, or fails where NTLM is not allowed.
      """,
    whenBenign: "When the client falls back to NTLM and the server accepts that. It then works without the protection of Kerberos.",
    howToVerify: "Open the share by the host's own name: that should work with Kerberos. setspn -Q finds no account for the alias.",
    causes: ["the alias was added to DNS, but the server's computer account has no SPN for it"],
    remedies: [.addComputerName, .addAliasSPN, .useRealName],
    isMeant: { $0.exchange?.alias != nil && !$0.isServiceDisabled && $0.exchange?.fileServer?.isAzureFilesName != true },
    story: { fault in fault.exchange?.alias?.remedies.map { Story(remedies: $0) } })

  private static let tgtRefused = KerberosFamily(
    id: "kerberos-tgt-refused", codes: tgtCodes,
    summary: "The KDC rejected the client's ticket-granting ticket, or the client's proof that it owns this ticket.",
    explanation: """
      To get a ticket for a service, the client presents its first ticket (the ticket-granting ticket) and proves \
      that it has the ticket's key. The KDC refuses one of the two, so it never looked at the service: the file \
      server, its account and its names are not at fault. The evidence shows the encryption and the key version of \
      the ticket.
      """,
    whenBenign: "When the client gets the service's ticket afterwards. Windows drops the refused ticket and asks for a new one, and smbdx then reports nothing.",
    howToVerify: """
      Get new tickets on the client (klist purge, or kdestroy and kinit) and try again. If it works now, the old \
      ticket was at fault. If it fails with one domain controller and works with another, their keys differ.
      """,
    causes: [
      "the domain controllers do not have the same krbtgt key: it was changed, or one of them was restored, and replication is late",
      "a ticket from before the krbtgt password was reset", "client software and KDC that are not compatible",
    ],
    remedies: [.newTickets, .replication, .kdcLogs], references: ["RFC 4120 3.3.3"],
    isMeant: { isOfTGT($0) && !$0.isLikelySkew },
    story: { fault in
      switch fault.code {
      case 50:
        Story(
          causes: [
            "the KDC's software does not know the checksum that a newer client uses: Heimdal in Samba up to 4.15 with a Windows 11 22H2 client",
            "a fault in the client's software",
          ], remedies: [.updateKDC, .newTickets, .kdcLogs])
      case 34: Story(causes: ["the request arrived twice, for example over two paths or from a cloned machine", "two programs with the same ticket in the same microsecond"])
      case 38: Story(causes: ["the ticket names network addresses, and a NAT or another interface is in between"])
      default: nil
      }
    })

  private static let etype = KerberosFamily(
    id: "kerberos-etype", codes: [14, 25],
    summary: "Client and KDC have no encryption type in common for this account.",
    explanation: """
      The account has no key of a type that the client offers, or the KDC no longer uses that type. The evidence \
      lists the types that the client offers and, if the KDC names them, those of the account. In this case MIT KDCs \
      answer a user's first request normally (“pre-authentication required”), but name no key type that the client \
      could use.

      RC4 is being switched off in 2026 (CVE-2026-20833): domain controllers with the updates of that year issue RC4 \
      tickets only for accounts that are explicitly set to RC4. They report this in the events 201 to 209 of KDCSVC.
      """,
    whenBenign: "When the client asks again with another type and gets its ticket. smbdx then reports nothing.",
    howToVerify: """
      Compare the list in the evidence with msDS-SupportedEncryptionTypes of the account, the date of its password \
      (only setting the password creates keys of a new type) and the types that the client permits.
      """,
    causes: [
      "the account has no keys of a type that the client offers: its password is older than AES in the domain, or its keytab was created for other types",
      "RC4 is switched off on one side, and the account or the client has nothing else",
      "msDS-SupportedEncryptionTypes of the account, or the permitted types of the client, are too narrow",
    ],
    remedies: [
      .accountEncryptionTypes, .accountEncryptionTypesElsewhere, .permittedTypesLinux, .rc4Events, .encryptionTypes,
    ], references: ["RFC 4120 5.2.7.5", "MS-KILE 2.2.7"],
    isMeant: { $0.code == 14 || $0.exchange?.isKeyless == true },
    story: { fault in
      if fault.role == .fileServer {
        let isRC4 = fault.keys?.ticketEtype == .rc4
        return Story(
          causes: [
            isRC4
              ? "the server no longer takes tickets in RC4, and the KDC still issues them for its account"
              : "the server does not take the encryption type of the ticket\(fault.keys.map { ", \($0.ticketEtype)" } ?? "")",
            "the account of the server's name is not set to the types that the server uses (msDS-SupportedEncryptionTypes)",
            "the service principal name is on another account than the server's, or on two",
          ], remedies: [.accountEncryptionTypes, .accountEncryptionTypesElsewhere] + (isRC4 ? [.rc4Events] : []) + [.serverKeys, .newTickets])
      }
      guard let offered = fault.exchange?.request?.etypes, !offered.isEmpty else { return nil }
      if let realm = fault.exchange?.foreignRealm {
        return Story(
          causes: [
            "the trust to \(realm) has keys of other types only: an older trust is not set to AES, and the client or the domain no longer uses RC4",
            "the domain controller does not use the types that the client offers",
          ], remedies: [.trustEncryptionTypes, .permittedTypesLinux, .rc4Events])
      }
      let isUser = fault.role == .firstTicket
      let whose = isUser ? "the user's account" : "the service's account"
      let ofAccount: [Remedy] = isUser
        ? [.userEncryptionTypes, .userEncryptionTypesElsewhere] : [.accountEncryptionTypes, .accountEncryptionTypesElsewhere]
      let ofClient: [Remedy] = [.permittedTypesLinux]
      let known = fault.error.eData?.offeredEtypes ?? []
      let isKnownAsModern = known.contains { !$0.isWeak }
      if isKnownAsModern, !offered.allSatisfy(\.isWeak) || offered.allSatisfy(\.isRare) {
        return Story(
          causes: ["the client's permitted types leave out those for which \(whose) has keys (\(known.map(\.description).joined(separator: ", ")))"],
          remedies: ofClient + [.encryptionTypes])
      }
      if offered.allSatisfy(\.isRare) {
        return Story(
          causes: [
            "the client offers only types that few accounts have keys of: Active Directory has none of AES with SHA-2 or Camellia",
            "\(whose) was created before the KDC knew these types",
          ], remedies: ofClient + ofAccount + [.encryptionTypes])
      }
      if offered.allSatisfy(\.isWeak) {
        return Story(
          causes: [
            "the client offers only old types, and the KDC or \(whose) no longer uses them",
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
      The KDC knows the service, but issues no tickets for it. MIT KDCs answer “unknown” (7) and put “SERVER LOCKED \
      OUT” only into the text of the error. Heimdal answers POLICY (12).
      """,
    whenBenign: "When the server was taken out of use on purpose.",
    howToVerify: "Look at the account that has the service principal name: is it enabled, and when does it expire?",
    causes: ["the computer account of the server, or the service's own account, is disabled or locked", "it has expired"],
    remedies: [.findSPN, .serviceAccountState, .serviceAccountStateMIT],
    isMeant: { $0.code != 7 || $0.isServiceDisabled })

  private static let ticketCauses = [
    "the server's keytab or machine password does not match its account, or has no key of the ticket's encryption type",
    "the server has no local account for the user of the ticket",
    "the service principal name is on another account than the server's, or on two",
    "the name leads to a host other than the one that has this name in the domain",
  ]

  private static let ticketRemedies: [Remedy] = [
    .serverKeys, .testJoin, .repairSecureChannel, .idmapSamba, .findSPN, .findDuplicateSPN, .accountEncryptionTypes,
  ]

  private static let ticketRefused = KerberosFamily(
    id: "kerberos-ap-modified", codes: ticketCodes,
    summary: "The file server cannot use the client's ticket.",
    explanation: """
      The KDC gave the client a ticket for this server, encrypted with the key of the account that has the server's \
      name. The server could not decrypt it with its own key, or could not map it to a user. The user's password \
      plays no part: a ticket does not contain it. Many servers answer only STATUS_LOGON_FAILURE here. If the \
      server's clock is wrong, smbdx reports kerberos-clock-skew instead.

      Servers with RC4 switched off refuse RC4 tickets. Servers whose keytab has only RC4 keys refuse AES tickets.

      With the server's keytab (--keytab) smbdx tries the server's keys on the ticket. If none opens it, the finding \
      names what differs: the version of the key, its encryption type, or the key itself.
      """,
    whenBenign: "When the client drops the ticket, gets another one and is admitted. The finding is then a note.",
    howToVerify: """
      Compare the key version (kvno) and the encryption of the ticket in the evidence with the keys that the server has: \
      klist -kte on Linux, the date of the computer account's password on Windows.
      """,
    causes: ticketCauses, remedies: ticketRemedies + [.rc4Events],
    references: ["RFC 4120 3.2.3"],
    isMeant: { $0.role == .fileServer && !$0.isLikelySkew },
    // Who cannot open a ticket has not read whose it is.
    story: { $0.story ?? Story(causes: ticketCauses.filter { !$0.contains("local account") }) },
    refusedTickets: { ticket in
      guard ticket.skew == nil || !ticket.isSkewKnown || ticket.verdict?.difference != nil else { return nil }
      var observation = ticket.observation(.proven, ticket.words, severity: .error)
      if let story = ticket.story {
        (observation.causes, observation.remedies) = (story.causes, story.remedies ?? [])
      } else if ticket.isOfOldAccount {
        observation.causes = [
          "the service principal name is on another account than the server's, or on two: the ticket is encrypted with RC4, although client and KDC use AES between them, so that account has no AES keys",
          "the server no longer takes tickets in RC4 (it is being switched off in 2026)",
          "the server's keytab or machine password does not match its account",
        ]
        observation.remedies = [.findSPN, .findDuplicateSPN, .accountEncryptionTypes, .rc4Events, .serverKeys, .testJoin]
      } else if let etype = ticket.etype, etype.isWeak {
        observation.causes = [
          etype == .rc4
            ? "the server no longer takes tickets in RC4 (it is being switched off in 2026)"
            : "the server no longer takes tickets in \(etype): current servers have this old type switched off",
          "the server's keytab or machine password does not match its account",
          "the service principal name is on another account than the server's, or on two",
        ]
        observation.remedies = [.accountEncryptionTypes] + (etype == .rc4 ? [.rc4Events] : []) + [.serverKeys, .testJoin, .findSPN, .findDuplicateSPN]
      } else if ticket.etype != nil {
        observation.remedies = ticketRemedies
      }
      if ticket.kdc == .mit, ticket.story == nil { observation.fitToMIT(weak: ticket.etype.flatMap { $0.isWeak ? $0 : nil }, ticketRemedies) }
      return observation
    })
}
