package import Packets
package import Protocols

/// One of the two parties to an SMB connection.
package enum Peer: String, Sendable, Codable {
  case client, server

  package var other: Peer { self == .client ? .server : .client }
}

/// Everything known about one connection: how it opened, what was said, how it ended, and what the capture cannot show.
///
/// One for each open connection: the order of the fields leaves few gaps.
package struct Transcript: Sendable {
  /// Number of the connection among those reported, from 1.
  package var id: Int
  /// As Wireshark's `tcp.stream` counts.
  package var tcpStream: Int
  package var client: Endpoint
  package var server: Endpoint
  var clientSide: Side
  /// The handshake, not the messages, showed which side is the client.
  var isOriented = false
  /// Recognised by its bytes, on a port that is not SMB's.
  package internal(set) var isOnOtherPort = false
  /// A share is connected of which the fate of its first file is not known yet.
  var watchesTrees = false
  /// What TCP showed; there once the connection is over.
  var transport: TransportFacts?

  /// The final SMB2 NEGOTIATE exchange; never the 0x02FF one.
  package var negotiation: Negotiation?
  package var sessions: [Session] = []
  package var trees: [Tree] = []
  /// FSCTL_VALIDATE_NEGOTIATE_INFO exchanges; answered, equal and signed ones are only counted once others follow.
  package var validations: [Validation] = []
  package var settledValidations = 0
  package internal(set) var protection = Protection()
  /// What each stage came to, once the connection is over: rules ask for it again and again.
  var settled: StageOutcomes?
  package var traffic = Traffic()
  var ended = Boxed<End>()
  var rarities = Boxed<Rarities>()

  /// What healthy connections do not have as long as they are open.
  struct Rarities: DefaultInitializable, Sendable {
    var smb1: SMB1Negotiation?
    var visibility = Visibility()
    var unreadable: [UnreadableMessage] = []
    var unreadableNotKept = 0
    var sessionPackets: [SessionPacket] = []
    var referrals: [Referral] = []
    var interfaces: [IPAddress] = []
    var workRefusal: WorkRefusal?
    var uncoveredPaths: [UncoveredPath] = []
    var foreignBeginnings: [ForeignBeginning] = []
    var expiredSessions: [ExpiredSession] = []
    var deletedSessions: [ExpiredSession] = []
    var forgedReset: Attribution?
    var negotiatedBefore: MessageStamp?
    var dialectBefore: SMB2Dialect?
    @OptionalStamp var abandoned: FrameStamp?
    var compressedUnasked: FrameStamp?
    var damagedFrames: [Int] = []
    var lateAnswer: FrameStamp?
    var hasSpokenSMB2 = false
    @OptionalStamp var answeredBefore: FrameStamp?
    @OptionalStamp var answersOthers: FrameStamp?
    var proofs: [SessionProof] = []
    var strayTree: StrayTree?
    var unusedTicket: FrameStamp?
    var openQuestions: [OpenQuestion] = []
    @OptionalStamp var hostAnswers: FrameStamp?
  }
}

/// How a connection opened and ended, and how the segments of both hosts looked. Apart from the transcript, because
/// an open connection has it in another place already.
final class TransportFacts: Sendable {
  let firstFrame: FrameStamp
  let lastFrame: FrameStamp
  /// The last frame of the whole recording so far.
  let captureEnd: Timestamp
  let handshake: Handshake
  let terminations: [Termination]
  let ending: Termination?
  let clientTrace: HostTrace
  let serverTrace: HostTrace
  /// Bytes each side has sent.
  let clientEnd: Int
  let serverEnd: Int
  private let serverAcknowledgment: OptionalStamp
  /// When the server confirmed bytes of the client last, and how far.
  var lastServerAcknowledgment: FrameStamp? { serverAcknowledgment.wrappedValue }
  let clientConfirmed: Int
  private let clientAcknowledgment: OptionalStamp
  /// When the client confirmed further bytes of the server last.
  var lastClientAcknowledgment: FrameStamp? { clientAcknowledgment.wrappedValue }
  /// The shortest time in which the server confirmed what the client had sent last.
  let shortestDelay: TimeSpan?
  let notices: [ICMPNotice]
  let drops: [DroppedSegment]
  let clientSending: Sending
  let serverSending: Sending

  init(_ connection: TCPConnection, clientSide: Side, captureEnd: Timestamp) {
    let state = connection.state
    firstFrame = connection.firstFrame
    lastFrame = connection.lastFrame
    self.captureEnd = captureEnd
    handshake = connection.handshake
    terminations = state.terminations
    ending = state.ending
    clientTrace = state.trace(of: clientSide)
    serverTrace = state.trace(of: clientSide.other)
    clientEnd = state.nextOffset(of: clientSide)
    serverEnd = state.nextOffset(of: clientSide.other)
    serverAcknowledgment = OptionalStamp(wrappedValue: state.lastAcknowledgment(of: clientSide))
    clientConfirmed = state.acknowledgedOffset(of: clientSide)
    clientAcknowledgment = OptionalStamp(wrappedValue: state.lastAcknowledgment(of: clientSide.other))
    shortestDelay = state.shortestDelay(of: clientSide)
    notices = connection.notices
    drops = connection.drops
    clientSending = Sending(state, side: clientSide, captureEnd: captureEnd)
    serverSending = Sending(state, side: clientSide.other, captureEnd: captureEnd)
  }
}

/// How the segments of one side got through.
package struct Sending: Sendable {
  /// The segment that had to be sent again and again.
  package var retransmission: Retransmission?
  /// The other side has not confirmed the first byte of it to the end.
  package var isStuck = false
  /// Bytes that never arrived, although later ones did: the receiver went on confirming what comes before them.
  package var undelivered: UndeliveredBytes?
  /// The longest payload that is known to have arrived, in bytes.
  package var longestConfirmed = 0

  var isTroubled: Bool { retransmission != nil || undelivered != nil }

  init() {}

  init(_ state: TCPState, side: Side, captureEnd: Timestamp) {
    retransmission = state.retransmission(of: side)
    isStuck = retransmission.map { state.acknowledgedOffset(of: side) <= $0.offset } ?? false
    longestConfirmed = state.longestConfirmedPayload(of: side)
    undelivered = state.undelivered(of: side).flatMap { hole in
      // A receiver that acknowledges what was not recorded shows that the recording lacks the bytes.
      if hole.isAtEnd, state.acknowledgedOffset(of: side.other) > state.nextOffset(of: side.other) + 1 { return nil }
      // TCP repairs a loss sooner, unless the recording ends; a receiver that has nothing to say need not show that it is there.
      let isRepaired = state.trace(of: side.other).lastTime.map { $0.since(hole.behind.time) < End.repetitionTime } ?? true
      let end = min(captureEnd, state.ending?.stamp.time ?? captureEnd)
      return isRepaired && end.since(hole.behind.time) < End.timeout ? nil : hole
    }
  }
}

/// A message that could not be read.
package struct UnreadableMessage: Sendable, Codable {
  package var sender: Peer
  package var structure: String
  package var frame: Int
  package var error: DecodeError

  /// `frame 12, byte 0x48: SMB2 NEGOTIATE Response needs 2 bytes, 0 left`
  package var description: String {
    "frame \(frame), byte 0x\(String(error.offset, radix: 16)): \(structure) \(error.reason)"
  }
}

/// A NetBIOS session packet other than a message: RFC 1002 4.3.2 to 4.3.6.
package struct SessionPacket: Sendable, Codable {
  package var type: NBSSType
  package var sender: Peer
  package var frame: Int
  package var time: Timestamp
  /// Of a negative response: 4.3.4.
  package var errorCode: UInt8?
  /// Of a request: 4.3.2.
  package var names: NetBIOSNames?
  /// Of a retarget response: 4.3.5.
  package var target: Endpoint?
}

/// What a peer said instead of SMB.
package struct ForeignBeginning: Sendable {
  package var sender: Peer
  package var frame: Int
  /// At most 16.
  package var bytes: [UInt8]
}

extension Transcript {
  package var smb1: SMB1Negotiation? {
    get { rarities.read { $0.smb1 } }
    _modify { yield &rarities.value.smb1 }
  }

  package var visibility: Visibility {
    get { rarities.read { $0.visibility } }
    _modify { yield &rarities.value.visibility }
  }

  /// How it ended; there once the connection is over.
  package internal(set) var end: End {
    get { ended.read { $0 } }
    set { ended.value = newValue }
  }

  /// Messages that could not be read; further ones are counted.
  package var unreadable: [UnreadableMessage] {
    get { rarities.read { $0.unreadable } }
    _modify { yield &rarities.value.unreadable }
  }

  package var unreadableNotKept: Int {
    get { rarities.read { $0.unreadableNotKept } }
    _modify { yield &rarities.value.unreadableNotKept }
  }

  /// NetBIOS session packets (RFC 1002 4.3), the first few.
  package var sessionPackets: [SessionPacket] {
    get { rarities.read { $0.sessionPackets } }
    _modify { yield &rarities.value.sessionPackets }
  }

  /// Sessions that were used after they had expired and have not been renewed; the first request of each.
  package internal(set) var expiredSessions: [ExpiredSession] {
    get { rarities.read { $0.expiredSessions } }
    _modify { yield &rarities.value.expiredSessions }
  }

  /// Frames, of any connection at that time, whose bytes are not what was sent. They prove nothing.
  package internal(set) var damagedFrames: [Int] {
    get { rarities.read { $0.damagedFrames } }
    _modify { yield &rarities.value.damagedFrames }
  }

  /// First bytes of a peer that speaks something else.
  package var foreignBeginnings: [ForeignBeginning] {
    get { rarities.read { $0.foreignBeginnings } }
    _modify { yield &rarities.value.foreignBeginnings }
  }

  /// A request that had no answer for long when the client began to tidy up and leave; the answers to that are none to it.
  package var abandoned: FrameStamp? { rarities.isAbsent ? nil : rarities.read { $0.abandoned } }
  /// The answer that had ended the negotiation when the client asked for another.
  package var negotiatedBefore: MessageStamp? { rarities.isAbsent ? nil : rarities.read { $0.negotiatedBefore } }
  /// What the server had chosen then.
  package var dialectBefore: SMB2Dialect? { rarities.isAbsent ? nil : rarities.read { $0.dialectBefore } }

  /// The KDC's answer with a ticket for this server, where the client left behind NEGOTIATE without a logon.
  package var unusedTicket: FrameStamp? { rarities.isAbsent ? nil : rarities.read { $0.unusedTicket } }

  /// The client's first compressed message, where compression was not agreed.
  package var compressedUnasked: FrameStamp? { rarities.isAbsent ? nil : rarities.read { $0.compressedUnasked } }

  /// This client spoke SMB2 or later with this server a moment before: SMB1 is one of several ways that it tries.
  package var hasSpokenSMB2: Bool { rarities.read { $0.hasSpokenSMB2 } }

  /// Of a connection that did not open: a frame in which the server still answered this client.
  package var answeredBefore: FrameStamp? { rarities.isAbsent ? nil : rarities.read { $0.answeredBefore } }

  /// Of a connection that did not open, or without an answer to NEGOTIATE: where the server answers on another one, at this time.
  package var answersOthers: FrameStamp? { rarities.isAbsent ? nil : rarities.read { $0.answersOthers } }

  /// Of a SYN without an answer: a frame of the same host, which is up at this time.
  package var hostAnswers: FrameStamp? { rarities.isAbsent ? nil : rarities.read { $0.hostAnswers } }

  /// Sessions that the server had let go of when they were used, and that were not set up again; the first request of each.
  package internal(set) var deletedSessions: [ExpiredSession] {
    get { rarities.read { $0.deletedSessions } }
    _modify { yield &rarities.value.deletedSessions }
  }

  /// DFS referrals that the client asked for; the first few.
  package internal(set) var referrals: [Referral] {
    get { rarities.read { $0.referrals } }
    _modify { yield &rarities.value.referrals }
  }

  /// The last answer by which the server refused work on a file or folder, because of permissions or of the disk.
  package var workRefusal: WorkRefusal? { rarities.read { $0.workRefusal } }

  /// The addresses that the server gives for further channels (MS-SMB2 3.2.5.14.11), from its last answer.
  package internal(set) var interfaces: [IPAddress] {
    get { rarities.read { $0.interfaces } }
    _modify { yield &rarities.value.interfaces }
  }

  /// CREATE answered with STATUS_PATH_NOT_COVERED; the first only.
  package internal(set) var uncoveredPaths: [UncoveredPath] {
    get { rarities.read { $0.uncoveredPaths } }
    _modify { yield &rarities.value.uncoveredPaths }
  }
}

extension Transcript {
  package func peer(_ side: Side) -> Peer { side == clientSide ? .client : .server }

  package var firstFrame: FrameStamp { transport?.firstFrame ?? Self.stampBeforeEnd }
  package var lastFrame: FrameStamp { transport?.lastFrame ?? Self.stampBeforeEnd }

  /// The last frame of the whole recording so far: silence before it is silence, behind it is nothing known.
  package var captureEnd: Timestamp { transport?.captureEnd ?? Self.stampBeforeEnd.time }

  /// Of what is known once the connection is over; nobody asks before.
  private static var stampBeforeEnd: FrameStamp { FrameStamp(number: 0, time: Timestamp(nanoseconds: 0)) }

  package var handshake: Handshake { transport?.handshake ?? Handshake() }

  /// FIN and RST segments, in order, also those without effect.
  package var terminations: [Termination] { transport?.terminations ?? [] }

  /// Bytes of this peer's stream, up to the end of the connection.
  package func streamEnd(of peer: Peer) -> Int { (peer == .client ? transport?.clientEnd : transport?.serverEnd) ?? 0 }

  package func trace(of peer: Peer) -> HostTrace {
    (peer == .client ? transport?.clientTrace : transport?.serverTrace) ?? HostTrace()
  }

  /// ICMP errors about segments of this connection.
  package var notices: [ICMPNotice] { transport?.notices ?? [] }

  /// SYNs that the recording host threw away.
  package var drops: [DroppedSegment] { transport?.drops ?? [] }

  package func sending(of peer: Peer) -> Sending {
    (peer == .client ? transport?.clientSending : transport?.serverSending) ?? Sending()
  }

  /// A segment was sent again, or bytes never arrived: nearly all connections have neither, and it costs nothing to ask.
  package var hasTroubledDelivery: Bool {
    guard let transport else { return false }
    return transport.clientSending.isTroubled || transport.serverSending.isTroubled
  }

  /// When the server's TCP confirmed the last byte of the client; nil when it has not.
  package var lastRequestConfirmed: FrameStamp? {
    guard let transport, transport.clientEnd > 0, transport.clientConfirmed >= transport.clientEnd else { return nil }
    return transport.lastServerAcknowledgment
  }

  /// The way to the server and back, as the handshake shows it; data may show that it is shorter, when the
  /// server took its time to accept the connection.
  package var roundTripTime: TimeSpan? {
    handshake.roundTripTime.map { min($0, transport?.shortestDelay ?? .longest) }
  }

  /// The segment that ended the connection: the first FIN or RST, whoever answered it.
  package var ending: Termination? { transport?.ending }

  package var dialect: SMB2Dialect? { negotiation?.chosen }

  /// The session that shows the user: the last established one, otherwise the last attempt.
  package var mainSession: Session? { sessions.last { $0.isEstablished } ?? sessions.last }

  /// The client's last word was LOGOFF or TREE_DISCONNECT: the close that follows is an orderly one.
  package var wasLeftOrderly: Bool { traffic.lastRequestLeaves }

  /// Offers one dialect only because it joins a session of another connection: multichannel (MS-SMB2 3.2.5.5).
  package var isAdditionalChannel: Bool { sessions.contains { $0.isBinding } }

  /// It may be one, and came to its end, or was cut off by the capture, before it said so: a channel offers the one dialect of
  /// the main connection (MS-SMB2 3.2.4.2.2.2).
  package var mayBeAdditionalChannel: Bool {
    guard trees.isEmpty, smb1 == nil else { return false }
    if sessions.isEmpty { return negotiation?.request?.dialects.count == 1 }
    return !isAdditionalChannel && (traffic.cutMessages > 0 || sessions.allSatisfy(\.mayBind))
  }
}
