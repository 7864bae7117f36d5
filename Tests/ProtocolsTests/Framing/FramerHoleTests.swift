import Packets
import Protocols
import TestSupport
import Testing

/// What a framer does with holes, with lengths that lie, and with bytes that are no SMB.
@Suite struct FramerHoleTests {
  static func logoff(_ messageID: UInt64) -> [UInt8] {
    nbss(SMB2Bytes.request(2, messageID, SMB2BodyBytes.empty).bytes)
  }

  // MARK: Holes

  @Test func reportsALossInsideAWantedMessage() {
    let harness = FramerHarness()
    let session = nbss(SMB2Bytes.request(1, 1, SMB2BodyBytes.sessionSetupRequest(token: .counting(400))).bytes)
    harness.take(session.prefix(100))
    harness.take(session.suffix(100), lost: session.count - 200)
    harness.take(Self.logoff(2))
    // What came before the gap is handed on, without the length in front.
    #expect(harness.sink.contents.first == .cut(.sessionSetup, Array(session[4..<100])))
    #expect(harness.sink.contents.dropFirst().first == .lost(session.count - 200))
    #expect(harness.sink.messageIDs == [2])
    #expect(harness.sink.events.last?.firstFrame == 3)
  }

  @Test func isNotHarmedByALossInsidePayload() {
    let harness = FramerHarness()
    let write = nbss(SMB2Bytes.request(9, 1, .counting(5_000)).bytes)
    harness.take(write.prefix(100))
    harness.take(write.suffix(100) + Self.logoff(2), lost: write.count - 200)
    #expect(harness.sink.messageIDs == [1, 2])
    #expect(harness.sink.contents.count == 2)
  }

  @Test func reportsALossOfAnNBSSHeader() {
    let harness = FramerHarness()
    let write = nbss(SMB2Bytes.request(9, 1, .counting(500)).bytes)
    harness.take(write)
    harness.take(Self.logoff(2).dropFirst(3) + Self.logoff(3), lost: 3)
    #expect(harness.sink.contents.contains(.lost(3)))
    #expect(harness.sink.messageIDs == [1, 3])
  }

  /// A message that is there goes to the reader even if the rest of its packet, or what follows it, is lost.
  @Test func completesWhatItReadBeforeALoss() {
    let packet = nbss(
      SMB2Bytes.compound([SMB2Bytes.request(2, 1, SMB2BodyBytes.empty), SMB2Bytes.request(9, 2, .counting(3_000))]))
    let inTail = FramerHarness()
    inTail.take(packet.prefix(300))
    inTail.take(Self.logoff(4), lost: packet.count - 300 + 76)
    #expect(inTail.sink.messageIDs == [1, 2, 4])
    #expect(inTail.sink.events.allSatisfy { $0.lastFrame > 0 })

    let inMember = FramerHarness()
    inMember.take(packet.prefix(90))
    inMember.take(Self.logoff(4), lost: packet.count - 90)
    #expect(inMember.sink.messageIDs == [1, 4])
    #expect(inMember.sink.events.allSatisfy { $0.lastFrame > 0 })
    #expect(inMember.sink.events.first?.lastFrame == 2)
  }

  /// The second member of a packet is nonsense: the first stays read, and is complete.
  @Test func completesWhatItReadBeforeNonsense() {
    let harness = FramerHarness()
    var first = SMB2Bytes.request(2, 1, SMB2BodyBytes.empty)
    first.nextCommand = 72
    let packet = nbss(first.bytes + [0, 0, 0, 0] + [UInt8](repeating: 0x33, count: 200))
    harness.take(packet.prefix(150))
    harness.take(packet.dropFirst(150))
    harness.take(Self.logoff(5))
    #expect(harness.sink.messageIDs == [1, 5])
    #expect(harness.sink.unreadable.count == 1)
    #expect(harness.sink.events.first?.lastFrame == 1)
  }

  @Test func tellsWhetherAMessageWasBegun() {
    let harness = FramerHarness()
    #expect(!harness.framer.hasBegunMessage)
    harness.take(Self.logoff(1).prefix(2))
    #expect(!harness.framer.hasBegunMessage)
    harness.take(Self.logoff(1).dropFirst(2).prefix(30))
    #expect(harness.framer.hasBegunMessage)
    harness.take(Self.logoff(1).dropFirst(32))
    #expect(!harness.framer.hasBegunMessage)
  }

  // MARK: Finding the next boundary

  /// From the middle of payload on, cut at each position: the messages behind it are found.
  @Test func findsTheNextBoundaryWhereverItIsCut() {
    let stream = [UInt8].counting(100, from: 7) + Self.logoff(1) + Self.logoff(2)
    for cut in 1..<stream.count {
      let harness = FramerHarness(isAligned: false)
      harness.take(stream.prefix(cut))
      harness.take(stream.dropFirst(cut))
      #expect(harness.sink.messageIDs == [1, 2], "cut at \(cut)")
      #expect(harness.sink.unreadable.isEmpty)
      #expect(harness.sink.events.first?.lastFrame == (cut < 172 ? 2 : 1))
    }
  }

  @Test(arguments: [1, 2, 3, 4, 5, 9, 10, 11])
  func findsTheNextBoundaryInPieces(size: Int) {
    let stream = [UInt8].counting(50, from: 7) + Self.logoff(1) + Self.logoff(2)
    let harness = FramerHarness(isAligned: false)
    for start in stride(from: 0, to: stream.count, by: size) {
      harness.take(stream[start..<min(stream.count, start + size)])
    }
    #expect(harness.sink.messageIDs == [1, 2])
  }

  /// The name of the protocol in the middle of data does not make it a message.
  @Test func isNotMisledByTheProtocolNameAlone() {
    let decoys: [[UInt8]] = [
      [0xfe, 0x53, 0x4d, 0x42, 64, 0],
      [0, 0, 0, 10, 0xfe, 0x53, 0x4d, 0x42, 64, 0],
      [0, 0, 1, 0, 0xfe, 0x53, 0x4d, 0x42, 65, 0],
      [1, 0, 1, 0, 0xfe, 0x53, 0x4d, 0x42, 64, 0],
      [0, 0, 1, 0, 0xfb, 0x53, 0x4d, 0x42, 64, 0],
      [0, 0, 0, 31, 0xff, 0x53, 0x4d, 0x42, 0x72, 0],
      [0, 0, 0, 52, 0xfd, 0x53, 0x4d, 0x42, 0, 0],
    ]
    for decoy in decoys {
      let harness = FramerHarness(isAligned: false)
      harness.take([0x11, 0x22] + decoy + [0x33] + Self.logoff(1))
      #expect(harness.sink.contents.count == 1)
      #expect(harness.sink.messageIDs == [1])
    }
  }

  // MARK: Lengths that lie

  @Test(arguments: [1, 3, 4, 20, 63])
  func reportsAPacketTooShortForItsHeader(length: Int) {
    let message = SMB2Bytes.request(2, 1, SMB2BodyBytes.empty).bytes
    let harness = FramerHarness()
    harness.take(nbss(Array(message.prefix(length))) + Self.logoff(2))
    #expect(harness.sink.unreadable.count == 1)
    #expect(harness.sink.messageIDs == [2])
  }

  /// Where the true packet goes on behind the stated end, the framer finds its way back.
  @Test(arguments: [64, 65, 70])
  func recoversFromALengthThatIsTooSmall(length: Int) {
    let harness = FramerHarness()
    let message = SMB2Bytes.request(1, 1, SMB2BodyBytes.sessionSetupRequest(token: .counting(200, from: 9))).bytes
    harness.take(nbss(message, length: length) + Self.logoff(2))
    #expect(harness.sink.messageIDs == [1, 2])
    #expect(harness.sink.unreadable.count == 1)
  }

  @Test func passesAllThatALengthClaims() {
    let harness = FramerHarness()
    harness.take(nbss(SMB2Bytes.request(9, 1, .counting(48)).bytes, length: 0xff_ffff))
    #expect(harness.passes == [4 + 0xff_ffff - 116])
    harness.take(Self.logoff(2))
    #expect(harness.sink.messageIDs == [1])
    #expect(harness.shownBytes == 116)
  }

  @Test(arguments: [0x01, 0x42, 0x80, 0x86, 0xff] as [UInt8])
  func reportsAnUnknownPacketType(type: UInt8) {
    let harness = FramerHarness()
    harness.take(nbss(.counting(20), type: type) + Self.logoff(2))
    #expect(harness.sink.unreadable.count == 1)
    #expect(harness.sink.messageIDs == [2])
  }

  @Test func doesNotTakeAKeepAliveOfTheWrongLengthForOne() {
    let harness = FramerHarness()
    harness.take(nbss([], type: 0x85, length: 0x1_0000) + Self.logoff(2))
    #expect(harness.sink.unreadable.count == 1)
    #expect(harness.sink.messageIDs == [2])
  }

  @Test func reportsAnUnknownProtocol() {
    let harness = FramerHarness()
    harness.take(nbss(Array("GET / HTTP/1.1".utf8)) + Self.logoff(2))
    #expect(harness.sink.unreadable.count == 1)
    #expect(harness.sink.messageIDs == [2])
  }

  // MARK: Any bytes

  /// Random bytes, and streams with a few bytes changed, in random pieces: each is read to its end.
  @Test func survivesAnyBytes() {
    var generator = SeededGenerator(seed: 3)
    for round in 0..<10_000 {
      var stream: [UInt8]
      if round % 4 == 0 {
        stream = generator.bytes(Int.random(in: 0...300, using: &generator))
      } else {
        let start = Int.random(in: 0..<FramedStream.all.bytes.count, using: &generator)
        stream = Array(FramedStream.all.bytes[start...].prefix(600))
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
          let offset = Int.random(in: stream.indices, using: &generator)
          stream[offset] = [0, 1, 0x40, 0xfe, 0xff].randomElement(using: &generator)!
        }
      }
      let harness = FramerHarness(isAligned: Bool.random(using: &generator))
      var rest = stream[...]
      while !rest.isEmpty {
        let piece = rest.prefix(Int.random(in: 1...120, using: &generator))
        rest = rest.dropFirst(piece.count)
        harness.take(piece, lost: Int.random(in: 0..<10, using: &generator) == 0 ? 5 : 0)
      }
      for pass in harness.passes where pass < 0 { Issue.record("round \(round) passed \(pass)") }
    }
  }
}

@Suite struct SMBSignatureTests {
  static func isCredible(_ bytes: [UInt8]) -> Bool { SMBSignature.isCredible(ByteView(bytes.span), at: 0) }
  static func mayBegin(_ bytes: [UInt8]) -> Bool { SMBSignature.mayBegin(ByteView(bytes.span)) }

  @Test func knowsTheFourProtocols() {
    #expect(Self.isCredible(FramerHoleTests.logoff(1)))
    #expect(Self.isCredible(nbss(smb1Negotiate(["NT LM 0.12"]))))
    #expect(Self.isCredible(nbss(encryptedMessage(session: 1, ciphertext: 80))))
    #expect(Self.isCredible(nbss([0xfc, 0x53, 0x4d, 0x42] + .counting(60))))
    #expect(!Self.isCredible(Array("GET / HTTP/1.1\r\n".utf8)))
    #expect(!Self.isCredible([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03]))
  }

  @Test func waitsForAShortFirstSegment() {
    let message = FramerHoleTests.logoff(1)
    for count in 1..<10 {
      #expect(Self.mayBegin(Array(message.prefix(count))))
      #expect(!Self.isCredible(Array(message.prefix(count))))
    }
    #expect(!Self.mayBegin([]))
    #expect(!Self.mayBegin([0, 0, 0, 9, 0xfe, 0x53, 0x4d, 0x43]))
    #expect(!Self.mayBegin([1]))
  }
}

@Suite struct NBSSHeaderTests {
  @Test func reads24BitsOfLength() throws {
    let bytes: [UInt8] = [0x00, 0xab, 0xcd, 0xef]
    let header = try NBSSHeader(ByteView(bytes.span))
    #expect(header.type == .message)
    #expect(header.payloadLength == 0xab_cdef)
  }

  @Test(arguments: 0..<4)
  func refusesACutHeader(count: Int) {
    let bytes = [UInt8](repeating: 0, count: count)
    #expect(throws: DecodeError.self) { try NBSSHeader(ByteView(bytes.span)) }
  }

  @Test func knowsTheTypesOfRFC1002() {
    let known = (0...255).map { NBSSType(rawValue: UInt8($0)) }.filter(\.isKnown)
    #expect(known == [.message, .sessionRequest, .positiveResponse, .negativeResponse, .retarget, .keepAlive])
  }
}
