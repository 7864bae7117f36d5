import Packets
import Protocols
import Transcripts

/// Signing that is required and does not happen.
extension Rule {
  private static let requirement = """
    Signing is required when either side says so in NEGOTIATE (SecurityMode bit 2), except in guest and anonymous \
    sessions, which have no key.


    """

  static let signingRequiredUnsupported = Rule(
    id: "signing-required-unsupported",
    severity: .critical,
    phase: .signing,
    nature: .wrongValue,
    yieldsToSuccess: true,
    summary: "One side requires signing, and the other shows that it cannot sign.",
    explanation: requirement + """
      Here the other side does not even announce that it can sign, or leaves its answers unsigned until the client \
      hangs up. Third-party servers with signing switched off meet clients that require it, as Windows 11 24H2 does \
      by default; Windows shows 0xC000A000.
      """,
    harmless: "It never is, but some servers sign although they do not announce it; connections that work are not reported.",
    confirmation: "Connect from a client that does not require signing: if that works, this is the reason.",
    causes: [
      "a NAS or other third-party server with signing switched off, or too old for it",
      "“client signing = disabled” on a Samba client", "a device on the path that removes signatures",
    ],
    remedies: [.signingOnServer, .signingSamba, .patchBoth, .wanOptimizer],
    references: ["MS-SMB2 3.1.4.1", "MS-SMB2 3.2.4.1.1", "MS-SMB2 3.3.5.4"]
  ) { transcript in
    guard let request = transcript.negotiation?.request, let response = transcript.negotiation?.response,
      !transcript.trees.contains(where: \.isConnected), let closing = transcript.ending, !transcript.wasLeftOrderly,
      !transcript.sessions.contains(where: { $0.refusal != nil || $0.hasNoKey }), transcript.traffic.encryptedMessages == 0
    else { return [] }
    let cannot = SMB2SecurityMode([])
    let isServer = response.securityMode == cannot && request.securityMode.contains(.signingRequired)
    let isClient = request.securityMode == cannot && response.securityMode.contains(.signingRequired)
    let modes = [
      Evidence(transcript.negotiation?.requestStamp?.frame, .client, "NEGOTIATE request: SecurityMode \(request.securityMode)"),
      Evidence(transcript.negotiation?.responseStamp?.frame, .server, "NEGOTIATE response: SecurityMode \(response.securityMode)"),
    ].compactMap(\.self)
    if isServer || isClient {
      return [
        Observation(
          .likely, "the \(isServer ? "client" : "server") requires signing, and the \(isServer ? "server" : "client") does not offer it",
          evidence: modes + transcript.endEvidence)
      ]
    }
    guard request.securityMode.contains(.signingRequired), transcript.peer(closing.side) == .client,
      let session = transcript.mainSession, session.hasKey, let granted = session.replyStamp, !granted.isSigned,
      !transcript.protection.serverSigned, (0...5_000_000_000).contains(closing.stamp.time.since(granted.time)),
      !transcript.visibility.mayHideMessages(from: .server)
    else { return [] }
    return [
      Observation(
        .likely, "the client requires signing, \(transcript.serverName) does not sign its answer, and the client hangs up",
        evidence: modes + transcript.evidence(of: session).suffix(1) + [transcript.evidence(of: closing, after: granted)])
    ]
  }

  static let signingRequiredServerSilent = Rule(
    id: "signing-required-server-silent",
    severity: .error,
    phase: .signing,
    nature: .wrongValue,
    summary: "The server requires signing, and does not sign its own answers.",
    explanation: requirement + """
      The server demands it, and still none of its answers in the session is signed. Interim answers, errors and the \
      messages of the logon are not counted.
      """,
    harmless: "It never is.",
    confirmation: "Record on the server: if its answers are signed there, a device in between removes the signatures.",
    causes: ["a device on the path strips the server's signatures", "a software error in the server"],
    remedies: [.wanOptimizer, .captureOtherSide, .patchBoth],
    references: ["MS-SMB2 3.3.4.1.1", "MS-SMB2 3.3.5.5.3"]
  ) { transcript in
    guard transcript.serverRequiresSigning, !transcript.protection.serverSigned,
      let fault = transcript.protection.faults.first(where: { $0.fault == .unsigned && $0.sender == .server })
    else { return [] }
    return [
      Observation(
        .proven, "the server requires signing, but does not sign its answers",
        evidence: transcript.evidence(of: fault, "not signed"))
    ]
  }

  static let signatureStripped = Rule(
    id: "signature-stripped",
    severity: .critical,
    phase: .signing,
    nature: .wrongValue,
    summary: "A message that must be signed is not, or has an empty signature.",
    explanation: requirement + """
      A message of an established session came in clear without a signature, or is flagged as signed with a signature of \
      zeros. Something removed it on the way, or the sender broke its own rule. Interim answers, errors, notifications \
      and the messages of the logon may go unsigned and are not counted; where signing is only enabled, unsigned \
      messages are normal.
      """,
    harmless: "It never is, though a client of one's own making may simply not sign.",
    confirmation: "Record on both hosts: if the signature is there at the sender, a device in between removes it.",
    causes: ["a device on the path strips or blanks signatures", "a software error in the sender"],
    remedies: [.wanOptimizer, .captureOtherSide, .patchBoth],
    references: ["MS-SMB2 3.2.4.1.1", "MS-SMB2 3.3.4.1.1", "MS-SMB2 3.1.4.1"]
  ) { transcript in
    transcript.protection.faults.compactMap { fault in
      switch fault.fault {
      case .inClear: return nil
      case .zeroSignature:
        return Observation(
          .proven, "the \(fault.sender.rawValue) sends \(fault.command.name) flagged as signed, with a signature of zeros",
          evidence: transcript.evidence(of: fault, "flagged as signed, signature all zero"))
      case .unsigned:
        // On SMB 3.1.1 that has a rule of its own.
        if fault.command == .treeConnect, fault.sender == .client, transcript.dialect == .smb311 { return nil }
        let signsOthers = transcript.protection.hasSigned(fault.sender)
        // A server that never signs although it demands it is its own case.
        if fault.sender == .server, !signsOthers, transcript.serverRequiresSigning { return nil }
        return Observation(
          signsOthers ? .proven : .likely,
          "signing is required, and the \(fault.sender.rawValue) sends \(fault.command.name) unsigned",
          evidence: transcript.evidence(of: fault, "not signed"))
      }
    }
  }

  static let guestCannotSign = Rule(
    id: "guest-cannot-sign",
    severity: .error,
    phase: .signing,
    nature: .status,
    needs: [.end],
    yieldsToSuccess: true,
    summary: "The session has no key to sign with, although signing is required.",
    explanation: requirement + """
      The server granted a guest or anonymous session, one side requires signing, and the connection ended without a \
      share. Sessions that work all the same are not meant.
      """,
    harmless: "When a guest session was not wanted in the first place.",
    confirmation: "Connect with an account that the server knows.",
    causes: [
      "the server maps an unknown user or a wrong password to guest", "a device that knows only guest access",
      "a client that sends no credentials",
    ],
    remedies: [.realCredentials, .mapToGuestSamba, .storedWindowsCredentials],
    references: ["MS-SMB2 3.2.5.3.1", "MS-SMB2 3.3.5.5.3"]
  ) { transcript in
    guard transcript.requiresSigning, let session = transcript.mainSession, session.isEstablished, session.hasNoKey,
      transcript.ending != nil, !transcript.wasLeftOrderly, !transcript.trees.contains(where: \.isConnected)
    else { return [] }
    return [
      Observation(
        .likely,
        "signing is required, but \(session.who) has \(session.flags.contains(.isGuest) ? "a guest" : "an anonymous") session without a key",
        evidence: transcript.evidence(of: session) + transcript.endEvidence)
    ]
  }

  static let signingAlgorithmMismatch = Rule(
    id: "signing-algorithm-mismatch",
    severity: .error,
    phase: .signing,
    nature: .wrongValue,
    needs: [.negotiate],
    summary: "The server chose a signing algorithm that the client did not offer.",
    explanation: """
      On SMB 3.1.1 the client lists the signing algorithms it has, and the server names one of them. This answer names \
      another; a client that checks ends the connection.
      """,
    harmless: "It never is.",
    confirmation: "Record on both hosts and compare NEGOTIATE.",
    causes: ["a device on the path rewrites NEGOTIATE", "a software error in the server"],
    remedies: [.wanOptimizer, .captureOtherSide, .patchBoth],
    references: ["MS-SMB2 2.2.4.1.7", "MS-SMB2 3.2.5.2"]
  ) { transcript in
    guard transcript.dialect == .smb311, let offered = transcript.negotiation?.request?.contexts.signingAlgorithms,
      let chosen = transcript.negotiation?.response?.contexts.signingAlgorithms?.first, !offered.isEmpty,
      !offered.contains(chosen)
    else { return [] }
    return [
      Observation(
        .proven, "the server chose the signing algorithm \(signingName(chosen)), which the client did not offer",
        evidence: [
          Evidence(
            transcript.negotiation?.requestStamp?.frame, .client,
            "NEGOTIATE request: signing with \(offered.map(signingName).joined(separator: ", "))"),
          Evidence(transcript.negotiation?.responseStamp?.frame, .server, "NEGOTIATE response: signing with \(signingName(chosen))"),
        ].compactMap(\.self) + transcript.endEvidence)
    ]
  }

  /// MS-SMB2 2.2.3.1.7.
  private static func signingName(_ algorithm: UInt16) -> String {
    switch algorithm {
    case 0: "HMAC-SHA256"
    case 1: "AES-CMAC"
    case 2: "AES-GMAC"
    default: hexadecimal(algorithm)
    }
  }
}

extension Transcript {
  /// Who requires what, the logon, and the message.
  func evidence(of fault: UnprotectedMessage, _ note: String) -> [Evidence] {
    let session = sessions.last { $0.id == fault.sessionID }
    return [
      Evidence(
        negotiation?.requestStamp?.frame, .client,
        "NEGOTIATE request: SecurityMode \(negotiation?.request?.securityMode ?? [])"),
      Evidence(
        negotiation?.responseStamp?.frame, .server,
        "NEGOTIATE response: SecurityMode \(negotiation?.response?.securityMode ?? [])"),
      Evidence(session?.establishedFrame, .server, session.map { "the session of \($0.who) is established" } ?? ""),
      Evidence(
        fault.frame, fault.sender, "\(fault.command.name) \(fault.sender == .client ? "request" : "response"), \(note)"),
    ].compactMap(\.self)
  }
}
