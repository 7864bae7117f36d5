import Packets
import Protocols

/// Reads both streams of a connection and keeps what is needed to compare their messages with those at another capture point.
final class MessageKeeper: StreamConsumer {
  enum Limit {
    /// The first messages of a connection are compared one by one: they set up sessions and shares.
    static let first = 32
    /// The last messages, because the connection may have ended after them.
    static let last = 16
    /// Bytes kept of a message whose fields are compared.
    static let message = 1024
    /// Bytes kept of all messages of a connection together.
    static let bytes = 2560
    /// Identifying contents of one connection; the first ones are enough.
    static let keys = 16
    /// Signatures among them.
    static let signatures = 4
    /// Bytes without a message, after which a stream is given up.
    static let searched = 1 << 20
  }

  private static let everything = 1 << 60

  let memory: PointMemory
  private var framers: (first: SMBFramer?, second: SMBFramer?)
  private(set) var first: [PointMessage] = []
  private var ring: [PointMessage] = []
  private var ringStart = 0
  /// Messages between the first and the last ones.
  private(set) var passedOver = 0
  private(set) var keys: [ContentKey] = []
  private var keptBytes = 0
  /// By who asks and who answers; the handshake knows better.
  private(set) var clientSide: Side?
  private var chunkEnd = 0

  init(memory: PointMemory) {
    self.memory = memory
    framers = (SMBFramer(side: .first, isAligned: false), SMBFramer(side: .second, isAligned: false))
  }

  /// The last messages, behind those that were passed over.
  var last: [PointMessage] { Array(ring[ringStart...] + ring[..<ringStart]) }

  func begin(_ connection: TCPConnection) {
    guard connection.handshake.initiator != nil, connection.state.isFromStart else { return }
    framers = (SMBFramer(side: .first, isAligned: true), SMBFramer(side: .second, isAligned: true))
  }

  // MARK: Bytes

  /// Takes a framer out of this object while it works, for it calls back.
  private func withFramer<Result>(_ side: Side, _ body: (inout SMBFramer) -> Result) -> Result? {
    switch side {
    case .first:
      guard var framer = framers.first.take() else { return nil }
      defer { framers.first = framer }
      return body(&framer)
    case .second:
      guard var framer = framers.second.take() else { return nil }
      defer { framers.second = framer }
      return body(&framer)
    }
  }

  func receive(_ chunk: borrowing StreamChunk) -> Int {
    chunkEnd = chunk.offset + chunk.bytes.count
    let taken = withFramer(chunk.side) { framer in
      (pass: framer.receive(chunk, sink: self), searched: framer.searchedByteCount)
    }
    guard let (pass, searched) = taken else { return 0 }
    return searched > Limit.searched ? Self.everything : pass
  }

  func missed(_ count: Int, at offset: Int, side: Side, frame: FrameStamp) {
    chunkEnd = offset
    _ = withFramer(side) { $0.missed(count, at: offset, frame: frame, sink: self) }
  }

  func finish(_ frame: FrameStamp) {
    for side in [Side.first, .second] { _ = withFramer(side) { $0.finish(frame, sink: self) } }
  }

  // MARK: Messages

  private func add(_ message: PointMessage) {
    if first.count < Limit.first { return first.append(message) }
    guard ring.count == Limit.last else { return ring.append(message) }
    ring[ringStart] = message
    ringStart = (ringStart + 1) % Limit.last
    passedOver += 1
  }

  private func add(keys new: [ContentKey]) {
    for key in new where keys.count < Limit.keys && !keys.contains(key) {
      if key.kind == .signature, keys.count(where: { $0.kind == .signature }) >= Limit.signatures { continue }
      keys.append(key)
    }
  }

  private func kept(_ bytes: borrowing ByteView) -> [UInt8] {
    let count = min(bytes.count, Limit.message, Limit.bytes - keptBytes)
    guard count >= SMB2Header.length, memory.take(count) else { return [] }
    keptBytes += count
    return bytes.prefix(count).copy()
  }

  /// - Parameter keeps: the first bytes, too.
  private func add(
    _ identity: PointMessage.Identity, _ bytes: borrowing ByteView, _ origin: MessageOrigin, _ side: Side, isWhole: Bool = true,
    keeps: Bool
  ) {
    add(
      PointMessage(
        identity: identity, side: side, firstFrame: origin.firstFrame,
        stamp: FrameStamp(number: origin.lastFrame, time: origin.lastTime), reach: chunkEnd, size: bytes.count, isWhole: isWhole,
        digest: Digest.of(bytes), bytes: keeps && first.count < Limit.first ? kept(bytes) : []))
  }

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
    add(identity, header, origin, side, keeps: true)
  }

  func smb2(_ header: SMB2Header, _ message: borrowing ByteView, origin: MessageOrigin, side: Side, isComplete: Bool) {
    orient(isResponse: header.isResponse, side)
    if keys.count < Limit.keys { add(keys: ContentKey.keys(of: header, message)) }
    add(identity(of: header), message, origin, side, keeps: true)
  }

  func cut(_ header: SMB2Header, _ message: borrowing ByteView, origin: MessageOrigin, side: Side) {
    orient(isResponse: header.isResponse, side)
    if keys.count < Limit.keys { add(keys: ContentKey.keys(of: header, message)) }
    add(identity(of: header), message, origin, side, isWhole: false, keeps: true)
  }

  func smb1(_ header: SMB1Header, _ message: borrowing ByteView, origin: MessageOrigin, side: Side) {
    orient(isResponse: header.isResponse, side)
    let identity = PointMessage.Identity(
      form: .smb1(header.command), isResponse: header.isResponse, number: header.exchangeID)
    add(identity, message, origin, side, keeps: header.command.isControlPlane)
  }

  func encrypted(sessionID: UInt64, size: Int, origin: MessageOrigin, side: Side) {
    let identity = PointMessage.Identity(form: .encrypted, isResponse: false, number: UInt64(clamping: size))
    closed(identity, size, origin, side)
  }

  func compressed(origin: MessageOrigin, side: Side, damage: DecodeError?) {
    closed(PointMessage.Identity(form: .compressed, isResponse: false, number: 0), 0, origin, side)
  }

  private func closed(_ identity: PointMessage.Identity, _ size: Int, _ origin: MessageOrigin, _ side: Side) {
    add(
      PointMessage(
        identity: identity, side: side, firstFrame: origin.firstFrame,
        stamp: FrameStamp(number: origin.lastFrame, time: origin.lastTime), reach: chunkEnd, size: size, isWhole: true,
        digest: identity.number, bytes: []))
  }

  func session(_ type: NBSSType, _ body: borrowing ByteView, origin: MessageOrigin, side: Side) {
    guard type != .keepAlive else { return }
    let isResponse = type != .sessionRequest
    orient(isResponse: isResponse, side)
    add(PointMessage.Identity(form: .session(type), isResponse: isResponse, number: 0), body, origin, side, keeps: true)
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
