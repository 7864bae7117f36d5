import Packets
import Protocols
import Transcripts

/// STATUS_ACCESS_DENIED to SESSION_SETUP: a name that the server does not own, a missing right, or missing encryption.
extension Rule {
  /// Refusals of an additional channel (MS-SMB2 3.3.5.5, step 4).
  static let sessionBindingStatuses: Set<NTStatus> = [.accessDenied, .invalidParameter, .userSessionDeleted]

  static let authSPNHardening = Rule(
    id: "auth-spn-hardening",
    severity: .error,
    phase: .sessionSetup,
    nature: .status,
    yieldsToSuccess: true,
    summary: "The server refuses the logon because the client means a name that is not the server's.",
    explanation: """
      A Windows server with “Server SPN target name validation” compares the service name inside the client's proof \
      with its own names and addresses, and answers STATUS_ACCESS_DENIED to the last message of the logon when it \
      finds none that fits. Level 1 checks a name that is there, level 2 also refuses clients that send none.

      The name is shown beside the names that the server gave itself. Aliases, addresses, load balancers and \
      destination NAT are the usual reasons. The status alone does not prove it: events 551 and 5168 on the server do.
      """,
    harmless: "When the same user gets in soon after by another name: then it is only a note.",
    confirmation: "Events 551 and 5168 on the server name the service that was refused. The logon works by the server's own name.",
    causes: [
      "an alias (CNAME) of the server is used that the server does not know as its own",
      "an address that a load balancer or NAT translates is used in place of a name",
      "a client that sends no service name, to a server that demands one",
      "not a matter of names: the user lacks the right to log on, or NTLM is restricted",
    ],
    remedies: [.allowedServerNames, .nameHardeningOff, .userRights, .serverLogs],
    references: ["MS-SMB2 3.3.5.5.3", "MS-NLMP 2.2.2.1"]
  ) { transcript in
    transcript.refusedSessions { session, status in
      guard status == .accessDenied, case .name(let confidence, let note) = transcript.denial(of: session) else { return nil }
      return transcript.refusal(of: session, status, confidence: confidence, note: ": \(note)")
    }
  }

  static let authAccessDenied = Rule(
    id: "auth-access-denied",
    severity: .error,
    phase: .sessionSetup,
    nature: .status,
    yieldsToSuccess: true,
    summary: "The server refuses access to the user as a whole.",
    explanation: """
      STATUS_ACCESS_DENIED during the logon says that the user may not enter at all; permissions of shares and files \
      are looked at later. The reason stands in the server's log: a user right, a restriction on NTLM, a signing or \
      encryption policy.

      Where the name that the client uses, or missing encryption, explains it better, auth-spn-hardening or \
      encryption-required-session is reported instead.
      """,
    harmless: "When the same user gets in soon after: then it is only a note.",
    confirmation: "Event 4625 in the server's Security log gives the reason; log.smbd at level 3 on Samba.",
    causes: [
      "the user right to access this computer from the network is missing or denied",
      "NTLM is restricted on the server", "the server demands encryption or signing that the client does not have",
    ],
    remedies: [.userRights, .restrictNTLM, .serverEncryption, .serverLogs],
    references: ["MS-SMB2 3.3.5.5", "MS-ERREF 2.3.1"]
  ) { transcript in
    transcript.refusedSessions { session, status in
      guard status == .accessDenied, case .other = transcript.denial(of: session) else { return nil }
      return transcript.refusal(of: session, status)
    }
  }

  static let sessionBindingFailed = Rule(
    id: "session-binding-failed",
    severity: .warning,
    phase: .sessionSetup,
    nature: .status,
    yieldsToSuccess: true,
    summary: "The server refuses an additional channel of a session.",
    explanation: """
      With multichannel a client opens more connections and binds them to the session it has. The server refused this \
      one; the session goes on over its first connection, only slower. The dialect, the client's GUID and the signing \
      key must be those of the first connection.
      """,
    harmless: "The session works without the further channel.",
    confirmation: "Get-SmbMultichannelConnection on the Windows client shows the channels in use.",
    causes: [
      "the channel was negotiated with another dialect or cipher than the first connection",
      "the session expired, or was ended, in between", "a load balancer led the channel to another server",
    ],
    remedies: [.multichannelOff, .loadBalancer, .patchBoth],
    references: ["MS-SMB2 3.3.5.5", "MS-SMB2 3.2.4.2.3"]
  ) { transcript in
    transcript.refusedSessions { session, status in
      guard session.isBinding, sessionBindingStatuses.contains(status) else { return nil }
      return transcript.refusal(of: session, status, note: " when it binds a further channel to its session")
    }
  }
}

extension Transcript {
  enum Denial {
    case binding
    /// Server name hardening.
    case name(Confidence, String)
    /// The server demands encryption.
    case encryption(Confidence)
    case other
  }

  /// Why a logon most likely was answered with STATUS_ACCESS_DENIED.
  func denial(of session: Session) -> Denial {
    if session.isBinding { return .binding }
    if session.hasNoKey { return .other }
    let isBeforeProof = session.ntlm.map { $0.response == nil } ?? (session.identity.service == nil)
    if isBeforeProof {
      // MS-SMB2 3.3.5.5: a connection without encryption is refused before authentication starts.
      return session.legs == 1 && canEncrypt == false ? .encryption(.likely) : .other
    }
    let mismatch = nameMismatch(of: session)
    if let mismatch, mismatch.isCertain { return .name(.likely, mismatch.note) }
    if let dialect, dialect < .smb300 { return .encryption(.possible) }
    if let mismatch { return .name(.possible, mismatch.note) }
    if let ntlm = session.ntlm, ntlm.hasClientPairs, ntlm.targetName?.isEmpty != false {
      return .name(.possible, "the client sends no service name, which a strict server demands")
    }
    return .other
  }

  /// The service that the client means is not among the names the server gives itself.
  private func nameMismatch(of session: Session) -> (isCertain: Bool, note: String)? {
    guard let host = session.serviceHost?.lowercased() else { return nil }
    if host.isAddressLiteral {
      let isTranslated = host != server.address.description.lowercased()
      return (isTranslated, "the client means the address \(host)" + (isTranslated ? ", which is not the one it talks to" : ", not a name"))
    }
    guard let ntlm = session.ntlm else { return nil }
    let own = [ntlm.nbComputerName, ntlm.dnsComputerName].compactMap { $0?.lowercased() }.filter { !$0.isEmpty }
    guard !own.isEmpty, !own.contains(host), !own.contains(where: { $0.split(separator: ".").first.map(String.init) == host })
    else { return nil }
    return (true, "the client means \(host), but the server calls itself \(own.joined(separator: " and "))")
  }
}
