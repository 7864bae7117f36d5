import Packets

// With keys: messages with all their bytes, and what is inside TRANSFORM_HEADER (MS-SMB2 2.2.41).
extension SMBFramer {
  enum WholeLimit {
    /// The largest message whose signature is checked: reads and writes have at most 8 MiB.
    static let message = 8 * 1024 * 1024 + 64 * 1024
  }

  /// How many bytes of a member are wanted; nil when too few are there to tell.
  func wanted(_ bytes: borrowing ByteView, room: Int) -> Int? {
    guard let known = Self.wanted(bytes, room: room) else { return nil }
    guard readsWhole, let whole = Self.whole(bytes, room: room), whole <= WholeLimit.message else { return known }
    return max(known, whole)
  }

  /// The length of a message that has a signature or seal to check; nil for others.
  private static func whole(_ bytes: borrowing ByteView, room: Int) -> Int? {
    switch (try? bytes.u32le(at: 0)).map(SMB2Protocol.init) {
    case .plain:
      guard let flags = try? bytes.u32le(at: 16), flags & SMB2Flags.signed.rawValue != 0, let next = try? bytes.u32le(at: 20),
        let command = try? bytes.u16le(at: 12)
      else { return nil }
      let length = length(next, room: room)
      // Waiting for a wrong length would never end.
      return isTooLong(bytes, SMB2Command(rawValue: command), length: length) ? nil : length
    case .encrypted:
      guard let size = try? bytes.u32le(at: 36), Int(size) + 52 <= room else { return nil }
      return Int(size) + 52
    case .smb1:
      guard let flags = try? bytes.u16le(at: 10), SMB1Flags(rawValue: flags).contains(.signed) else { return nil }
      return room
    default: return nil
    }
  }

  private static func length(_ next: UInt32, room: Int) -> Int { isMember(at: Int(next), room: room) ? Int(next) : room }

  /// One packet may hold several transforms back to back; less than a header is padding.
  static func nextTransform(_ bytes: borrowing ByteView, room: Int) -> Int? {
    guard let size = try? bytes.u32le(at: 36) else { return nil }
    let next = 52 + Int(size)
    return room - next >= 52 ? next : nil
  }

  /// Hands on a message in clear, with the result of the check of its signature.
  ///
  /// - Returns: the distance to the next member; nil when there is none.
  func emitVerified(
    _ command: SMB2Command, _ bytes: borrowing ByteView, room: Int, isComplete: Bool, _ origin: MessageOrigin,
    _ sink: any SMBMessageSink
  ) throws(DecodeError) -> Int? {
    var origin = origin
    let header = try SMB2Header(bytes)
    if !origin.proof.isDecrypted {
      let length = Self.length(header.nextCommand, room: room)
      origin.proof = sink.verify(header, bytes.prefix(length), isWhole: bytes.count >= length, origin: origin)
    }
    // From here on, as much is read as without keys.
    let wanted = Self.wanted(bytes, room: room) ?? bytes.count
    return try emitPlain(command, bytes.prefix(wanted), room: room, isComplete: isComplete, origin, sink)
  }

  func emitVerifiedSMB1(_ bytes: borrowing ByteView, room: Int, _ origin: MessageOrigin, _ sink: any SMBMessageSink) throws(DecodeError) {
    var origin = origin
    let header = try SMB1Header(bytes)
    origin.proof = sink.verify(header, bytes, isWhole: bytes.count >= room, origin: origin)
    sink.smb1(header, bytes.prefix(Self.wanted(bytes, room: room) ?? bytes.count), origin: origin, side: side)
  }

  /// Hands on what is inside a transform, if a key opens it.
  func emitUnsealed(_ transform: borrowing ByteView, _ origin: MessageOrigin, _ sink: any SMBMessageSink) -> Bool {
    guard transform.count > 52, let sessionID = try? transform.u64le(at: 44),
      let inside = sink.unseal(transform, sessionID: sessionID, origin: origin, side: side)
    else { return false }
    var origin = origin
    origin.proof = .decrypted
    let message = ByteView(inside.span)
    guard (try? message.u32le(at: 0)).map(SMB2Protocol.init) == .compressed else {
      emitMembers(inside, origin, sink)
      return true
    }
    _ = emitCompressed(message, room: message.count, isComplete: true, origin, sink)
    return true
  }

  /// Hands on a message without its end, which only its signature or seal needs.
  ///
  /// - Returns: whether it waits for the end of its packet.
  func emitUnverified(_ bytes: borrowing ByteView, room: Int, _ origin: MessageOrigin, _ sink: any SMBMessageSink) -> Bool {
    if (try? bytes.u32le(at: 0)).map(SMB2Protocol.init) == .smb1 {
      try? emitVerifiedSMB1(bytes, room: max(room, bytes.count + 1), origin, sink)
      return false
    }
    if let sessionID = try? bytes.u64le(at: 44), let size = try? bytes.u32le(at: 36),
      (try? bytes.u32le(at: 0)).map(SMB2Protocol.init) == .encrypted
    {
      sink.encrypted(sessionID: sessionID, size: Int(size), origin: origin, side: side)
      return false
    }
    do throws(DecodeError) {
      let command = SMB2Command(rawValue: try bytes.u16le(at: 12))
      _ = try emitVerified(command, bytes, room: max(room, bytes.count + 1), isComplete: false, origin, sink)
    } catch {
      sink.unreadable("SMB message", error, frame: FrameStamp(number: origin.lastFrame, time: origin.lastTime), side: side)
    }
    return true
  }
}
