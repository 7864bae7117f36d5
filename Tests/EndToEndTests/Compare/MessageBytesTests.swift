import Packets
import Protocols
import TestSupport
import Testing

@testable import Compare

/// What is kept of messages takes little room, and comes back as it was.
@Suite struct MessageBytesTests {
  private func message(_ bytes: [UInt8], _ command: SMB2Command) -> PointMessage {
    PointMessage(
      identity: PointMessage.Identity(form: .smb2(command), isResponse: false, number: 7), side: .first, firstFrame: 3,
      stamp: FrameStamp(number: 4, time: Timestamp(nanoseconds: 5)), reach: 6, size: bytes.count, isWhole: true, digest: 8, bytes: bytes)
  }

  /// Messages that differ from one another in some places, and others that have nothing in common.
  @Test(arguments: 1...20)
  func givesBackEveryByte(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let book = MessageTemplates()
    var kept = MessageBytes()
    let model = (0..<300).map { _ in UInt8.random(in: 0...255, using: &generator) }
    var all: [(stored: StoredMessage, bytes: [UInt8])] = []
    for _ in 0..<60 {
      var bytes = model.prefix([0, 1, 64, 65, 300].randomElement(using: &generator) ?? 0).map(\.self)
      let changes = bytes.isEmpty ? 0 : [0, 1, 3, 40, 1000].randomElement(using: &generator) ?? 0
      for _ in 0..<changes { bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator) }
      let command = [SMB2Command.negotiate, .sessionSetup, .treeConnect].randomElement(using: &generator) ?? .negotiate
      let whole = message(bytes, command)
      all.append((StoredMessage(whole, bytes: kept.add(bytes, of: whole.identity, book)), bytes))
    }
    let trimmed = kept.trimmed
    for (stored, bytes) in all { #expect(trimmed.bytes(of: stored, book.templates) == bytes) }
  }

  /// Connections of one client to one server: a few numbers of each message are its own.
  @Test func takesLittleRoomForWhatIsAlike() {
    let book = MessageTemplates()
    var kept = MessageBytes()
    var bytes = [UInt8](repeating: 1, count: 400)
    for number in 0..<100 {
      for place in 40..<56 { bytes[place] = UInt8(truncatingIfNeeded: number &* place) }
      _ = kept.add(bytes, of: message(bytes, .sessionSetup).identity, book)
    }
    #expect(kept.count < 100 * 24)
    #expect(MemoryLayout<StoredMessage>.stride <= 88)
  }

  @Test func keepsAllThatIsKnownOfAMessage() {
    var whole = message([1, 2, 3], .ioctl)
    whole.identity.isInterim = true
    whole.packet = PacketMark(start: 9, size: 10, digest: 11)
    (whole.member, whole.isAllRead, whole.isValidation, whole.isOfSession) = (2, true, true, true)
    var kept = MessageBytes()
    let book = MessageTemplates()
    let stored = StoredMessage(whole, bytes: kept.add(whole.bytes, of: whole.identity, book))
    let restored = stored.message(kept.bytes(of: stored, book.templates))
    #expect("\(restored)" == "\(whole)")
  }
}
