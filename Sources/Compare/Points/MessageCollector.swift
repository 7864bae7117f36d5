import Packets
import Protocols

/// Takes the messages of a connection from its framers.
final class MessageCollector: SMBMessageSink {
  /// One value: to reach it is checked at run time, and once for each message is enough.
  private(set) var kept: KeptMessages

  init(memory: PointMemory) { kept = KeptMessages(memory: memory) }

  /// The bytes up to here come next.
  func begin(chunkEnd: Int) { kept.chunkEnd = chunkEnd }

  func rest(beside other: PointConnection?) { kept.rest(beside: other) }

  /// The packet with the last messages is over.
  ///
  /// - Parameter head: its first bytes; empty when it is whole in this piece.
  func close(_ mark: PacketMark, _ piece: borrowing StreamChunk, head: [UInt8]) { kept.close(mark, piece, head: head) }

  /// The same, or it will never be over.
  func flush(_ side: Side, _ mark: PacketMark?) { kept.flush(side, mark) }

  // MARK: Messages

  var compression: SMB2CompressionAgreement { .unknown }

  func passing(
    _ passed: PassedHeader, _ header: borrowing ByteView, origin: MessageOrigin, side: Side, isComplete: Bool
  ) {
    guard let flags = try? header.u32le(at: 16) else { return }
    let isInterim = passed.isPending && flags & SMB2Flags.async.rawValue != 0
    let identity = PointMessage.Identity(
      form: .smb2(passed.command), isResponse: passed.isResponse, number: passed.messageID, isInterim: isInterim)
    kept.add(identity, header, origin, side, isAllRead: false)
  }

  private func identity(of header: SMB2Header) -> PointMessage.Identity {
    PointMessage.Identity(
      form: .smb2(header.command), isResponse: header.isResponse, number: header.messageID, isInterim: header.isInterim)
  }

  func smb2(_ header: SMB2Header, _ message: borrowing ByteView, origin: MessageOrigin, side: Side, isComplete: Bool) {
    kept.addKeys(of: header, message)
    // Of IOCTL no more is read than ``SMBFramer`` wants.
    kept.add(identity(of: header), message, origin, side, isAllRead: header.command != .ioctl)
  }

  func cut(_ header: SMB2Header, _ message: borrowing ByteView, origin: MessageOrigin, side: Side) {
    kept.addKeys(of: header, message)
    kept.add(identity(of: header), message, origin, side, isWhole: false, isAllRead: false)
  }

  func smb1(_ header: SMB1Header, _ message: borrowing ByteView, origin: MessageOrigin, side: Side) {
    let identity = PointMessage.Identity(
      form: .smb1(header.command), isResponse: header.isResponse, number: header.exchangeID)
    kept.add(identity, message, origin, side, isAllRead: header.command.isControlPlane)
  }

  func encrypted(sessionID: UInt64, size: Int, origin: MessageOrigin, side: Side) {
    let identity = PointMessage.Identity(form: .encrypted, isResponse: false, number: UInt64(clamping: size))
    kept.add(closed: identity, size: size, origin, side)
  }

  func compressed(origin: MessageOrigin, side: Side, damage: DecodeError?) {
    kept.add(closed: PointMessage.Identity(form: .compressed, isResponse: false, number: 0), size: 0, origin, side)
  }

  func session(_ type: NBSSType, _ body: borrowing ByteView, origin: MessageOrigin, side: Side) {
    guard type != .keepAlive else { return }
    let identity = PointMessage.Identity(form: .session(type), isResponse: type != .sessionRequest, number: 0)
    kept.add(identity, body, origin, side, isAllRead: true)
  }

  func unreadable(_ structure: String, _ error: DecodeError, frame: FrameStamp, side: Side) {}
  func lost(_ count: Int, frame: FrameStamp, side: Side) {}
  func packetCompleted(side: Side, frame: FrameStamp) {}
}
