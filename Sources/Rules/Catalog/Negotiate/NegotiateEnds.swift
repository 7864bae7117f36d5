import Packets
import Protocols
import Transcripts

// What the two rules about a close at NEGOTIATE say, by what else is known.
extension Transcript {
  /// The server closed, and did not answer.
  var closedInsteadOfNegotiating: Observation {
    let asked = end.last
    guard let termination = ending, termination.stamp.number > asked.number else {
      return Observation(
        .likely, "the server closed the connection before it received NEGOTIATE",
        evidence: endEvidence + [Evidence(asked.number, .client, "NEGOTIATE request")],
        causes: [
          "the server is at its limit of connections or processes (“max smbd processes” in Samba)",
          "the server accepts none from this client", "the file service is shutting down or crashed",
        ],
        remedies: [.connectionLimitSamba, .serverLogs, .captureOtherSideOfReset])
    }
    if let repeated = repeatedNegotiate("the server must close the connection", evidence(ofUnanswered: asked)) { return repeated }
    var observation = Observation(
      confidenceOfCloser, "\(closer(.server)) \(end.waited) after NEGOTIATE, without an answer",
      evidence: evidence(ofUnanswered: asked))
    if negotiation?.offered.isEmpty == false || smb1?.request?.offersSMB2 == true {
      // Servers since 2006 speak SMB2, and those that do not want its version say so in a status; who offers both has a
      // version in common with every server.
      let (version, others) = (Rule.negotiateResetByServerCauses.prefix(1), Rule.negotiateResetByServerCauses.dropFirst())
      // A server with SMB1 alone closes in an orderly way.
      observation.causes = Array(termination.kind == .rst ? others + version : others.prefix(1) + version + others.dropFirst())
      observation.remedies = [.connectionLimitSamba, .serverLogs, .alignDialectsSamba, .captureOtherSideOfReset, .alignDialectsWindows]
    }
    addContexts(to: &observation)
    if isNetBIOS, sessionPackets.isEmpty {
      observation.causes = ["the client did not send the NetBIOS session request that port 139 expects first: let it use port 445"] + (observation.causes ?? Rule.negotiateResetByServerCauses)
    }
    if end.waited >= End.timeout {
      observation.causes =
        [
          "a proxy, port forwarding or load balancer gave up waiting for the real server",
          "the server hangs (security software, storage, exhausted resources) and its own timer ran out",
        ] + Rule.negotiateResetByServerCauses
    }
    return observation
  }

  /// A fault in the list of contexts explains a close; a long list without one may still be too much for an old server.
  private func addContexts(to observation: inout Observation) {
    guard let request = negotiation?.request else { return }
    var causes = observation.causes ?? Rule.negotiateResetByServerCauses
    let refusal = NegotiateRefusal(request, lacksPreauthHash: negotiation?.requestHasNoPreauthContext ?? false)
    if refusal.note != nil, let faults = refusal.causes {
      causes = faults + causes
      observation.firstRemedies = refusal.remedies ?? []
    } else if request.contexts.count > 2 {
      let names = request.contexts.compactMap { $0.type.map(SMB2NegotiateContext.name) }.joined(separator: ", ")
      causes.insert("an old or embedded server that fails on a context that it does not know: the client sent \(names)", at: 2)
      observation.remedies?.insert(.dialectWithoutContexts, at: 2)
    }
    observation.causes = causes
  }

  /// The client negotiates again although a dialect was chosen, and the server answers with an error: MS-SMB2 3.3.5.3.1.
  func repeatedNegotiate(_ status: NTStatus) -> Observation? {
    repeatedNegotiate(
      "the server refuses it with \(status)",
      [
        Evidence(negotiation?.requestStamp?.frame, .client, "NEGOTIATE request"),
        Evidence(negotiation?.responseStamp?.frame, .server, "NEGOTIATE response: \(status)"),
      ].compactMap(\.self))
  }

  private func repeatedNegotiate(_ consequence: String, _ evidence: [Evidence]) -> Observation? {
    guard let before = negotiatedBefore else { return nil }
    return Observation(
      .proven, "the client sends NEGOTIATE a second time, although the server has already chosen SMB \(negotiatedDialect); \(consequence)",
      evidence: [Evidence(before.frame, .server, "NEGOTIATE response, SMB \(negotiatedDialect): the negotiation is over")] + evidence,
      causes: [
        "an error in the client: after a dialect other than 0x02FF is chosen, it has to continue with SESSION_SETUP",
        "a device on the path that changed the server's first answer",
      ],
      remedies: [.patchClient, .clientLogs, .captureOtherSide])
  }

  /// The server answered and closed, before the client could go on.
  var closedBehindNegotiate: Observation {
    Observation(
      .likely, "\(closer(.server)) \(end.waited) after it had answered NEGOTIATE, before the client continued",
      evidence: evidenceOfNegotiate + evidenceOfEnd,
      causes: [
        "the server is at its limit of connections or sessions, or accepts no connection from this client",
        "security software on the server or on the path closes the connection", "the file service crashed",
      ], firstRemedies: [.connectionLimitSamba, .serverLogs])
  }

  /// The client did not wait for the answer.
  var leftWithoutAnswer: Observation {
    let isConfirmed = end.delivery == .confirmed
    return Observation(
      suspiciousReset == nil ? .likely : .possible,
      "\(closer(.client)) \(end.waited) after NEGOTIATE, before it received an answer"
        + (isConfirmed ? noteOnLostAnswer : "; TCP had not acknowledged it either"),
      evidence: evidence(ofUnanswered: end.last),
      causes: end.waited < .seconds(1) ? Rule.hastyCauses : isConfirmed ? nil : Rule.unreachedCauses)
  }

  /// The client had an answer that is malformed, and left.
  var leftOverUnreadableAnswer: Observation? {
    guard negotiation?.response == nil, sessions.isEmpty else { return nil }
    return left(overUnreadable: .negotiate, request: negotiation?.requestStamp)
  }

  /// - Parameter command: what the last request of the client asked for.
  func left(overUnreadable command: SMB2Command, request: MessageStamp?) -> Observation? {
    guard let answer = unreadable.last(where: { $0.sender == .server && $0.structure == "SMB2 \(command.name) Response" }),
      let termination = ending, peer(termination.side) == .client, visibility.lost.isEmpty, !visibility.isCut,
      answer.frame > request?.frame ?? 0
    else { return nil }
    return Observation(
      .likely, "the client left because the answer to \(command.name) is malformed (\(answer.error.reason))",
      evidence: [
        Evidence(request?.frame, .client, "\(command.name) request"),
        Evidence(answer.frame, .server, "\(command.name) response, malformed"),
      ].compactMap(\.self) + endEvidence,
      causes: ["a fault in the server's software", "a device on the path that changed or cut the answer"],
      remedies: [.patchServer, .captureOtherSide, .serverLogs])
  }

  /// The client had an answer and left.
  var leftOverNegotiate: Observation {
    let objections = objections
    let evidence = evidenceOfNegotiate + [Evidence(unusedTicket?.number, .server, "the KDC's answer with a ticket for this server")].compactMap(\.self) + evidenceOfEnd
    guard !objections.isEmpty else {
      // A program that only looks for versions calls the server by no name; these programs never look for them alone.
      let isMeant = outcome(of: .sessionSetup) == .failed || [.goSMB2, .libsmb2, .aiosmb].contains(clientSoftware)
      return Observation(
        .possible,
        isMeant
          ? "the client left after the answer to NEGOTIATE, before it logged on"
          : "the client left after the answer to NEGOTIATE, and nothing is wrong with this answer",
        evidence: evidence, severity: isMeant ? nil : .info,
        causes: isMeant ? causesOfLeaving : nil,
        firstRemedies: unusedTicket != nil ? [.clientLogs] : isMeant ? (offersNTLMOnly ? [.allowNTLMClient, .serverKeytab] : [.askForTicket]) : [])
    }
    let forbidden = objections.filter(\.isForbidden)
    let told = forbidden.isEmpty ? [objections[0]] : forbidden
    return Observation(
      objections[0].isCertainEnough ? .likely : .possible,
      "the client left because of the answer to NEGOTIATE: \(told.map(\.summary).joined(separator: ", "))", evidence: evidence,
      severity: negotiation == nil && !meansToLogOn ? .warning : nil, causes: objections.map(\.cause) + (forbidden.isEmpty && negotiation != nil ? Rule.causesWithoutObjection : []),
      firstRemedies: objections.flatMap(\.remedies),
      remedies: forbidden.isEmpty ? nil : [.captureOtherSide, .clientLogs])
  }

  /// NTLM is all that the server offers.
  private var offersNTLMOnly: Bool { negotiation?.mechanisms == .ntlm }

  private var causesOfLeaving: [String] {
    if unusedTicket != nil {
      return ["the client got a ticket for this server and did not use it: " + Rule.causesWithoutObjection[1]] + Rule.causesWithoutObjection.dropFirst(2)
    }
    guard offersNTLMOnly else { return Rule.causesWithoutObjection }
    return [
      "the client has to use Kerberos, but the server offers only NTLM: it is not in a domain, or has no keytab"
    ] + Rule.causesWithoutObjection.dropFirst()
  }

  private var evidenceOfNegotiate: [Evidence] {
    [
      Evidence(negotiation?.requestStamp?.frame ?? smb1?.requestFrame, .client, "NEGOTIATE request"),
      Evidence(negotiation?.responseStamp?.frame ?? smb1?.responseFrame, .server, "NEGOTIATE response, \(dialectName)"),
    ].compactMap(\.self)
  }

  private var negotiatedDialect: String { (dialectBefore ?? smb1?.upgrade)?.description ?? "2.0.2" }
}

extension Objection {
  /// More than a reason that some clients have.
  fileprivate var isCertainEnough: Bool { if case .noCommonCipher = self { true } else { isForbidden } }

  fileprivate var summary: String {
    switch self {
    case .dialectNotOffered(let dialect): "SMB \(dialect) was not offered"
    case .tooSmall(let field, let size): "\(field) is \(size)"
    case .noPreauthenticationHash: "no preauthentication hash was chosen"
    case .unreadableContexts: "its negotiate contexts cannot be read"
    case .cipherNotOffered(let cipher): "it chooses the cipher \(cipher), which was not offered"
    case .noCommonCipher: "it agrees to no cipher"
    case .unaskedContext(let name): "it has a context \(name) that is not in the request"
    case .clearPassword: "the server wants the password in clear"
    case .signingDemanded: "the server demands signing"
    case .oldLogon(let dialect): "the server chooses \(dialect), which knows only LANMAN logons"
    case .calledByAddress(let name): "the client uses the address \(name) for the server, and Kerberos does not work with addresses"
    }
  }

  fileprivate var cause: String {
    switch self {
    case .dialectNotOffered, .tooSmall, .noPreauthenticationHash, .unreadableContexts, .cipherNotOffered:
      "the specification requires the client to close the connection after this answer"
    case .noCommonCipher(let offered):
      "client and server have no cipher in common: the client offers \(offered.map(\.description).joined(separator: ", ")) and the answer names none; compare “server smb3 encryption algorithms” and “client smb3 encryption algorithms” of Samba, EncryptionCiphers of Windows, require_gcm_256 of Linux"
    case .unaskedContext(let name):
      "the client does not accept an answer with a context (\(name)) that it did not ask for: an error of the server, or a device that changed the request"
    case .clearPassword:
      "the server is set to plain-text passwords (“encrypt passwords = no” of an old Samba server, or a very old device), which clients do not send"
    case .signingDemanded: "the client cannot sign with SMB1, or has signing switched off, and the server demands it"
    case .oldLogon(let dialect):
      "client and server agree on \(dialect) at most, whose logons are as good as a password in clear: most programs refuse them (“client lanman auth” and “lanman auth” of Samba)"
    case .calledByAddress(let name):
      "the client has to use Kerberos, but uses the server's address \(name): tickets are for names, so it cannot log on; use the server's name, or let the client use NTLM"
    }
  }

  fileprivate var remedies: [Remedy] {
    switch self {
    case .dialectNotOffered, .tooSmall, .noPreauthenticationHash, .unreadableContexts, .cipherNotOffered, .unaskedContext: [.patchServer]
    case .noCommonCipher: [.ciphersSamba, .ciphersWindows, .ciphersLinux]
    case .clearPassword: [.replaceSMB1, .encryptPasswords]
    case .signingDemanded: [.replaceSMB1, .signingSamba, .signingOfBothWindows]
    case .oldLogon: [.replaceSMB1]
    case .calledByAddress: [.useServerName, .allowNTLMClient]
    }
  }
}

extension Rule {
  /// No program takes less than a second for a server that is too slow.
  fileprivate static let hastyCauses = [
    "a program that only checks whether the port is open, or that tries several connections at once and continues with another",
    "the user or a program cancelled", "security software on the client",
  ]

  /// What keeps a client from logging on when NEGOTIATE gives no reason.
  fileprivate static let causesWithoutObjection = [
    "the client has to use Kerberos and got no ticket for this server: check whether it asked a KDC (port 88), and what the KDC answered",
    "the client's policy does not allow the dialect or the security mode that was chosen",
    "the user cancelled, or a program only checked the server's version",
  ]
}
