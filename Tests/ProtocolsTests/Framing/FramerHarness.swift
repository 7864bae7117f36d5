import Protocols
import TestSupport

@testable import Packets

/// Writes down what a framer hands on.
final class RecordingSink: SMBMessageSink {
  enum Content: Equatable {
    case smb2(SMB2Command, messageID: UInt64, [UInt8])
    case smb1(SMB1Command, [UInt8])
    case encrypted(UInt64)
    case compressed(DecodeError?)
    case session(NBSSType, [UInt8])
    case unreadable(String, DecodeError)
    case lost(Int)
    case cut(SMB2Command, [UInt8])
  }

  struct Event: Equatable {
    var content: Content
    var firstFrame: Int
    /// 0 while payload of the packet is still to come.
    var lastFrame: Int
  }

  private(set) var events: [Event] = []
  var compression = SMB2CompressionAgreement.unknown

  var contents: [Content] { events.map(\.content) }
  /// SMB2 messages by MessageId.
  var messageIDs: [UInt64] {
    contents.compactMap { if case .smb2(_, let id, _) = $0 { id } else { nil } }
  }
  var unreadable: [Content] {
    contents.filter { if case .unreadable = $0 { true } else { false } }
  }

  func smb2(_ header: SMB2Header, _ message: borrowing ByteView, origin: MessageOrigin, side: Side, isComplete: Bool) {
    let content = Content.smb2(header.command, messageID: header.messageID, message.copy())
    events.append(Event(content: content, firstFrame: origin.firstFrame, lastFrame: isComplete ? origin.lastFrame : 0))
  }

  func passing(
    _ message: PassedHeader, _ header: borrowing ByteView, origin: MessageOrigin, side: Side, isComplete: Bool
  ) {
    let content = Content.smb2(message.command, messageID: message.messageID, header.copy())
    events.append(Event(content: content, firstFrame: origin.firstFrame, lastFrame: isComplete ? origin.lastFrame : 0))
  }

  func smb1(_ header: SMB1Header, _ message: borrowing ByteView, origin: MessageOrigin, side: Side) {
    record(.smb1(header.command, message.copy()), origin)
  }

  func cut(_ header: SMB2Header, _ message: borrowing ByteView, origin: MessageOrigin, side: Side) {
    record(.cut(header.command, message.copy()), origin)
  }

  func encrypted(sessionID: UInt64, size: Int, origin: MessageOrigin, side: Side) { record(.encrypted(sessionID), origin) }
  func compressed(origin: MessageOrigin, side: Side, damage: DecodeError?) { record(.compressed(damage), origin) }

  func session(_ type: NBSSType, _ body: borrowing ByteView, origin: MessageOrigin, side: Side) {
    record(.session(type, body.copy()), origin)
  }

  func unreadable(_ structure: String, _ error: DecodeError, frame: FrameStamp, side: Side) {
    events.append(Event(content: .unreadable(structure, error), firstFrame: frame.number, lastFrame: frame.number))
  }

  func lost(_ count: Int, frame: FrameStamp, side: Side) {
    events.append(Event(content: .lost(count), firstFrame: frame.number, lastFrame: frame.number))
  }

  func packetCompleted(side: Side, frame: FrameStamp) {
    for index in events.indices where events[index].lastFrame == 0 { events[index].lastFrame = frame.number }
  }

  private func record(_ content: Content, _ origin: MessageOrigin) {
    events.append(Event(content: content, firstFrame: origin.firstFrame, lastFrame: origin.lastFrame))
  }
}

/// A framer behind a stream assembler, as in a connection.
final class FramerHarness: StreamConsumer {
  let sink = RecordingSink()
  var framer: SMBFramer
  private var assembler = StreamAssembler()
  /// Bytes that the framer was shown.
  private(set) var shownBytes = 0
  /// What it said of the bytes behind each chunk.
  private(set) var passes: [Int] = []
  private var frame = 0

  init(isAligned: Bool = true) {
    framer = SMBFramer(side: .first, isAligned: isAligned)
    assembler.anchor(at: 0)
  }

  func receive(_ chunk: borrowing StreamChunk) -> Int {
    shownBytes += chunk.bytes.count
    let pass = framer.receive(chunk, sink: sink)
    passes.append(pass)
    return pass
  }

  func missed(_ count: Int, at offset: Int, side: Side, frame: FrameStamp) {
    framer.missed(count, at: offset, frame: frame, sink: sink)
  }

  /// Takes the next segment; `lost` bytes in front of it are missing from the capture. Its bytes lie inside a frame.
  func take(_ bytes: some Collection<UInt8>, lost: Int = 0) {
    frame += 1
    position += lost
    let whole = [UInt8](repeating: 0xee, count: 54) + bytes
    guard let payload = try? ByteView(whole.span).view(from: 54) else { return }
    assembler.accept(
      payload, at: position, length: bytes.count, side: .first,
      frame: FrameStamp(number: frame, time: Timestamp(nanoseconds: 0)), to: self)
    position += bytes.count
    if assembler.isWaiting { assembler.finish(side: .first, to: self) }
  }

  private var position = 0

  /// The events of a stream cut at these positions; each piece is a frame, from 1.
  static func events(of stream: [UInt8], cutAt cuts: [Int] = [], isAligned: Bool = true) -> [RecordingSink.Event] {
    let harness = FramerHarness(isAligned: isAligned)
    for (start, end) in zip([0] + cuts, cuts + [stream.count]) { harness.take(stream[start..<end]) }
    return harness.sink.events
  }
}
