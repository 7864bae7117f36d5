import Packets
import Protocols
import Transcripts

/// What NTLM messages show beside the status: old versions, a missing MIC, an identity that cannot be meant.
extension Rule {
  static let ntlmV1Used = Rule(
    id: "ntlmv1-used",
    severity: .warning,
    phase: .sessionSetup,
    nature: .wrongValue,
    supersededBySuccess: true,
    summary: "The client proves its password with NTLMv1.",
    explanation: """
      The response to the challenge has 24 bytes, which is NTLMv1 or its variant with a client challenge. Attackers \
      can break it by trying. Current Windows and Samba servers refuse it with STATUS_LOGON_FAILURE, as if the \
      password were wrong. The finding is then critical and explains the refusal.

      A server that accepts NTLMv1 elsewhere in the same attempt refuses for another reason, most likely a wrong \
      password. The use of NTLMv1 is then a separate warning.
      """,
    whenBenign: "Never, although it works with servers that still accept it.",
    howToVerify: "Look at event 4624 or 4625 on the server. Its package is “NTLM V1”.",
    causes: ["an old device (printer, scanner, NAS)", "a client that is set to send LM or NTLMv1 responses"],
    remedies: [.ntlmV2Device, .ntlmV2Windows, .ntlmV2Samba, .patchBoth],
    references: ["MS-NLMP 2.2.2.6", "MS-NLMP 3.3.1"],
    judge: .attempt { one in
      let accepted = one.connections.lazy.compactMap { connection in
        connection.sessions.first { $0.ntlm?.isVersion1 == true && $0.isEstablished && !$0.hasNoKey }
      }.first
      return one.connections.compactMap { connection in
        guard let session = connection.sessions.first(where: { $0.ntlm?.isVersion1 == true }) else { return nil }
        // Some clients try it only when NTLMv2 was refused.
        let isFallback = connection.sessions.contains {
          $0.refusal == .logonFailure && $0.requestStamp.frame < session.requestStamp.frame && $0.ntlm?.isVersion1 == false && $0.isSameUser(as: session)
        }
        let isRefused = session.refusal == .logonFailure && accepted == nil && !isFallback
        return Observation(
          .proven,
          "\(session.who) authenticates with NTLMv1"
            + (isRefused ? ", and servers that accept only NTLMv2 refuse it in this way" : isFallback ? ", after the server refused NTLMv2 as well" : ""),
          evidence: [
            Evidence(session.requestStamp.frame, .client, "SESSION_SETUP request: an NTLM response of 24 bytes, \(session.who)"),
            Evidence(session.replyStamp?.frame, .server, "SESSION_SETUP response: \(session.replyStamp?.status ?? .success)"),
            session.refusal == nil
              ? nil : Evidence(accepted?.establishedFrame, .server, "this server accepts NTLMv1 from the same client here"),
          ].compactMap(\.self), severity: isRefused ? .critical : .warning, goal: Goal(user: session.account),
          connections: [connection.id])
      }
    })

  static let ntlmMICMissing = Rule(
    id: "ntlm-mic-missing",
    severity: .info,
    phase: .sessionSetup,
    nature: .note,
    summary: "The NTLM logon is not protected by a MIC, although the server asked for one.",
    explanation: """
      The server's challenge carries a time stamp. Windows and smbclient then add a MIC over all three messages. \
      Without it a device in between could change the flags of the logon unnoticed. Many current clients never add \
      one, and the logon works anyway, for example the Linux mount (cifs.ko), libsmb2, impacket, aiosmb, pysmb and \
      pike.
      """,
    whenBenign: "Usually, because the client's software has no MIC. Look closer if the client is Windows or smbclient: they add one.",
    howToVerify: "Record the same logon close to the client. If the MIC is there, something on the path removes it.",
    causes: ["the client's software adds no MIC, like the Linux mount and most libraries", "a relay or device that removed it, when the client is Windows or smbclient"],
    remedies: [.useKerberos, .patchBoth],
    references: ["MS-NLMP 3.1.5.1.2", "MS-NLMP 2.2.2.1"]
  ) { transcript in
    transcript.sessions.filter { session in
      guard let ntlm = session.ntlm, !session.identity.isAnonymous else { return false }
      return ntlm.hasServerTime && ntlm.response == .ntlmV2 && ntlm.hasClientPairs && !ntlm.clientFlags.contains(.hasMIC)
    }.prefix(1).map { session in
      Observation(
        .proven, "the client \(transcript.client.address) adds no MIC to the NTLM logon of \(session.who), although the server's challenge has a time stamp",
        evidence: transcript.evidence(of: session))
    }
  }

  static let ntlmFlagsContradict = Rule(
    id: "ntlm-flags-contradict",
    severity: .info,
    phase: .sessionSetup,
    nature: .note,
    summary: "The client's last NTLM message contradicts the agreed encoding.",
    explanation: """
      Client and server agree in CHALLENGE that names are Unicode. The flags of the AUTHENTICATE message say \
      otherwise, although its names are Unicode. Servers use the agreed encoding, and so does this report.
      """,
    whenBenign: "Usually. Most servers ignore these flags.",
    howToVerify: "Compare the flags with those of another client.",
    causes: ["a fault in the client's library"],
    remedies: [.patchClient],
    references: ["MS-NLMP 2.2.2.5", "MS-NLMP 2.2.1.3"]
  ) { transcript in
    transcript.sessions.compactMap { session in
      guard let ntlm = session.ntlm, let flags = ntlm.contradictingFlags else { return nil }
      return Observation(
        .proven, "the AUTHENTICATE message of \(session.who) has the flags \(hexadecimal(flags.rawValue)), which contradict the agreement on Unicode in CHALLENGE",
        evidence: [
          Evidence(session.requestStamp.frame, .client, "SESSION_SETUP request: AUTHENTICATE, flags \(hexadecimal(flags.rawValue)); CHALLENGE: \(hexadecimal(ntlm.serverFlags.rawValue))")
        ])
    }.prefix(1).map(\.self)
  }

  static let sessionSeveralUsers = Rule(
    id: "session-several-users",
    severity: .info,
    phase: .sessionSetup,
    nature: .note,
    summary: "Several users share one connection.",
    explanation: """
      The client set up sessions for more than one user on the same connection, for example a Linux client with \
      mounts under several accounts, or a terminal server. The server may refuse one user what it grants another: \
      the findings name the user.
      """,
    whenBenign: "Always, as long as each user has the intended access.",
    howToVerify: "Look at the logon of each user in the evidence.",
    remedies: [.reconnectAs],
    references: ["MS-SMB2 3.3.5.5"]
  ) { transcript in
    guard transcript.sessions.count > 1 else { return [] }
    var seen: Set<String> = []
    let users = transcript.sessions.filter { session in
      guard session.isEstablished, !session.hasNoKey, let user = session.identity.user, !user.isEmpty else { return false }
      return seen.insert(user.lowercased()).inserted
    }
    guard users.count > 1 else { return [] }
    return [
      Observation(
        .proven, "the connection carries sessions of \(users.prefix(4).map(\.who).joined(separator: ", "))",
        evidence: users.prefix(4).compactMap { Evidence($0.establishedFrame, .server, "the session of \($0.who) is established") })
    ]
  }

  static let authWrongIdentitySent = Rule(
    id: "auth-wrong-identity-sent",
    severity: .warning,
    phase: .sessionSetup,
    nature: .note,
    supersededBySuccess: true,
    summary: "The logon failed, and the client probably sent the wrong credentials.",
    explanation: """
      The security buffer shows which domain and user the client sent. They do not match this server: the server \
      belongs to a domain, but the client sent a local account, a Microsoft account, no domain, or a malformed name. \
      smbdx looks only at failed logons. An empty domain with user@realm is normal.
      """,
    whenBenign: "When this is the intended account.",
    howToVerify: "Try the logon by hand with the intended account.",
    causes: [
      "the program used the account of the user logged on at the client", "credentials stored for another purpose",
      "the domain is missing, or is given twice",
    ],
    remedies: [.reconnectAs, .storedWindowsCredentials, .credentialsLinux],
    references: ["MS-NLMP 2.2.1.3"]
  ) { transcript in
    transcript.refusedSessions { session, status in
      guard [.logonFailure, .wrongPassword, .noSuchUser].contains(status), let oddity = session.oddIdentity else { return nil }
      return Observation(
        .possible, "\(session.who) is probably not the intended account: \(oddity)", evidence: transcript.evidence(of: session),
        goal: Goal(user: session.account))
    }
  }
}

extension Session {
  /// Why the names that were sent can hardly be meant for this server; nil when they can.
  fileprivate var oddIdentity: String? {
    guard let user = identity.user, !user.isEmpty, let domain = identity.domain?.lowercased(), let ntlm else { return nil }
    if user.contains("@"), user.contains("\\") { return "the user name has a domain before and after it" }
    if let foreign = foreignDomain {
      let realm = foreign.list
      if domain == "microsoftaccount" { return "a Microsoft account was sent, and the server belongs to \(realm)" }
      if domain == "azuread" { return "an account of Entra ID (Azure AD) was sent, and the server belongs to \(realm)" }
      if domain == identity.workstation?.lowercased() { return "a local account of the client was sent, and the server belongs to \(realm)" }
      return "the domain \(identity.domain ?? "") was sent, and the server belongs to \(realm)"
    }
    if ntlm.isDomainMember, domain.isEmpty, !user.contains("@"), let realm = ntlm.nbDomainName {
      return "no domain was sent, and the server belongs to \(realm)"
    }
    return nil
  }
}
