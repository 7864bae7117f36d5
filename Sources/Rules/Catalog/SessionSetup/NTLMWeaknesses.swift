import Packets
import Protocols
import Transcripts

/// What NTLM messages show beside the status: old versions, a missing MIC, an identity that cannot be meant.
extension Rule {
  static let ntlmV1Used = Rule(
    id: "ntlmv1-used",
    severity: .warning,
    phase: .sessionSetup,
    nature: .note,
    summary: "The client proves its password with NTLMv1.",
    explanation: """
      The response to the challenge has 24 bytes, which is NTLMv1 or its variant with a client challenge. It can be \
      broken by trying, and current Windows and Samba servers refuse it with STATUS_LOGON_FAILURE, as if the password \
      were wrong; then the finding is critical.
      """,
    harmless: "It never is, but it works with servers that still accept it.",
    confirmation: "Event 4624 or 4625 on the server names the package: “NTLM V1”.",
    causes: ["an old device (printer, scanner, NAS)", "a client that is set to send LM or NTLMv1 responses"],
    remedies: [.ntlmV2Windows, .ntlmV2Samba, .patchBoth],
    references: ["MS-NLMP 2.2.2.6", "MS-NLMP 3.3.1"]
  ) { transcript in
    transcript.sessions.filter { $0.ntlm?.isVersion1 == true }.prefix(1).map { session in
      let isRefused = session.refusal == .logonFailure
      return Observation(
        .proven,
        "\(session.who) authenticates with NTLMv1"
          + (isRefused ? ", which servers that only take NTLMv2 refuse in this way" : ""),
        evidence: transcript.evidence(of: session), severity: isRefused ? .critical : nil)
    }
  }

  static let ntlmMICMissing = Rule(
    id: "ntlm-mic-missing",
    severity: .warning,
    phase: .sessionSetup,
    nature: .note,
    summary: "The NTLM logon is not protected by a MIC, although the server asked for one.",
    explanation: """
      The server's challenge carries a time stamp, upon which a client adds a MIC over all three messages. Without it \
      somebody in between could change the flags of the logon unseen. Old clients and some libraries never add one, and \
      the logon works all the same.
      """,
    harmless: "Old clients and some libraries never add a MIC.",
    confirmation: "Record the same logon close to the client: if the MIC is there, something on the path removes it.",
    causes: ["an old client, or a library without support for the MIC", "a device or program that removed it"],
    remedies: [.patchBoth, .useKerberos],
    references: ["MS-NLMP 3.1.5.1.2", "MS-NLMP 2.2.2.1"]
  ) { transcript in
    transcript.sessions.filter { session in
      guard let ntlm = session.ntlm, !session.identity.isAnonymous else { return false }
      return ntlm.hasServerTime && ntlm.response == .ntlmV2 && ntlm.hasClientPairs && !ntlm.clientFlags.contains(.hasMIC)
    }.prefix(1).map { session in
      Observation(
        .proven, "the NTLM logon of \(session.who) carries no MIC, although the server's challenge has a time stamp",
        evidence: transcript.evidence(of: session))
    }
  }

  static let authWrongIdentitySent = Rule(
    id: "auth-wrong-identity-sent",
    severity: .warning,
    phase: .sessionSetup,
    nature: .note,
    yieldsToSuccess: true,
    summary: "The logon failed, and the credentials sent are probably not those meant.",
    explanation: """
      The security buffer shows which domain and user the client sent. They do not fit this server: a local account of \
      the client, a Microsoft account, no domain at all, or a name put together wrongly, while the server belongs to a \
      domain. Only failed logons are looked at; an empty domain with user@realm is normal.
      """,
    harmless: "When this is the account that was meant.",
    confirmation: "Try the logon by hand with the account that is meant.",
    causes: [
      "the program used the account that is logged on at the client", "credentials stored for another purpose",
      "the domain was left out, or written in two ways at once",
    ],
    remedies: [.reconnectAs, .storedWindowsCredentials, .credentialsLinux],
    references: ["MS-NLMP 2.2.1.3"]
  ) { transcript in
    transcript.refusedSessions { session, status in
      guard [.logonFailure, .wrongPassword, .noSuchUser].contains(status), let oddity = session.oddIdentity else { return nil }
      return transcript.refusal(of: session, status, confidence: .possible, note: ": \(oddity)")
    }
  }
}

extension Session {
  /// Why the names that were sent can hardly be meant for this server; nil when they can.
  fileprivate var oddIdentity: String? {
    guard let user = identity.user, !user.isEmpty, let domain = identity.domain?.lowercased(), let ntlm else { return nil }
    if user.contains("@"), user.contains("\\") { return "the user name has a domain in front and behind" }
    guard ntlm.isDomainMember, let realm = ntlm.nbDomainName else { return nil }
    if domain.isEmpty, !user.contains("@") { return "no domain was sent, and the server belongs to \(realm)" }
    if domain == "microsoftaccount" { return "a Microsoft account was sent, and the server belongs to \(realm)" }
    if domain == identity.workstation?.lowercased(), domain != realm.lowercased(), domain != ntlm.nbComputerName?.lowercased() {
      return "a local account of the client was sent, and the server belongs to \(realm)"
    }
    return nil
  }
}
