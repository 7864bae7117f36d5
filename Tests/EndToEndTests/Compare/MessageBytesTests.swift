import Packets
import Protocols
import TestSupport
import Testing

@testable import Compare

/// What is kept of messages takes little room, and comes back as it was.
@Suite struct MessageBytesTests {
  private func identity(_ command: SMB2Command) -> PointMessage.Identity {
    PointMessage.Identity(form: .smb2(command), isResponse: false, number: 7)
  }

  private func message(_ identity: PointMessage.Identity) -> StoredMessage {
    let origin = MessageOrigin(firstFrame: 3, lastFrame: 4, lastTime: Timestamp(nanoseconds: 5))
    return StoredMessage(identity, .second, origin, reach: 6, size: 12, digest: 8)
  }

  /// Messages that differ from one another in some places, and others that have nothing in common.
  @Test(arguments: 1...20)
  func givesBackEveryByte(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var book = MessageTemplates()
    var kept = MessageBytes()
    let model = (0..<300).map { _ in UInt8.random(in: 0...255, using: &generator) }
    var all: [(stored: StoredMessage, bytes: [UInt8])] = []
    for _ in 0..<60 {
      var bytes = model.prefix([0, 1, 64, 65, 300].randomElement(using: &generator) ?? 0).map(\.self)
      let changes = bytes.isEmpty ? 0 : [0, 1, 3, 40, 1000].randomElement(using: &generator) ?? 0
      for _ in 0..<changes { bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator) }
      let command = [SMB2Command.negotiate, .sessionSetup, .treeConnect].randomElement(using: &generator) ?? .negotiate
      var stored = message(identity(command))
      stored.bytes = kept.add(ByteView(bytes.span), of: identity(command), &book)
      all.append((stored, bytes))
    }
    let trimmed = kept.trimmed
    for (stored, bytes) in all { #expect(trimmed.excerpt(of: stored, book.templates).bytes == bytes) }
  }

  /// Connections of one client to one server: a few numbers of each message are its own.
  @Test func takesLittleRoomForWhatIsAlike() {
    var book = MessageTemplates()
    var kept = MessageBytes()
    var bytes = [UInt8](repeating: 1, count: 400)
    for number in 0..<100 {
      for place in 40..<56 { bytes[place] = UInt8(truncatingIfNeeded: number &* place) }
      _ = kept.add(ByteView(bytes.span), of: identity(.sessionSetup), &book)
    }
    #expect(kept.count < 100 * 24)
    #expect(MemoryLayout<StoredMessage>.stride <= 88)
  }

  @Test func keepsAllThatIsKnownOfAMessage() {
    let bytes: [UInt8] = [1, 2, 3]
    let mark = PacketMark(start: 9, size: 10, digest: 11)
    var identity = identity(.ioctl)
    identity.isInterim = true
    var kept = MessageBytes()
    var book = MessageTemplates()
    var stored = message(identity)
    stored.set(.allRead)
    stored.put(in: mark, member: 2)
    stored.bytes = kept.add(ByteView(bytes.span), of: identity, &book)
    let restored = stored.message(kept.excerpt(of: stored, book.templates))
    #expect(restored.identity == identity && restored.side == .second && restored.bytes == bytes && restored.packet == mark)
    #expect(restored.stamp == FrameStamp(number: 4, time: Timestamp(nanoseconds: 5)) && restored.firstFrame == 3)
    #expect((restored.reach, restored.size, restored.digest, restored.member) == (6, 12, 8, 2))
    #expect(restored.isAllRead && !restored.isWhole && !restored.isValidation && !restored.isOfSession)
    stored.set(.whole)
    stored.set(.validation)
    stored.set(.ofSession)
    let other = stored.message(kept.excerpt(of: stored, book.templates))
    #expect(other.isWhole && other.isValidation && other.isOfSession)
  }
}
