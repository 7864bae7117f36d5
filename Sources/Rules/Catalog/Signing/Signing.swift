import Packets
import Protocols
import Transcripts

/// Signing that is required and does not happen.
extension Rule {
  private static let requirement = """
    Signing is required when either side says so in NEGOTIATE (SecurityMode bit 2), except in guest and anonymous \
    sessions, because these have no key.


    """

  static let signingRequiredUnsupported = Rule(
    id: "signing-required-unsupported",
    severity: .critical,
    phase: .signing,
    nature: .wrongValue,
    supersededBySuccess: true,
    summary: "One side requires signing, but the other cannot sign.",
    explanation: requirement + """
      Here the other side does not announce that it can sign, or the server leaves its answers unsigned until the \
      client closes the connection, or the client signs nothing on the whole connection. This happens with \
      third-party servers that have signing switched off, when clients require it, as Windows 11 24H2 does by \
      default. Windows then shows 0xC000A000.
      """,
    whenBenign: "Never. Some servers sign although they do not announce it, but smbdx does not report connections that work.",
    howToVerify: "Connect from a client that does not require signing. If that works, this is the reason.",
    causes: [
      "a NAS or other third-party server with signing switched off, or too old for it",
      "a client program that cannot sign, or is set not to sign",
    ],
    remedies: [.signingOnServer, .signingSamba, .clientSigns, .patchBoth],
    references: ["MS-SMB2 3.1.4.1", "MS-SMB2 3.2.4.1.1", "MS-SMB2 3.3.5.4"]
  ) { transcript in
    if let never = transcript.clientThatNeverSigns { return [never] }
    guard let request = transcript.negotiation?.request, let response = transcript.negotiation?.response,
      !transcript.trees.contains(where: \.isConnected), let termination = transcript.ending, !transcript.wasLeftOrderly,
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
          .likely, "the \(isServer ? "client" : "server") requires signing, but the \(isServer ? "server" : "client") does not offer it",
          evidence: modes + transcript.endEvidence,
          causes: isClient ? ["the client's program does not sign: it cannot, or is set not to"] : nil,
          firstRemedies: isClient ? [.clientSigns, .patchClient] : [])
      ]
    }
    guard request.securityMode.contains(.signingRequired), transcript.peer(termination.side) == .client,
      let session = transcript.mainSession, session.hasKey, let granted = session.replyStamp, !granted.isSigned,
      !transcript.protection.serverSigned, (.zero ... .seconds(5)).contains(termination.stamp.time.since(granted.time)),
      !transcript.visibility.mayHideMessages(from: .server)
    else { return [] }
    return [
      Observation(
        .likely, "the client requires signing, \(transcript.serverName) does not sign its answer, and the client hangs up",
        evidence: modes + transcript.evidence(of: session).suffix(1) + [transcript.evidence(of: termination, after: granted)])
    ]
  }

  static let signingRequiredServerSilent = Rule(
    id: "signing-required-server-silent",
    severity: .error,
    phase: .signing,
    nature: .wrongValue,
    summary: "The server requires signing, but does not sign its own answers.",
    explanation: requirement + """
      The server demands signing, but none of its answers in the session is signed. Interim answers, errors and the \
      messages of the logon do not count.
      """,
    whenBenign: "Never.",
    howToVerify: "Record on the server. If its answers are signed there, a device in between removes the signatures.",
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
    summary: "A message that must be signed has no signature or an empty one.",
    explanation: requirement + """
      A message of an established session is neither encrypted nor signed, or is flagged as signed but its signature \
      is all zero. A device removed the signature on the way, or the sender broke its own rule. Interim answers, \
      errors, notifications and the messages of the logon may be unsigned and do not count. If signing is only \
      enabled, unsigned messages are normal.
      """,
    whenBenign: "Never, although a self-written client may simply not sign.",
    howToVerify: "Record on both hosts. If the sender's capture has the signature, a device in between removes it.",
    causes: ["a device on the path strips or blanks signatures", "a software error in the sender"],
    remedies: [.wanOptimizer, .captureOtherSide, .patchBoth],
    references: ["MS-SMB2 3.2.4.1.1", "MS-SMB2 3.3.4.1.1", "MS-SMB2 3.1.4.1"]
  ) { transcript in
    transcript.protection.faults.compactMap { fault in
      switch fault.fault {
      case .inClear: return nil
      case .zeroSignature:
        return Observation(
          .proven, "the \(fault.sender.rawValue) sends \(fault.command.name) flagged as signed, but its signature is all zero",
          evidence: transcript.evidence(of: fault, "flagged as signed, signature all zero"))
      case .unsigned:
        // On SMB 3.1.1 that has a rule of its own.
        if fault.command == .treeConnect, fault.sender == .client, transcript.dialect == .smb311 { return nil }
        let signsOthers = transcript.protection.hasSigned(fault.sender)
        // A client that signs nothing has nothing that could be stripped: it does not sign.
        if fault.sender == .client, !signsOthers, transcript.clientThatNeverSigns != nil { return nil }
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
    supersededBySuccess: true,
    summary: "The session has no key to sign with, but signing is required or the client signs anyway.",
    explanation: requirement + """
      The server granted a guest or anonymous session. Either the client signs in this session, although there is no \
      key, and the server refuses the signature with STATUS_ACCESS_DENIED. That has nothing to do with permissions: \
      the same guest gets in unsigned. Or one side requires signing, and the connection ended without a share. smbdx \
      does not report sessions that work.
      """,
    whenBenign: "When a guest session was not intended anyway.",
    howToVerify: "Connect with an account that the server knows, or as guest with smbclient, which then does not sign.",
    causes: [
      "the server maps an unknown user or a wrong password to guest", "a device that knows only guest access",
      "a client that sends no credentials",
    ],
    remedies: [.realCredentials, .mapToGuestSamba, .storedWindowsCredentials],
    references: ["MS-SMB2 3.2.4.1.1", "MS-SMB2 3.2.5.3.1", "MS-SMB2 3.3.5.5.3"]
  ) { transcript in
    guard let session = transcript.mainSession, session.isEstablished, session.hasNoKey,
      !transcript.trees.contains(where: { $0.isConnected && $0.sessionID == session.id })
    else { return [] }
    let kind = session.flags.contains(.isGuest) ? "a guest" : "an anonymous"
    if let tree = transcript.treeRefusedToSigningGuest(session) {
      var observation = Observation(
        .proven,
        "\(session.who) has \(kind) session, which has no key, but the client signs in it: the server refuses the signature",
        evidence: transcript.evidence(of: session).suffix(1)
          + [
            Evidence(tree.requestStamp.frame, .client, "TREE_CONNECT request for \(tree.path), signed in \(kind) session"),
            Evidence(tree.replyStamp?.frame, .server, "TREE_CONNECT response: \(NTStatus.accessDenied)"),
          ].compactMap(\.self) + transcript.endEvidence,
        causes: [
          "a fault in the client's software: messages of \(kind) session must not be signed"
            + (transcript.requiresSigning ? ", although signing is required here" : ""),
          "the server made the user a guest, after an unknown user or a wrong password",
        ], goal: transcript.goal(of: tree))
      observation.remedies = [.realCredentials, .patchClient, .mapToGuestSamba, .storedWindowsCredentials]
      return [observation]
    }
    guard transcript.requiresSigning, transcript.ending != nil else { return [] }
    // A client that only logs on and off again has got what it came for.
    guard !transcript.wasLeftOrderly || !transcript.trees.isEmpty else { return [] }
    return [
      Observation(
        .likely, "signing is required, but \(session.who) has \(kind) session without a key",
        evidence: transcript.evidence(of: session) + transcript.endEvidence,
        causes: session.identity.isAnonymous
          ? ["the client sends no credentials"] : ["the server maps an unknown user or a wrong password to guest", "a device that knows only guest access"])
    ]
  }

  static let sessionSetupSignatureZero = Rule(
    id: "session-setup-signature-zero",
    severity: .critical,
    phase: .signing,
    nature: .wrongValue,
    supersededBySuccess: true,
    summary: "The server completes the logon with an all-zero signature: it cannot sign.",
    explanation: """
      The answer that completes the logon has the SIGNED flag, but its signature is sixteen zero bytes. No signing \
      algorithm produces that. On SMB 3.1.1 a client has to check this signature, and leaves. On older dialects it \
      notices with the next signed answer, or with Validate Negotiate. The finding is a note if the client does not \
      check, and works.
      """,
    whenBenign: "Never, although clients that do not check signatures work.",
    howToVerify: "Look at the server's log while it starts and while a client logs on. ksmbd logs there that it cannot allocate cmac(aes).",
    causes: [
      "the server cannot compute signatures: on a ksmbd server the kernel module cmac is missing",
      "a device on the path blanks the signature",
    ],
    remedies: [.ksmbdModules, .serverLogs, .patchBoth],
    references: ["MS-SMB2 3.2.5.3.1", "MS-SMB2 3.3.5.5.3", "MS-SMB2 3.1.4.1"]
  ) { transcript in
    guard let session = transcript.sessions.first(where: { $0.hasKey && $0.hasZeroSignature }) else { return [] }
    let isRefused = transcript.validations.contains { $0.status.map { $0 != .success } ?? false }
      || transcript.trees.contains { $0.replyStamp?.status == .accessDenied }
    // MS-SMB2 3.2.5.3.1: on SMB 3.1.1 the client must check this signature.
    let isRejected = transcript.dialect ?? .smb311 == .smb311 && transcript.ending.map { transcript.peer($0.side) == .client } ?? false
      && !transcript.trees.contains { $0.isConnected && !$0.isPipeShare }
    let works = !isRefused && !isRejected
    return [
      Observation(
        .proven, "\(transcript.serverName) completes the logon of \(session.who) with an all-zero signature: it cannot sign",
        evidence: transcript.evidence(of: session).dropLast()
          + [Evidence(session.establishedFrame, .server, "SESSION_SETUP response: success, flagged as signed, signature all zero")].compactMap(\.self)
          + (works ? [] : transcript.endEvidence),
        severity: works ? .info : nil)
    ]
  }

  static let signingAlgorithmMismatch = Rule(
    id: "signing-algorithm-mismatch",
    severity: .error,
    phase: .signing,
    nature: .wrongValue,
    needs: [.negotiateContexts],
    summary: "The server chose a signing algorithm that the client did not offer.",
    explanation: """
      On SMB 3.1.1 the client lists the signing algorithms it has, and the server names one of them. This answer \
      names another one. A client that checks it ends the connection.
      """,
    whenBenign: "Never.",
    howToVerify: "Record on both hosts and compare NEGOTIATE.",
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
        .proven, "the server chose the signing algorithm \(SMB2NegotiateContext.signingName(chosen)), which the client did not offer",
        evidence: [
          Evidence(
            transcript.negotiation?.requestStamp?.frame, .client,
            "NEGOTIATE request: signing with \(offered.map(SMB2NegotiateContext.signingName).joined(separator: ", "))"),
          Evidence(transcript.negotiation?.responseStamp?.frame, .server, "NEGOTIATE response: signing with \(SMB2NegotiateContext.signingName(chosen))"),
        ].compactMap(\.self) + transcript.endEvidence)
    ]
  }
}

extension Transcript {
  /// The server requires signing, and the client has signed nothing at all.
  fileprivate var clientThatNeverSigns: Observation? {
    guard serverRequiresSigning, !protection.clientSigned,
      let fault = protection.faults.first(where: { $0.fault == .unsigned && $0.sender == .client }),
      // On SMB 3.1.1 that has a rule of its own.
      !(fault.command == .treeConnect && dialect == .smb311), !visibility.mayHideMessages(from: .client)
    else { return nil }
    let session = sessions.last { $0.id == fault.sessionID }
    let modes = [negotiation?.request?.securityMode, session?.securityMode].compactMap(\.self)
    let cannot = !modes.isEmpty && modes.allSatisfy { $0 == [] }
    var observation = Observation(
      .likely,
      "the server requires signing, but the client signs nothing on this connection"
        + (cannot ? ": its SecurityMode says that it does not sign" : ""),
      evidence: (evidence(of: fault, "not signed")
        + (negotiation?.requestStamp == nil
          ? [Evidence(session?.requestStamp.frame, .client, "SESSION_SETUP request: SecurityMode \(session?.securityMode ?? [])")].compactMap(\.self) : []))
        .sorted { $0.frame < $1.frame },
      causes: [
        "the client's program does not sign: it cannot, or is set not to", "the server requires signing from clients that cannot",
      ])
    observation.remedies = [.clientSigns, .signingOfBothWindows, .patchClient]
    return observation
  }

  /// A share that was refused to a session without a key, after the client had signed the request.
  fileprivate func treeRefusedToSigningGuest(_ session: Session) -> Tree? {
    trees.last { tree in
      guard tree.sessionID == session.id, tree.replyStamp?.status == .accessDenied else { return false }
      if case .guestSigned = treeDenial(of: tree) { return true }
      return false
    }
  }

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
