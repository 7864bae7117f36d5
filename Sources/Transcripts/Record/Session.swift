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
  /// With which the server refuses the new ticket, as the last word of it.
  package var kerberosError: KerberosErrorCode?

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
