package import Packets

// Where the capture lacks bytes, and where the stream ends.
extension SMBFramer {
  /// The capture lacks bytes: an unfinished message cannot be completed.
  package mutating func missed(_ count: Int, at offset: Int, frame: FrameStamp, sink: any SMBMessageSink) {
    if emitBeginning(frame, sink), offset + count <= packetEnd { return releasePending(frame, sink) }
    announceCutMessage(frame, sink)
    let isPlaced = (state == .member || state == .tail) && offset + count <= packetEnd
    if isPlaced, state == .member, packetType == .message, let head = try? SMB2MessageHead(ByteView(held.span)) {
      sink.lost(count, of: head, frame: frame, side: side)
    } else if isPlaced, state == .member, packetType == .message, SMB1NegotiateRequest.begins(ByteView(held.span)) {
      sink.lost(count, ofNegotiate: SMB1NegotiateRequest(beginning: ByteView(held.span)), frame: frame, side: side)
    } else if state != .searching {
      sink.lost(count, frame: frame, side: side)
    }
    guard isPlaced else { return abandon(frame, sink) }
    // The NBSS header says where the next packet begins.
    state = .tail
    clearHeld()
    releasePending(frame, sink)
  }

  /// Bytes of a message that has begun and waits for its rest.
  package var heldByteCount: Int { isHolding ? held.count : 0 }

  /// The frame that brought the first of them.
  package var heldSince: Int { partial.isAbsent ? 0 : partial.read { $0.heldSince } }

  /// The connection is over: announces messages that waited for the end of their packet, and messages that are incomplete.
  package mutating func finish(_ frame: FrameStamp, sink: any SMBMessageSink) {
    _ = emitBeginning(frame, sink)
    announceCutMessage(frame, sink)
    releasePending(frame, sink)
  }

  /// The first bytes of an SMB message are there, and not yet all that are wanted.
  package var hasBegunMessage: Bool {
    guard state == .member, packetType == .message, let magic = try? ByteView(held.span).u32le(at: 0), !hasReadBeginning
    else { return false }
    return [.plain, .encrypted, .compressed, .smb1].contains(SMB2Protocol(rawValue: magic))
  }

  /// Only a signature or a seal wants the rest of the message.
  private var hasReadBeginning: Bool {
    guard readsWhole, state == .member, packetType == .message, isHolding,
      let wanted = Self.wanted(ByteView(held.span), room: packetEnd - structureStart)
    else { return false }
    return wanted <= held.count
  }

  /// Only the check of a signature or seal needed the lost rest: hands on what is read without keys.
  private mutating func emitBeginning(_ frame: FrameStamp, _ sink: any SMBMessageSink) -> Bool {
    guard hasReadBeginning else { return false }
    let joined = held
    let since = partial.read { $0.heldSince }
    let origin = MessageOrigin(firstFrame: since, lastFrame: frame.number, lastTime: frame.time)
    hasPendingCompletion = emitUnverified(ByteView(joined.span), room: packetEnd - structureStart, origin, sink) || hasPendingCompletion
    state = .tail
    clearHeld()
    return true
  }

  /// Hands on what is known of a message whose rest is lost: its header, and the bytes before the gap.
  private func announceCutMessage(_ frame: FrameStamp, _ sink: any SMBMessageSink) {
    guard state == .member, packetType == .message, let header = try? SMB2Header(ByteView(held.span)) else { return }
    let since = partial.read { $0.heldSince }
    let origin = MessageOrigin(firstFrame: since, lastFrame: since, lastTime: frame.time)
    sink.cut(header, ByteView(held.span), origin: origin, side: side)
  }

  mutating func releasePending(_ frame: FrameStamp, _ sink: any SMBMessageSink) {
    if hasPendingCompletion { sink.packetCompleted(side: side, frame: frame) }
    hasPendingCompletion = false
    if !partial.isAbsent, !partial.read({ $0.pendingEncrypted.isEmpty }) { releaseEncrypted(frame, sink) }
  }

  mutating func releaseEncrypted(_ frame: FrameStamp, _ sink: any SMBMessageSink) {
    for message in partial.read({ $0.pendingEncrypted }) {
      let origin = MessageOrigin(firstFrame: message.firstFrame, lastFrame: frame.number, lastTime: frame.time)
      sink.encrypted(sessionID: message.sessionID, size: message.size, origin: origin, side: side)
    }
    partial.value.pendingEncrypted.removeAll(keepingCapacity: true)
  }
}
