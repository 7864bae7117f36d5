import Packets
import Protocols
import Transcripts

extension Rule {
  static let negotiateResetByClient = Rule(
    id: "negotiate-reset-by-client",
    severity: .error,
    phase: .negotiate,
    nature: .reset,
    needs: [.end],
    supersededBySuccess: true,
    summary: "The client closed the connection before or right after the answer to NEGOTIATE.",
    explanation: """
      Before the answer: the client stopped waiting. smbclient waits 20 seconds, many programs wait less. After the \
      answer: the client does not accept it. The specification requires it to close the connection if the answer has \
      a dialect that it did not offer, maximum sizes below 64 KiB, or SMB 3.1.1 without its negotiate contexts.
      """,
    whenBenign: """
      When the client leaves after an answer without a fault. Port and version probes do that, and clients that get \
      no Kerberos ticket for the server. So does a user who cancels the prompt for a password. The finding is then only a note.
      """,
    howToVerify: "Look at the client's log for this moment.",
    causes: [
      "the server takes too long for this client",
      "the answer contains something that the client must not accept",
      "the client's policy does not allow the dialect that was chosen",
    ],
    remedies: [.clientLogs, .serverLogs, .alignDialectsWindows, .alignDialectsSamba],
    references: ["MS-SMB2 3.2.5.2"]
  ) { transcript in
    if let left = transcript.leftOverUnreadableAnswer { return [left] }
    guard !transcript.isAnsweredInSMB1 else { return [] }
    return switch transcript.end.diagnosis {
    case .cutOff(.negotiate, .client): [transcript.leftWithoutAnswer]
    case .rejected(.negotiate): [transcript.leftOverNegotiate]
    default: []
    }
  }
}

extension Transcript {
  /// The client did not wait for the answer.
  fileprivate var leftWithoutAnswer: Observation {
    let isConfirmed = end.delivery == .confirmed
    return Observation(
      suspiciousReset == nil ? .likely : .possible,
      "\(closer(.client)) \(end.waited) after NEGOTIATE, before it received an answer"
        + (isConfirmed ? noteOnLostAnswer : "; TCP had not acknowledged it either"),
      evidence: evidence(ofUnanswered: end.last),
      causes: end.waited < .seconds(1) ? Rule.hastyCauses : isConfirmed ? nil : Rule.unreachedCauses)
  }

  /// The client had an answer that is malformed, and left.
  fileprivate var leftOverUnreadableAnswer: Observation? {
    guard negotiation?.response == nil, sessions.isEmpty else { return nil }
    return left(overUnreadable: .negotiate, request: negotiation?.requestStamp)
  }

  /// The client had an answer and left.
  fileprivate var leftOverNegotiate: Observation {
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
      severity: negotiation == nil && !meansToLogOn ? .warning : nil, causes: objections.map(\.cause) + (forbidden.isEmpty && negotiation != nil ? commonCauses : []),
      firstRemedies: objections.flatMap(\.remedies),
      remedies: forbidden.isEmpty ? nil : [.captureOtherSide, .clientLogs])
  }

  /// NTLM is all that the server offers.
  private var offersNTLMOnly: Bool { negotiation?.mechanisms == .ntlm }

  /// A client that has a ticket did not leave for want of one.
  private var commonCauses: [String] { unusedTicket == nil ? Rule.causesWithoutObjection : Array(Rule.causesWithoutObjection.dropFirst()) }

  private var causesOfLeaving: [String] {
    if unusedTicket != nil { return ["the client got a ticket for this server and did not use it: " + commonCauses[0]] + commonCauses.dropFirst() }
    guard offersNTLMOnly else { return Rule.causesWithoutObjection }
    return [
      "the client has to use Kerberos, but the server offers only NTLM: it is not in a domain, or has no keytab"
    ] + Rule.causesWithoutObjection.dropFirst()
  }
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
    case .choseSMB1(let dialect): "the server chooses SMB1 (\(dialect)), although the client offers SMB2 too"
    case .oldLogon(let dialect): "the server chooses \(dialect), which knows only LANMAN logons"
    case .onlyOldest: "the server offers nothing newer than SMB 2.0.2"
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
    case .choseSMB1:
      "the server speaks only SMB1, and the client refuses SMB1: it offers it just to find out what the server speaks, as macOS does"
    case .oldLogon(let dialect):
      "client and server agree on \(dialect) at most, whose logons are as good as a password in clear: most programs refuse them (“client lanman auth” and “lanman auth” of Samba)"
    case .onlyOldest:
      "the client demands a newer version than SMB 2.0.2: Smb2DialectMin of Windows, “client min protocol” of Samba; the server is old, or its newest version is limited (“server max protocol” of Samba)"
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
    case .oldLogon, .choseSMB1: [.replaceSMB1]
    case .onlyOldest: [.alignDialectsWindows, .alignDialectsSamba, .patchServer]
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
