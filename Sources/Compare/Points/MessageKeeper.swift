import Packets
import Protocols

/// Reads both streams of a connection and keeps what is needed to compare their messages with those at another capture point.
final class MessageKeeper: StreamConsumer {
  enum Limit {
    /// The first messages of a connection are compared one by one: they set up sessions and shares.
    static let first = 32
    /// The last messages, because the connection may have ended after them.
    static let last = 16
    /// Messages between them that set up sessions and shares.
    static let middle = 64
    /// Bytes kept of a message whose fields are compared.
    static let message = 1024
    /// Bytes kept of a message that sets up nothing: its header.
    static let otherMessage = SMB2Header.length
    /// Bytes kept of a message that sets up sessions or shares, when the room for whole ones is used up.
    static let beginning = 128
    /// Identifying contents of one connection; the first ones are enough.
    static let keys = 16
    /// Signatures among them.
    static let signatures = 4
    /// Bytes without a message, after which a stream is given up.
    static let searched = 1 << 20
  }

  /// What the bytes that are kept are kept for; none takes the room of another.
  private enum Room {
    /// NEGOTIATE, TREE_CONNECT and VALIDATE_NEGOTIATE_INFO, which devices change most.
    case own
    /// What else sets up sessions.
    case sessions
    /// The beginnings of what found no room there.
    case beginnings
    case others

    /// Bytes of one connection.
    var limit: Int {
      switch self {
      case .own: 2048
      case .sessions: 1536
      case .beginnings, .others: 768
      }
    }
  }

  private static let everything = 1 << 60

  /// One direction.
  private struct Lane {
    var framer: SMBFramer?
    var tape: PacketTape
    /// Up to here the framer wants nothing.
    var passUntil = 0
    /// Behind the last byte that was read.
    var position = 0
    /// Messages of the packet in progress.
    var pending: [PointMessage] = []
    var isGivenUp = false

    init(_ side: Side, isAligned: Bool) {
      framer = SMBFramer(side: side, isAligned: isAligned)
      tape = PacketTape(isAligned: isAligned)
    }
  }

  let memory: PointMemory
  private var lanes: (first: Lane, second: Lane)
  private(set) var first: [StoredMessage] = []
  /// Those that set up sessions and shares later on.
  private(set) var middle: [StoredMessage] = []
  /// What is kept of all their bytes.
  private(set) var bytes = MessageBytes()
  private var ring: [StoredMessage] = []
  private var ringStart = 0
  /// Messages between the first and the last ones that are not kept.
  private(set) var passedOver = 0
  private(set) var keys: [ContentKey] = []
  /// By their room.
  private var keptBytes: (own: Int, sessions: Int, beginnings: Int, others: Int) = (0, 0, 0, 0)
  /// By who asks and who answers; the handshake knows better.
  private(set) var clientSide: Side?
  private var chunkEnd = 0

  init(memory: PointMemory) {
    self.memory = memory
    lanes = (Lane(.first, isAligned: false), Lane(.second, isAligned: false))
  }

  /// The last messages, behind those that were passed over.
  var last: [StoredMessage] { Array(ring[ringStart...] + ring[..<ringStart]) }

  func cells(of side: Side) -> DigestCells { side == .first ? lanes.first.tape.cells : lanes.second.tape.cells }

  func begin(_ connection: TCPConnection) {
    guard connection.handshake.initiator != nil, connection.state.isFromStart else { return }
    lanes = (Lane(.first, isAligned: true), Lane(.second, isAligned: true))
  }

  // MARK: Bytes

  private func change<Result>(_ side: Side, _ body: (inout Lane) -> Result) -> Result {
    side == .first ? body(&lanes.first) : body(&lanes.second)
  }

  /// Takes a framer out of this object while it works, for it calls back.
  private func withFramer<Result>(_ side: Side, _ body: (inout SMBFramer) -> Result) -> Result? {
    guard var framer = change(side, { $0.framer.take() }) else { return nil }
    defer { change(side) { $0.framer = framer } }
    return body(&framer)
  }

  /// Every byte is wanted, for the digests; the framer gets only what it wants, packet by packet.
  func receive(_ chunk: borrowing StreamChunk) -> Int {
    let side = chunk.side
    chunkEnd = chunk.offset + chunk.bytes.count
    var position = chunk.offset
    var hasClosed = false
    repeat {
      let from = position
      position = change(side) { max($0.tape.reach(in: chunk, from: from), from) }
      // A packet that ended in a hole is closed first; then something has to be taken.
      if position == from, hasClosed { position = chunkEnd }
      hasClosed = position == from
      read(chunk.part(from: from, to: position), to: position)
    } while position < chunkEnd
    return change(side) { $0.isGivenUp } ? Self.everything : 0
  }

  private func read(_ piece: borrowing StreamChunk, to position: Int) {
    let side = piece.side
    let passUntil = change(side) { lane in
      lane.tape.add(piece)
      lane.position = position
      return lane.passUntil
    }
    var boundary: Int?
    if position >= passUntil {
      boundary = frame(piece.part(from: max(piece.offset, passUntil), to: position), to: position)
    }
    let mark = change(side) { $0.tape.close(at: position, frame: piece.frame) }
    if let mark { close(mark, piece) }
    if let boundary, change(side, { $0.tape.align(to: boundary, at: position) }) { return flush(side, nil, piece.frame) }
    // What was read while packets are unknown belongs to none that comes later.
    if change(side, { $0.tape.start == nil }) { flush(side, nil, piece.frame) }
  }

  /// - Returns: where the framer believes that the next packet begins.
  private func frame(_ piece: borrowing StreamChunk, to position: Int) -> Int? {
    let taken = withFramer(piece.side) { framer in
      (pass: framer.receive(piece, sink: self), boundary: framer.boundary, searched: framer.searchedByteCount)
    }
    guard let taken else { return nil }
    change(piece.side) { lane in
      lane.passUntil = position + taken.pass
      lane.isGivenUp = taken.searched > Limit.searched
    }
    return taken.boundary
  }

  func missed(_ count: Int, at offset: Int, side: Side, frame: FrameStamp) {
    chunkEnd = offset
    let passUntil = change(side) { lane in
      lane.position = max(lane.position, offset + count)
      return lane.passUntil
    }
    let start = max(offset, passUntil)
    let rest = offset + count - start
    if rest > 0 { _ = withFramer(side) { $0.missed(rest, at: start, frame: frame, sink: self) } }
    if change(side, { $0.tape.miss(count, at: offset) }) { flush(side, nil, frame) }
  }

  func finish(_ frame: FrameStamp) {
    for side in [Side.first, .second] {
      _ = withFramer(side) { $0.finish(frame, sink: self) }
      flush(side, nil, frame)
      change(side) { $0.tape.finish(at: $0.position) }
    }
  }

  // MARK: Messages

  /// The packet with these messages is over.
  private func close(_ mark: PacketMark, _ piece: borrowing StreamChunk) {
    if mark.digest != nil, change(piece.side, { $0.pending.isEmpty }) { return addUnread(mark, piece) }
    flush(piece.side, mark, piece.frame)
  }

  /// The same, or it will never be over.
  private func flush(_ side: Side, _ mark: PacketMark?, _ frame: FrameStamp) {
    // Out of this object, so that each message is reached without looking whether others use it.
    var messages: [PointMessage] = []
    change(side) { swap(&messages, &$0.pending) }
    for place in messages.indices {
      messages[place].packet = mark
      messages[place].member = UInt8(clamping: place)
      keep(messages[place])
    }
    messages.removeAll(keepingCapacity: true)
    change(side) { swap(&messages, &$0.pending) }
  }

  /// A packet in which no message can be read.
  private func addUnread(_ mark: PacketMark, _ piece: borrowing StreamChunk) {
    let (side, frame) = (piece.side, piece.frame)
    var head = change(side) { $0.tape.lastHead }
    if head.isEmpty { head = piece.bytes.prefix(NBSSHeader.length + PacketTape.Limit.head).copy() }
    guard let header = try? NBSSHeader(ByteView(head.span)), header.type == .message, header.payloadLength > 0 else { return }
    var message = PointMessage(
      identity: PointMessage.Identity(form: .unread, isResponse: false, number: 0), side: side, firstFrame: frame.number, stamp: frame,
      reach: chunkEnd, size: header.payloadLength, isWhole: true, digest: mark.digest ?? 0, bytes: [])
    message.packet = mark
    if first.count < Limit.first {
      let bytes = ByteView(head.span)
      if let body = try? bytes.view(from: NBSSHeader.length) { message.bytes = kept(body.rebased(), .own) }
    }
    keep(message)
  }

  private func keep(_ whole: PointMessage) {
    let message = StoredMessage(whole, bytes: bytes.add(whole.bytes, of: whole.identity, memory.templates))
    if first.count < Limit.first { return first.append(message) }
    guard ring.count == Limit.last else { return ring.append(message) }
    let oldest = ring[ringStart]
    ring[ringStart] = message
    ringStart = (ringStart + 1) % Limit.last
    if oldest.establishes, middle.count < Limit.middle { middle.append(oldest) } else { passedOver += 1 }
  }

  private func add(keys new: [ContentKey]) {
    for key in new where keys.count < Limit.keys && !keys.contains(key) {
      if key.kind == .signature, keys.count(where: { $0.kind == .signature }) >= Limit.signatures { continue }
      keys.append(key)
    }
  }

  private func kept(_ bytes: borrowing ByteView, _ room: Room, most: Int = Limit.message) -> [UInt8] {
    let count = min(bytes.count, most, room.limit - used(room))
    guard count > 0, count == bytes.count || count >= SMB2Header.length, memory.take(count) else { return [] }
    use(room, count)
    return bytes.prefix(count).copy()
  }

  private func used(_ room: Room) -> Int {
    switch room {
    case .own: keptBytes.own
    case .sessions: keptBytes.sessions
    case .beginnings: keptBytes.beginnings
    case .others: keptBytes.others
    }
  }

  private func use(_ room: Room, _ count: Int) {
    switch room {
    case .own: keptBytes.own += count
    case .sessions: keptBytes.sessions += count
    case .beginnings: keptBytes.beginnings += count
    case .others: keptBytes.others += count
    }
  }

  /// As much of a message as its kind deserves.
  private func kept(_ bytes: borrowing ByteView, of identity: PointMessage.Identity, isValidation: Bool) -> [UInt8] {
    if isValidation || identity.isWorthItsOwn { return kept(bytes, .own) }
    guard identity.establishes else {
      return first.count < Limit.first && keptBytes.others < Room.others.limit ? kept(bytes, .others, most: Limit.otherMessage) : []
    }
    let whole = kept(bytes, .sessions)
    return whole.isEmpty ? kept(bytes, .beginnings, most: Limit.beginning) : whole
  }

  /// - Parameters:
  ///   - isAll: nothing of it comes behind these bytes.
  ///   - keeps: the first bytes, too.
  private func add(
    _ identity: PointMessage.Identity, _ bytes: borrowing ByteView, _ origin: MessageOrigin, _ side: Side, isWhole: Bool = true,
    isAll: Bool, keeps: Bool
  ) {
    var message = PointMessage(
      identity: identity, side: side, firstFrame: origin.firstFrame,
      stamp: FrameStamp(number: origin.lastFrame, time: origin.lastTime), reach: chunkEnd, size: bytes.count, isWhole: isWhole,
      digest: Digest.of(bytes), bytes: [])
    message.isAllRead = isAll
    message.isOfSession = identity.isOfSMB2 && (try? bytes.u64le(at: 40)) ?? 0 != 0
    if keeps {
      message.isValidation = PointMessage.isValidation(bytes)
      message.bytes = kept(bytes, of: identity, isValidation: message.isValidation)
    }
    append(message)
  }

  private func append(_ message: PointMessage) { change(message.side) { $0.pending.append(message) } }

  private func identity(of header: SMB2Header) -> PointMessage.Identity {
    PointMessage.Identity(
      form: .smb2(header.command), isResponse: header.isResponse, number: header.messageID, isInterim: header.isInterim)
  }

  private func orient(isResponse: Bool, _ side: Side) { if clientSide == nil { clientSide = isResponse ? side.other : side } }
}

extension MessageKeeper: SMBMessageSink {
  var compression: SMB2CompressionAgreement { .unknown }

  func passing(
    _ passed: PassedHeader, _ header: borrowing ByteView, origin: MessageOrigin, side: Side, isComplete: Bool
  ) {
    guard let flags = try? header.u32le(at: 16) else { return }
    let isInterim = passed.isPending && flags & SMB2Flags.async.rawValue != 0
    orient(isResponse: passed.isResponse, side)
    let identity = PointMessage.Identity(
      form: .smb2(passed.command), isResponse: passed.isResponse, number: passed.messageID, isInterim: isInterim)
    add(identity, header, origin, side, isAll: false, keeps: true)
  }

  func smb2(_ header: SMB2Header, _ message: borrowing ByteView, origin: MessageOrigin, side: Side, isComplete: Bool) {
    orient(isResponse: header.isResponse, side)
    if keys.count < Limit.keys { add(keys: ContentKey.keys(of: header, message)) }
    // Of IOCTL no more is read than ``SMBFramer`` wants.
    add(identity(of: header), message, origin, side, isAll: header.command != .ioctl, keeps: true)
  }

  func cut(_ header: SMB2Header, _ message: borrowing ByteView, origin: MessageOrigin, side: Side) {
    orient(isResponse: header.isResponse, side)
    if keys.count < Limit.keys { add(keys: ContentKey.keys(of: header, message)) }
    add(identity(of: header), message, origin, side, isWhole: false, isAll: false, keeps: true)
  }

  func smb1(_ header: SMB1Header, _ message: borrowing ByteView, origin: MessageOrigin, side: Side) {
    orient(isResponse: header.isResponse, side)
    let identity = PointMessage.Identity(
      form: .smb1(header.command), isResponse: header.isResponse, number: header.exchangeID)
    add(identity, message, origin, side, isAll: header.command.isControlPlane, keeps: true)
  }

  func encrypted(sessionID: UInt64, size: Int, origin: MessageOrigin, side: Side) {
    let identity = PointMessage.Identity(form: .encrypted, isResponse: false, number: UInt64(clamping: size))
    closed(identity, size, origin, side)
  }

  func compressed(origin: MessageOrigin, side: Side, damage: DecodeError?) {
    closed(PointMessage.Identity(form: .compressed, isResponse: false, number: 0), 0, origin, side)
  }

  private func closed(_ identity: PointMessage.Identity, _ size: Int, _ origin: MessageOrigin, _ side: Side) {
    append(
      PointMessage(
        identity: identity, side: side, firstFrame: origin.firstFrame,
        stamp: FrameStamp(number: origin.lastFrame, time: origin.lastTime), reach: chunkEnd, size: size, isWhole: true,
        digest: identity.number, bytes: []))
  }

  func session(_ type: NBSSType, _ body: borrowing ByteView, origin: MessageOrigin, side: Side) {
    guard type != .keepAlive else { return }
    let isResponse = type != .sessionRequest
    orient(isResponse: isResponse, side)
    add(PointMessage.Identity(form: .session(type), isResponse: isResponse, number: 0), body, origin, side, isAll: true, keeps: true)
  }

  func unreadable(_ structure: String, _ error: DecodeError, frame: FrameStamp, side: Side) {}
  func lost(_ count: Int, frame: FrameStamp, side: Side) {}
  func packetCompleted(side: Side, frame: FrameStamp) {}
}

/// Bytes kept of the messages of all connections of a recording.
final class PointMemory {
  /// Enough for tens of thousands of connections; more messages are compared as a whole, not byte by byte.
  private static let maximum = 192 << 20
  private var used = 0
  let templates = MessageTemplates()
  private(set) var limitsReached = 0

  func take(_ count: Int) -> Bool {
    guard used + count <= Self.maximum else {
      limitsReached += 1
      return false
    }
    used += count
    return true
  }
}
