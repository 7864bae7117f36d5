package import Packets
package import Proof
package import Protocols

/// An authentication on a connection: one or more SESSION_SETUP legs (MS-SMB2 3.2.5.3, 3.3.5.5).
///
/// One at least for each open connection: the order of the fields leaves no gaps.
package struct Session: Sendable, Codable {
  /// 0 until the server has given one.
  package var id: UInt64
  /// The request of the last leg.
  package var requestStamp: MessageStamp
  /// The last leg has its answer.
  package internal(set) var isAnswered = false
  /// The last answer.
  package var replyStamp: MessageStamp?
  /// Adds a channel to a session of another connection (multichannel).
  package var isBinding: Bool
  package var identity = Identity()
  package var flags = SMB2SessionFlags(rawValue: 0)
  package var legs: UInt16 = 1
  /// The client's, in its first leg.
  package internal(set) var securityMode = SMB2SecurityMode(rawValue: 0)
  /// The answer that established it.
  package var establishedFrame: Int?
  /// A list, because an empty one takes eight bytes; none or one.
  var ntlmExchange: [NTLMExchange] = []
  var rarities = Boxed<Rarities>()

  /// What few sessions have as long as they are in use.
  struct Rarities: DefaultInitializable, Sendable, Codable {
    var previousID: UInt64 = 0
    var logoffFrame: Int?
    var pendingStamp: MessageStamp?
    var slowReply: SlowReply?
    var kerberosError: ServiceError?
    var reauthentications: [Reauthentication] = []
    var acceptedBefore: EarlierAnswer?
    var ticketVerdict: TicketVerdict?
    var strayedLeg: StrayedLeg?
    var tokenFault: TokenFault?
    var mayBind = false
    var repeatsMessageID = false
    var admittedOthers: Admission?
    var acceptedTicket: AcceptedTicket?
  }

  /// Of a refused logon: where the server let the same user in before, on whatever connection of this client.
  package var acceptedBefore: EarlierAnswer? { rarities.read { $0.acceptedBefore } }
  package var isEstablished: Bool { establishedFrame != nil }
  /// Without a user's key there is no signing and no Validate Negotiate (MS-SMB2 3.2.5.3.1).
  package var hasNoKey: Bool { !flags.isDisjoint(with: .withoutKey) || identity.isAnonymous }
  /// The capture shows who authenticated, so that there is a key for certain.
  package var hasKey: Bool {
    guard isEstablished, isAnswered, !hasNoKey else { return false }
    return identity.mechanism == .kerberos || identity.user?.isEmpty == false
  }

  /// PreviousSessionId: the session that this one replaces after a lost connection; 0 for none.
  package var previousID: UInt64 { rarities.read { $0.previousID } }
  package var logoffFrame: Int? { rarities.read { $0.logoffFrame } }
  /// STATUS_PENDING to the last leg, while it has no final answer.
  package var pendingStamp: MessageStamp? { rarities.read { $0.pendingStamp } }
  /// The leg with the slowest answer, if that was slow.
  package var slowReply: SlowReply? { rarities.read { $0.slowReply } }
  package var ntlm: NTLMExchange? { ntlmExchange.first }
  /// A KRB-ERROR of the server inside a security buffer.
  package var kerberosError: ServiceError? { rarities.read { $0.kerberosError } }
  /// What the user's keytab says of the ticket; nil without one, or when it means another service.
  package var ticketVerdict: TicketVerdict? { rarities.read { $0.ticketVerdict } }
  /// Of a refusal whose request was not recorded: it may have been that of a further channel.
  package var mayBind: Bool { rarities.read { $0.mayBind } }
  /// Of a refused logon with NTLM: at this time the server lets others in with it.
  package var admittedOthers: Admission? { rarities.read { $0.admittedOthers } }
  /// Of a refused ticket: at this time the server accepts another for the same service.
  package var acceptedTicket: AcceptedTicket? { rarities.read { $0.acceptedTicket } }
  /// Its only leg continues a logon that has another SessionId.
  /// The first leg bears the MessageId of NEGOTIATE once more: MS-SMB2 3.3.5.2.3.
  package var repeatsMessageID: Bool { rarities.read { $0.repeatsMessageID } }
  package var strayedLeg: StrayedLeg? { rarities.read { $0.strayedLeg } }
  /// What is wrong with a token in a leg of it.
  package var tokenFault: TokenFault? { rarities.read { $0.tokenFault } }
  /// Authentications of the established session that failed or have no answer; the last few.
  package var reauthentications: [Reauthentication] { rarities.read { $0.reauthentications } }
  /// The status that refused it; nil while it may still succeed.
  package var refusal: NTStatus? {
    guard !isEstablished, isAnswered, let status = replyStamp?.status else { return nil }
    return status.isFinalRefusal ? status : nil
  }
}

extension Session {
  /// As it stands while it is set up once more.
  func asked(again renewal: Reauthentication) -> Session {
    var session = self
    session.requestStamp = renewal.requestStamp
    session.legs = UInt16(clamping: renewal.legs)
    (session.isAnswered, session.replyStamp, session.establishedFrame) = (false, nil, nil)
    return session
  }
}

extension [Session] {
  /// The one that bears a SessionId in a frame: after LOGOFF a server may give the same number to another user.
  func place(of id: UInt64, at frame: Int) -> Int? {
    lastIndex { $0.id == id && $0.requestStamp.frame <= frame } ?? lastIndex { $0.id == id }
  }
}

/// A leg of a logon that does not bear the SessionId of the answer before it: MS-SMB2 3.2.5.3.
package struct StrayedLeg: Sendable, Codable {
  package var sent: UInt64
  package var granted: UInt64
  /// Where the server gave it.
  package var frame: Int
}

/// What is wrong with the token of a leg, other than in its names and proofs.
package enum TokenFault: Sendable, Codable, Equatable {
  /// The client's first leg has none.
  case missing
  /// It is neither SPNEGO nor NTLM nor Kerberos.
  case unknown
  /// The server's cannot be read.
  case unreadable
  /// Its SPNEGO answer says reject (RFC 4178 4.2.2), although the status asks for one more leg.
  case rejected
  /// It chose a mechanism that the client does not offer.
  case notOffered(String)
  /// It answers with a message of NTLM that only clients send.
  case noChallenge
}

extension Boxed<Session.Rarities> {
  /// The first counts.
  fileprivate mutating func recordTokenFault(_ fault: TokenFault?) {
    if let fault, read({ $0.tokenFault }) == nil { value.tokenFault = fault }
  }
}

extension SPNEGONegTokenResp {
  fileprivate func fault(offered: SecurityMechanisms) -> TokenFault? {
    if negState == .reject { return .rejected }
    guard let supportedMech, !offered.isEmpty, offered.isDisjoint(with: SecurityMechanisms([supportedMech])) else { return nil }
    return .notOffered(supportedMech.description)
  }
}

/// An answer that took long enough for a user to notice.
package struct SlowReply: Sendable, Codable {
  /// What takes less is nowhere called slow.
  private static let noticeable = TimeSpan.seconds(1)

  package var requestFrame: Int
  package var replyFrame: Int
  package var delay: TimeSpan

  /// nil when the answer came at once.
  package init?(_ request: MessageStamp, _ reply: MessageStamp?) {
    guard let reply, reply.time.since(request.time) >= Self.noticeable else { return nil }
    (requestFrame, replyFrame, delay) = (request.frame, reply.frame, reply.time.since(request.time))
  }

  package func took(longerThan limit: TimeSpan) -> Bool { delay > limit }
}

/// A KRB-ERROR that the service, and not a KDC, sent.
package struct ServiceError: Sendable, Codable {
  package var error: KerberosError
  package var frame: Int
  package var time: Timestamp
  /// The leg that it answers; others may follow.
  package var requestFrame: Int
}

/// SESSION_SETUP for an established session: MS-SMB2 3.2.4.2.3, 3.3.5.5.2.
package struct Reauthentication: Sendable, Codable {
  package var requestStamp: MessageStamp
  package var replyStamp: MessageStamp?
  package var legs = 1

  /// The final status; nil while it may still succeed.
  package var refusal: NTStatus? {
    guard let status = replyStamp?.status else { return nil }
    return status.isFinalRefusal ? status : nil
  }

  /// It waits for the server.
  package var isOpen: Bool { replyStamp == nil }
}

/// A request on a session whose time was over: STATUS_NETWORK_SESSION_EXPIRED, MS-SMB2 3.3.5.2.9.
package struct ExpiredSession: Sendable {
  package var sessionID: UInt64
  package var command: SMB2Command
  /// The answer.
  package var frame: Int
  package var time: Timestamp
  /// Time since the server had said something before.
  package var idle: TimeSpan
}

/// What CHALLENGE and AUTHENTICATE show beside the names of the user: MS-NLMP 2.2.1.2, 2.2.1.3.
package struct NTLMExchange: Sendable, Codable {
  /// Of the server, in its CHALLENGE.
  var server = Boxed<NTLMServerNames>()
  /// Where the server sent its CHALLENGE; nil when it was not captured.
  package var challengeFrame: Int?
  /// The server's CHALLENGE has MsvAvTimestamp, so a client of today adds a MIC (MS-NLMP 3.1.5.1.2).
  package var hasServerTime = false
  /// nil without an AUTHENTICATE, or one without a proof.
  package var response: NTLMAuthenticate.Response?
  /// The proof has 24 bytes: no NTLMv2.
  package var isVersion1 = false
  /// MsvAvTargetName: the service that the client believes it talks to, such as `cifs/fs01`.
  package var targetName: String?
  /// The AV pairs of an NTLMv2 response were read.
  package var hasClientPairs = false
  package var clientFlags = NTLMAVPairs.Flags(rawValue: 0)
  package var hasChannelBindings = false
  /// The time of the NTLMv2 response, which is that of the server's CHALLENGE or of the client's own clock: seconds since 1970;
  /// 0 when there is none.
  package var clientSeconds: UInt32 = 0
  /// Of the CHALLENGE; empty when it is not in the capture.
  package var serverFlags = NTLMFlags(rawValue: 0)
  /// Of the client's first message; empty when it is not in the capture.
  package var askedFlags = NTLMFlags(rawValue: 0)
  /// Flags of the AUTHENTICATE, if they contradict the encoding of names agreed in CHALLENGE.
  package var contradictingFlags: NTLMFlags?
  /// MsvAvSingleHost: identifies the client's computer. 0 if there is none.
  package var machineID: UInt64 = 0
  /// Of the client's first message that has one, and of the CHALLENGE.
  package var clientVersion: NTLMVersion?
  package var serverVersion: NTLMVersion?
  package var hasChallenge = false

  package var nbComputerName: String? { server.read { $0.nbComputerName } }
  package var nbDomainName: String? { server.read { $0.nbDomainName } }
  package var dnsComputerName: String? { server.read { $0.dnsComputerName } }
  package var dnsDomainName: String? { server.read { $0.dnsDomainName } }

  /// The server belongs to a domain: it calls itself otherwise than its domain.
  package var isDomainMember: Bool {
    // MS-NLMP 2.2.2.5: a server that answers for itself alone says so, whatever the name of its workgroup.
    guard !serverFlags.contains(.targetTypeServer), let computer = nbComputerName?.lowercased(), let domain = nbDomainName?.lowercased()
    else { return false }
    return !computer.isEmpty && !domain.isEmpty && computer != domain
  }

  /// What the client asks for and the CHALLENGE does not grant; empty without both.
  package var flagsNotGranted: NTLMFlags {
    hasChallenge ? askedFlags.intersection([.sign, .seal, .keyExchange, .extendedSessionSecurity, .key128]).subtracting(serverFlags) : []
  }

  mutating func read(_ challenge: NTLMChallenge) {
    serverFlags = challenge.flags
    hasChallenge = true
    serverVersion = challenge.version
    guard let info = challenge.targetInfo else { return }
    server.value = NTLMServerNames(
      nbComputerName: info.nbComputerName?.clippedName, nbDomainName: info.nbDomainName?.clippedName,
      dnsComputerName: info.dnsComputerName?.clippedName, dnsDomainName: info.dnsDomainName?.clippedName)
    hasServerTime = info.timestamp != nil
  }

  mutating func read(_ proof: NTLMAuthenticate) {
    response = proof.response
    isVersion1 = proof.ntResponseCount == 24
    if clientVersion == nil { clientVersion = proof.version }
    if let time = proof.clientTime.flatMap({ FileTime(rawValue: $0).timestamp }) {
      clientSeconds = UInt32(clamping: time.nanoseconds / 1_000_000_000)
    }
    guard let pairs = proof.clientPairs else { return }
    hasClientPairs = true
    clientFlags = pairs.flags
    hasChannelBindings = pairs.hasChannelBindings
    targetName = pairs.targetName?.clippedName
    machineID = pairs.machineID ?? 0
  }

  /// MS-NLMP 2.2.2.5: NTLMSSP_NEGOTIATE_UNICODE of the CHALLENGE is what both sides agreed, whatever the flags of the
  /// AUTHENTICATE say.
  mutating func settleEncoding(of proof: inout NTLMAuthenticate) {
    guard serverFlags.contains(.unicode), !proof.flags.contains(.unicode) else { return }
    contradictingFlags = proof.flags
    proof.readNamesAsUnicode()
  }
}

extension MessageStamp {
  /// The answer of a server that wants one more leg.
  fileprivate var isStep: Bool { status == .moreProcessingRequired }
}

extension NTStatus {
  /// To SESSION_SETUP: neither success nor a step on the way.
  fileprivate var isFinalRefusal: Bool { self != .success && self != .moreProcessingRequired && self != .pending }
}

extension String {
  /// As much of a name as is kept for each session; none that exists is longer.
  var clippedName: String { utf8.count <= 255 ? self : String(prefix(255)) }
}

/// Who authenticates, and how, as far as the security buffers show it.
package struct Identity: Hashable, Sendable, Codable {
  package enum Mechanism: String, Sendable, Codable {
    case ntlm, kerberos, other
  }

  package var user: String?
  package var domain: String?
  package var workstation: String?
  var ticket = Boxed<Ticket>()
  package var mechanism: Mechanism?
  /// What the client offers in its first leg; empty when it sends a mechanism without SPNEGO.
  package var offered = SecurityMechanisms(rawValue: 0)
  package var isAnonymous = false

  /// Of an AP-REQ: RFC 4120 5.3.
  struct Ticket: DefaultInitializable, Hashable, Sendable, Codable {
    var service: String?
    var fingerprint: UInt64?
    var encryption: KerberosEncryptionType?
    /// Version of the service's key.
    var kvno: UInt32?
    /// Of the session key, with which the authenticator is encrypted.
    var sessionEncryption: KerberosEncryptionType?
  }

  /// The service the Kerberos ticket is for, such as `cifs/fs01.lab.example`.
  package var service: String? { ticket.read { $0.service } }
  /// Tells the ticket of the AP-REQ among those the KDC issued.
  package var ticketFingerprint: UInt64? { ticket.read { $0.fingerprint } }
  package var ticketEncryption: KerberosEncryptionType? { ticket.read { $0.encryption } }
  /// The keys of the ticket that was presented.
  package var ticketKeys: KerberosKeyUse? {
    ticket.read { ticket in
      ticket.encryption.map { KerberosKeyUse(ticketEtype: $0, kvno: ticket.kvno, sessionEtype: ticket.sessionEncryption) }
    }
  }
}

extension Session {
  /// Takes what one security buffer shows; later legs add to earlier ones.
  mutating func read(_ securityBuffer: [UInt8], _ stamp: MessageStamp) {
    guard let token = try? SPNEGOToken(ByteView(securityBuffer.span)) else {
      return recordUnreadable(securityBuffer, stamp)
    }
    switch token {
    case .negTokenInit(let offer):
      identity.offered = SecurityMechanisms(offer.mechTypes)
      readInner(offer.mechToken, stamp)
    case .negTokenResp(let answer):
      if stamp.isStep { rarities.recordTokenFault(answer.fault(offered: identity.offered)) }
      readInner(answer.responseToken, stamp)
    case .unknown:
      recordUnreadable(securityBuffer, stamp)
      read(token, stamp)
    default: read(token, stamp)
    }
  }

  private mutating func readInner(_ bytes: [UInt8]?, _ stamp: MessageStamp) {
    guard let bytes else { return }
    guard let token = try? SPNEGOToken(ByteView(bytes.span)) else {
      if stamp.isStep { rarities.recordTokenFault(.unreadable) }
      return
    }
    read(token, stamp)
  }

  /// smbdx does not know the mechanism of this security buffer, or cannot read it.
  private mutating func recordUnreadable(_ securityBuffer: [UInt8], _ stamp: MessageStamp) {
    if stamp.isStep {
      // An empty one may be a long one that was not kept.
      if !securityBuffer.isEmpty { rarities.recordTokenFault(.unreadable) }
    } else if stamp.status == nil, legs == 1 {
      if securityBuffer.first != SPNEGOToken.initialTag { rarities.recordTokenFault(securityBuffer.isEmpty ? .missing : .unknown) }
    }
  }

  private mutating func read(_ token: SPNEGOToken, _ stamp: MessageStamp) {
    switch token {
    case .ntlm(let message):
      read(message)
      if case .challenge = message {
        ntlmExchange[0].challengeFrame = stamp.frame
      } else if stamp.isStep {
        rarities.recordTokenFault(.noChallenge)
      }
    case .kerberos(let token):
      identity.mechanism = .kerberos
      switch token.message {
      case .apReq(let request):
        identity.domain = request.ticket.realm.clippedName
        identity.ticket.value = Identity.Ticket(
          service: request.ticket.sname.description.clippedName, fingerprint: request.ticket.fingerprint,
          encryption: request.ticket.encPart.etype, kvno: request.ticket.encPart.kvno,
          sessionEncryption: request.authenticator.etype)
      case .error(let error):
        rarities.value.kerberosError = ServiceError(
          error: error, frame: stamp.frame, time: stamp.time, requestFrame: requestStamp.frame)
      default: break
      }
    default: identity.mechanism = identity.mechanism ?? .other
    }
  }

  private mutating func read(_ message: NTLMMessage) {
    identity.mechanism = .ntlm
    if ntlmExchange.isEmpty { ntlmExchange = [NTLMExchange()] }
    switch message {
    case .negotiate(let opening):
      ntlmExchange[0].clientVersion = opening.version
      ntlmExchange[0].askedFlags = opening.flags
    case .challenge(let challenge): ntlmExchange[0].read(challenge)
    case .authenticate(var proof):
      ntlmExchange[0].settleEncoding(of: &proof)
      ntlmExchange[0].read(proof)
      identity.user = proof.user.clippedName
      identity.domain = proof.domain.clippedName
      identity.workstation = proof.workstation.clippedName
      identity.isAnonymous = proof.isAnonymous
    }
  }
}
