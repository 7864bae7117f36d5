import Packets

// The length of a message by its first bytes, and whether it is possible.
extension SMBFramer {
  /// What a CREATE or QUERY_INFO request asks for, as far as the chunk has it; nil of an answer.
  static func asked(_ command: SMB2Command, _ bytes: borrowing ByteView, at member: Int) -> PassedHeader.Asked? {
    guard let flags = try? bytes.u32le(at: member + 16),
      flags & SMB2Flags.serverToRedirector.rawValue == 0
    else { return nil }
    guard command == .create else { return (try? bytes.u8(at: member + PassedHeader.Asked.info - 1)).map { PassedHeader.Asked(infoType: $0) } }
    guard let access = try? bytes.u32le(at: member + PassedHeader.Asked.access - 4) else { return nil }
    return PassedHeader.Asked(
      desiredAccess: access, treeID: (try? bytes.u32le(at: member + 36)) ?? 0,
      nameLength: try? bytes.u16le(at: member + PassedHeader.Asked.name - 2))
  }

  /// How many bytes of a member are wanted; nil when too few are there to tell.
  static func wanted(_ bytes: borrowing ByteView, room: Int) -> Int? {
    guard let magic = try? bytes.u32le(at: 0) else { return nil }
    switch SMB2Protocol(rawValue: magic) {
    case .plain:
      guard let command = try? bytes.u16le(at: 12), let next = try? bytes.u32le(at: 20) else { return nil }
      let length = isMember(at: Int(next), room: room) ? Int(next) : room
      let command2 = SMB2Command(rawValue: command)
      if length > Limit.controlMessage, command2 != .ioctl { return SMB2Header.length + 8 }
      if command2 == .ioctl { return min(length, Limit.ioctl) }
      return min(length, command2.isControlPlane ? Limit.controlMessage : SMB2Header.length)
    case .encrypted: return min(room, 52)
    case .compressed: return wantedOfTransform(bytes, room: room)
    case .smb1:
      guard let command = try? bytes.u8(at: 4) else { return nil }
      return min(room, SMB1Command(rawValue: command).wantedBytes)
    default: return min(room, 16)
    }
  }

  /// Command of a message that is only announced, and the distance to the next; nil for any other message.
  static func passableMember(
    _ header: borrowing ByteView, room: Int
  ) -> (command: SMB2Command, distance: Int)? {
    guard room >= SMB2Header.length, (try? header.u32le(at: 0)) == SMB2Protocol.plain.rawValue,
      (try? header.u16le(at: 4)) == 64, let code = try? header.u16le(at: 12), let next = try? header.u32le(at: 20)
    else { return nil }
    let command = SMB2Command(rawValue: code)
    guard !command.isControlPlane, next == 0 || isMember(at: Int(next), room: room) else { return nil }
    // A doubtful length is left to the complete check.
    guard next != 0 || room <= Limit.controlMessage else { return nil }
    return (command, Int(next))
  }

  static func lyingLength(_ length: Int) -> DecodeError {
    DecodeError(offset: 0, reason: .unexpected(field: "NBSS length", value: UInt64(length)))
  }

  /// Whether a message cannot be as long as its NBSS header states: only some commands carry data, lists or structures of other
  /// protocols, and READ and WRITE state how much.
  static func isTooLong(_ message: borrowing ByteView, _ command: SMB2Command, length: Int) -> Bool {
    guard length > Limit.controlMessage, let isResponse = try? message.u32le(at: 16) & 1 != 0 else { return false }
    switch (command, isResponse) {
    case (.ioctl, _), (.queryDirectory, _), (.changeNotify, _), (.queryInfo, _), (.setInfo, _): return false
    case (.read, true), (.write, false):
      // MS-SMB2 2.2.20 and 2.2.21: StructureSize 2, DataOffset 1 or 2, Length 4.
      guard let size = try? message.u16le(at: 64), size == (isResponse ? 17 : 49), let offset = try? message.u16le(at: 66),
        let count = try? message.u32le(at: 68)
      else { return false }
      return length > Int(isResponse ? offset & 0xff : offset) + Int(count) + Limit.padding
    default: return command.isKnown
    }
  }

  /// Whether a segment begins like a message in the middle of a control-plane message. Nothing inside such a message looks like
  /// a beginning.
  func isInterrupted(by segment: borrowing ByteView) -> Bool {
    guard held.count >= SMB2Header.length, packetType == .message, SMBSignature.isCredible(segment, at: 0) else { return false }
    let head = ByteView(held.span)
    guard let magic = try? head.u32le(at: 0) else { return false }
    switch SMB2Protocol(rawValue: magic) {
    case .plain:
      guard let command = try? SMB2Command(rawValue: head.u16le(at: 12)) else { return false }
      return command.isControlPlane && command != .ioctl
    case .smb1: return (try? SMB1Command(rawValue: head.u8(at: 4)))?.isControlPlane ?? false
    default: return false
    }
  }

  static func isMember(at next: Int, room: Int) -> Bool { next >= SMB2Header.length + 2 && next < room }

  /// The place of an NBSS header before an SMB message; nil if there is none in sight.
  static func firstBoundary(in bytes: borrowing ByteView) -> Int? {
    var offset = 0
    while offset + SMBSignature.span <= bytes.count {
      if SMBSignature.isCredible(bytes, at: offset) { return offset }
      offset += 1
    }
    return nil
  }
}
