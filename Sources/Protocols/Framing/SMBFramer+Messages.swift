import Packets

/// Handing on the messages of a packet.
extension SMBFramer {
  /// Hands on the member whose wanted bytes are `bytes`.
  ///
  /// - Returns: the distance to the next member of the packet; nil when there is none.
  mutating func emit(
    _ bytes: borrowing ByteView, room: Int, end: Int, _ origin: MessageOrigin, _ frame: FrameStamp,
    _ sink: any SMBMessageSink
  ) -> Int? {
    let isComplete = packetEnd <= end
    guard packetType == .message else {
      sink.session(packetType, bytes, origin: origin, side: side)
      return nil
    }
    do throws(DecodeError) {
      switch SMB2Protocol(rawValue: try bytes.u32le(at: 0)) {
      case .plain:
        let command = SMB2Command(rawValue: try bytes.u16le(at: 12))
        let following = Int(try bytes.u32le(at: 20))
        guard !Self.isTooLong(bytes, command, length: Self.isMember(at: following, room: room) ? following : room) else {
          abandon(frame, sink)
          throw Self.lyingLength(room)
        }
        hasPendingCompletion = hasPendingCompletion || !isComplete
        guard readsWhole else { return try emitPlain(command, bytes, room: room, isComplete: isComplete, origin, sink) }
        return try emitVerified(command, bytes, room: room, isComplete: isComplete, origin, sink)
      case .encrypted where readsWhole && emitUnsealed(bytes, origin, sink): return Self.nextTransform(bytes, room: room)
      case .encrypted:
        try emitSealed(bytes, isComplete: isComplete, origin, frame, sink)
        return Self.nextTransform(bytes, room: room)
      case .compressed:
        if emitCompressed(bytes, room: room, isComplete: isComplete, origin, sink) {
          hasPendingCompletion = hasPendingCompletion || !isComplete
        }
      case .smb1 where readsWhole: try emitVerifiedSMB1(bytes, room: room, origin, sink)
      case .smb1: sink.smb1(try SMB1Header(bytes), bytes, origin: origin, side: side)
      default:
        // The length in the NBSS header is as doubtful.
        abandon(frame, sink)
        throw DecodeError(offset: 0, reason: .unexpected(field: "ProtocolId", value: UInt64(try bytes.u32be(at: 0))))
      }
    } catch {
      sink.unreadable("SMB message", error, frame: frame, side: side)
    }
    return nil
  }

  /// Announces a message inside TRANSFORM_HEADER (MS-SMB2 2.2.41) once its packet is complete.
  private mutating func emitSealed(
    _ bytes: borrowing ByteView, isComplete: Bool, _ origin: MessageOrigin, _ frame: FrameStamp, _ sink: any SMBMessageSink
  ) throws(DecodeError) {
    let sessionID = try bytes.u64le(at: 44)
    let size = Int(try bytes.u32le(at: 36))
    if isComplete, partial.read({ $0.pendingEncrypted.isEmpty }) {
      sink.encrypted(sessionID: sessionID, size: size, origin: origin, side: side)
      return
    }
    if partial.read({ $0.pendingEncrypted.count }) == Limit.encryptedMessages { releaseEncrypted(frame, sink) }
    partial.value.pendingEncrypted.append((sessionID, size, origin.firstFrame))
  }

  /// Hands on an SMB2 message in clear, or one that was inside another.
  ///
  /// - Returns: the distance to the next member; nil when there is none.
  func emitPlain(
    _ command: SMB2Command, _ bytes: borrowing ByteView, room: Int, isComplete: Bool, _ origin: MessageOrigin,
    _ sink: any SMBMessageSink
  ) throws(DecodeError) -> Int? {
    guard command.isControlPlane else {
      let header = try bytes.view(at: 0, count: SMB2Header.length)
      try header.expect("StructureSize", at: 4, equals: 64)
      sink.passing(PassedHeader(header, command: command), header, origin: origin, side: side, isComplete: isComplete)
      return try nextMember(try header.u32le(at: 20), room: room)
    }
    let header = try SMB2Header(bytes)
    sink.smb2(header, bytes, origin: origin, side: side, isComplete: isComplete)
    return try nextMember(header.nextCommand, room: room)
  }

  /// MS-SMB2 2.2.1: offset of the next member, or nil behind the last.
  private func nextMember(_ nextCommand: UInt32, room: Int) throws(DecodeError) -> Int? {
    guard nextCommand != 0 else { return nil }
    let next = Int(nextCommand)
    guard Self.isMember(at: next, room: room) else {
      throw DecodeError(offset: 20, reason: .unexpected(field: "NextCommand", value: UInt64(next)))
    }
    return next
  }
}
