import Packets

// Messages inside COMPRESSION_TRANSFORM_HEADER: MS-SMB2 2.2.42.
extension SMBFramer {
  /// The header of a transform, and after it the SMB2 header if that is not compressed.
  static let transformHead = SMB2CompressedMessage.clearStart + SMB2Header.length

  /// How many bytes of a transform are wanted: all of it, or only its beginning when the rest is file data.
  static func wantedOfTransform(_ bytes: borrowing ByteView, room: Int) -> Int {
    let head = min(room, transformHead)
    guard bytes.count >= head else { return head }
    return isTooLong(transform: bytes, room: room) || passableHeader(of: bytes) != nil ? head : room
  }

  private static func isTooLong(transform: borrowing ByteView, room: Int) -> Bool {
    room > Limit.compressed || SMB2CompressedMessage.announcedSize(transform) > SMB2CompressedMessage.Limit.size
  }

  /// Command of a single skipped message, if its header is not compressed.
  private static func passableHeader(of transform: borrowing ByteView) -> SMB2Command? {
    guard SMB2CompressedMessage.clearCount(transform) >= SMB2Header.length,
      let header = try? transform.view(at: SMB2CompressedMessage.clearStart, count: SMB2Header.length),
      let next = passableMember(header, room: SMB2Header.length), next.distance == 0
    else { return nil }
    return next.command
  }

  /// Hands on what is inside a transform.
  ///
  /// - Parameter bytes: as many as ``wantedOfTransform(_:room:)`` asked for.
  /// - Returns: whether a message was announced that is complete with the packet.
  func emitCompressed(
    _ bytes: borrowing ByteView, room: Int, isComplete: Bool, _ origin: MessageOrigin, _ sink: any SMBMessageSink
  ) -> Bool {
    var origin = origin
    origin.isCompressed = true
    if let command = Self.passableHeader(of: bytes),
      let header = try? bytes.view(at: SMB2CompressedMessage.clearStart, count: SMB2Header.length)
    {
      sink.passing(
        PassedHeader(header, command: command), header.rebased(), origin: origin, side: side, isComplete: isComplete)
      return true
    }
    guard !Self.isTooLong(transform: bytes, room: room) else {
      sink.compressed(origin: origin, side: side, damage: SMB2CompressedMessage.impossibleSize(bytes))
      return false
    }
    do throws(DecodeError) {
      let message = try SMB2CompressedMessage(bytes, agreement: sink.compression)
      emitMembers(message.bytes, origin, sink)
    } catch {
      sink.compressed(origin: origin, side: side, damage: error)
    }
    return false
  }

  /// 3.1.4.4: what is compressed is one SMB2 message, or a compound.
  func emitMembers(_ message: [UInt8], _ origin: MessageOrigin, _ sink: any SMBMessageSink) {
    let whole = ByteView(message.span)
    var offset = 0
    do throws(DecodeError) {
      while true {
        let rest = try whole.view(from: offset).rebased()
        guard SMB2Protocol(rawValue: try rest.u32le(at: 0)) == .plain else {
          throw DecodeError(offset: 0, reason: .unexpected(field: "ProtocolId", value: UInt64(try rest.u32be(at: 0))))
        }
        let command = SMB2Command(rawValue: try rest.u16le(at: 12))
        let member = rest.prefix(Self.wanted(rest, room: rest.count) ?? rest.count)
        guard
          let next = try readsWhole
            ? emitVerified(command, rest, room: rest.count, isComplete: true, origin, sink)
            : emitPlain(command, member, room: rest.count, isComplete: true, origin, sink)
        else { return }
        offset += next
      }
    } catch {
      let frame = FrameStamp(number: origin.lastFrame, time: origin.lastTime)
      sink.unreadable("compressed SMB message", error, frame: frame, side: side)
    }
  }
}
