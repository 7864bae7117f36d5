import Packets
import TestSupport
import Testing

@testable import Protocols

/// One stream with every kind of packet, and where in it each message begins and its packet ends.
struct FramedStream {
  struct Expected {
    var content: RecordingSink.Content
    /// First byte of the message.
    var first: Int
    /// Last byte of its packet.
    var last: Int
  }

  private(set) var bytes: [UInt8] = []
  private(set) var expected: [Expected] = []

  /// Appends an NBSS packet; each message of it with its offset from the SMB header of the first.
  mutating func add(_ packet: [UInt8], _ messages: (offset: Int, content: RecordingSink.Content)...) {
    let start = bytes.count
    bytes += packet
    for message in messages {
      expected.append(Expected(content: message.content, first: start + 4 + message.offset, last: bytes.count - 1))
    }
  }

  /// The events expected when the stream is cut at these positions.
  func events(cutAt cuts: [Int]) -> [RecordingSink.Event] {
    func frame(_ offset: Int) -> Int { 1 + cuts.count { $0 <= offset } }
    return expected.map {
      RecordingSink.Event(content: $0.content, firstFrame: frame($0.first), lastFrame: frame($0.last))
    }
  }

  static let all: FramedStream = {
    var stream = FramedStream()
    let sessionRequest = [UInt8].counting(68)
    stream.add(nbss(sessionRequest, type: 0x81), (0, .session(.sessionRequest, sessionRequest)))
    let upgrade = smb1Negotiate(["NT LM 0.12", "SMB 2.002", "SMB 2.???"])
    stream.add(nbss(upgrade), (0, .smb1(.negotiate, upgrade)))
    let negotiate = SMB2Bytes.request(0, 1, SMB2BodyBytes.negotiateRequest()).bytes
    stream.add(nbss(negotiate), (0, .smb2(.negotiate, messageID: 1, negotiate)))
    // Related requests; only the header of the CREATE is wanted.
    let members = [
      SMB2Bytes.request(3, 2, SMB2BodyBytes.treeConnectRequest()),
      SMB2Bytes.request(5, 3, .counting(57)),
      SMB2Bytes.request(11, 4, SMB2BodyBytes.validateRequest()).signed,
    ]
    let compound = SMB2Bytes.compound(members)
    let second = (members[0].bytes.count + 7) & ~7
    let third = second + ((members[1].bytes.count + 7) & ~7)
    stream.add(
      nbss(compound), (0, .smb2(.treeConnect, messageID: 2, Array(compound[..<second]))),
      (second, .smb2(.create, messageID: 3, Array(compound[second..<(second + 64)]))),
      (third, .smb2(.ioctl, messageID: 4, Array(compound[third...]))))
    let write = SMB2Bytes.request(9, 5, .counting(300)).bytes
    stream.add(nbss(write), (0, .smb2(SMB2Command(rawValue: 9), messageID: 5, Array(write.prefix(64)))))
    stream.add(nbss([], type: 0x85), (-4, .session(.keepAlive, [])))
    stream.add(nbss([]))
    // Bulk data and a message that is wanted in one packet.
    let mixed = SMB2Bytes.compound([
      SMB2Bytes.request(9, 6, .counting(120)), SMB2Bytes.request(2, 7, SMB2BodyBytes.empty),
    ])
    stream.add(
      nbss(mixed), (0, .smb2(SMB2Command(rawValue: 9), messageID: 6, Array(mixed.prefix(64)))),
      (184, .smb2(.logoff, messageID: 7, Array(mixed[184...]))))
    // And the other way round: the wanted message is complete when the last byte nobody reads has passed.
    let tailed = SMB2Bytes.compound([
      SMB2Bytes.request(2, 8, SMB2BodyBytes.empty), SMB2Bytes.request(9, 9, .counting(90)),
    ])
    stream.add(
      nbss(tailed), (0, .smb2(.logoff, messageID: 8, Array(tailed.prefix(72)))),
      (72, .smb2(SMB2Command(rawValue: 9), messageID: 9, Array(tailed[72..<136]))))
    let twice = encryptedMessage(session: 0x42, ciphertext: 70) + encryptedMessage(session: 0x43, ciphertext: 20)
    stream.add(nbss(twice), (0, .encrypted(0x42)), (122, .encrypted(0x43)))
    // Inside a transform: a message that is wanted, and bulk data with its header in clear.
    let hidden = SMB2Bytes.request(3, 12, SMB2BodyBytes.treeConnectRequest()).bytes
    stream.add(nbss(compressed(hidden, 2)), (0, .smb2(.treeConnect, messageID: 12, hidden)))
    let bulk = SMB2Bytes.request(9, 13, .counting(200)).bytes
    stream.add(
      nbss(compressed(bulk, 3, clear: 64)), (0, .smb2(SMB2Command(rawValue: 9), messageID: 13, Array(bulk.prefix(64)))))
    let session = SMB2Bytes.request(1, 10, SMB2BodyBytes.sessionSetupRequest(token: .counting(150))).bytes
    stream.add(nbss(session), (0, .smb2(.sessionSetup, messageID: 10, session)))
    stream.add(nbss([0x82], type: 0x83), (0, .session(.negativeResponse, [0x82])))
    // Padding behind the last message is legal.
    let padded = SMB2Bytes.request(4, 11, SMB2BodyBytes.empty).bytes + [UInt8](repeating: 0, count: 12)
    stream.add(nbss(padded), (0, .smb2(.treeDisconnect, messageID: 11, padded)))
    return stream
  }()
}

@Suite struct SMBFramerTests {
  @Test func readsEveryKindOfPacket() {
    #expect(FramerHarness.events(of: FramedStream.all.bytes) == FramedStream.all.events(cutAt: []))
  }

  /// Two segments, cut at each position: the same messages, with the frames that brought their first and last bytes.
  @Test func readsTheSameForEverySplit() {
    for cut in 1..<FramedStream.all.bytes.count {
      let events = FramerHarness.events(of: FramedStream.all.bytes, cutAt: [cut])
      #expect(events == FramedStream.all.events(cutAt: [cut]), "cut at \(cut)")
    }
  }

  @Test(arguments: [1, 2, 3, 5, 7, 63, 64, 65, 100])
  func readsTheSameInPieces(size: Int) {
    let cuts = Array(stride(from: size, to: FramedStream.all.bytes.count, by: size))
    #expect(FramerHarness.events(of: FramedStream.all.bytes, cutAt: cuts) == FramedStream.all.events(cutAt: cuts))
  }

  @Test(arguments: 0..<300 as Range<UInt64>)
  func readsTheSameInRandomPieces(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let count = FramedStream.all.bytes.count
    let cuts = Set((0..<Int.random(in: 0...40, using: &generator)).map { _ in Int.random(in: 1..<count, using: &generator) }).sorted()
    #expect(FramerHarness.events(of: FramedStream.all.bytes, cutAt: cuts) == FramedStream.all.events(cutAt: cuts))
  }

  /// Without a handshake the framer first looks for a boundary, and then reads the same from the first SMB message on.
  @Test func readsTheSameWithoutAHandshake() {
    let stream = Array(FramedStream.all.bytes.dropFirst(72))
    let whole = FramerHarness.events(of: stream, isAligned: false).map(\.content)
    #expect(whole == Array(FramedStream.all.expected.dropFirst()).map(\.content))
    for cut in 1..<stream.count {
      #expect(FramerHarness.events(of: stream, cutAt: [cut], isAligned: false).map(\.content) == whole, "cut at \(cut)")
    }
  }

  // MARK: Passing

  /// A megabyte of READ data: the framer sees one header and says exactly how much nobody wants.
  @Test func passesBulkData() {
    let harness = FramerHarness()
    let read = SMB2Bytes.response(8, 5, .counting(1_048_576 + 16)).bytes
    let packet = nbss(read)
    for start in stride(from: 0, to: packet.count, by: 1_460) {
      harness.take(packet[start..<min(packet.count, start + 1_460)])
    }
    #expect(harness.passes.first == packet.count - 1_460)
    #expect(harness.shownBytes == 1_460)
    #expect(harness.sink.messageIDs == [5])
    harness.take(nbss(SMB2Bytes.request(2, 6, SMB2BodyBytes.empty).bytes))
    #expect(harness.sink.messageIDs == [5, 6])
  }

  @Test func passesToTheNextMemberOfACompound() {
    let harness = FramerHarness()
    let packet = nbss(
      SMB2Bytes.compound([
        SMB2Bytes.request(9, 1, .counting(10_000)), SMB2Bytes.request(2, 2, SMB2BodyBytes.empty),
      ]))
    harness.take(packet.prefix(500))
    #expect(harness.passes == [4 + 64 + 10_000 - 500])
    harness.take(packet.dropFirst(500).prefix(4_000))
    #expect(harness.shownBytes == 500)
    harness.take(packet.dropFirst(4_500))
    #expect(harness.shownBytes == 500 + 68)
    #expect(harness.sink.messageIDs == [1, 2])
  }

  @Test func readsABigSecurityBufferWhole() {
    let token = [UInt8].counting(60_000)
    let message = SMB2Bytes.request(1, 3, SMB2BodyBytes.sessionSetupRequest(token: token)).bytes
    let cuts = Array(stride(from: 1_460, to: message.count, by: 1_460))
    let events = FramerHarness.events(of: nbss(message), cutAt: cuts)
    #expect(events.map(\.content) == [.smb2(.sessionSetup, messageID: 3, message)])
    #expect(events.first?.lastFrame == cuts.count + 1)
  }

  @Test func doesNotHoldMoreThanAControlMessageNeeds() {
    let harness = FramerHarness()
    let message = SMB2Bytes.request(11, 3, SMB2BodyBytes.ioctlRequest(controlCode: 1, input: .counting(1_000_000))).bytes
    let packet = nbss(message)
    for start in stride(from: 0, to: packet.count, by: 1_460) {
      harness.take(packet[start..<min(packet.count, start + 1_460)])
    }
    #expect(harness.shownBytes < SMBFramer.Limit.ioctl + 2 * 1_460)
    #expect(harness.sink.messageIDs == [3])
    #expect(harness.sink.events.first?.lastFrame == (packet.count + 1_459) / 1_460)
  }

  // MARK: Compounds

  @Test(arguments: [1, 8, 63, 64, 65] as [UInt32])
  func reportsANextCommandThatIsTooSmall(next: UInt32) {
    var message = SMB2Bytes.request(2, 1, .counting(100))
    message.nextCommand = next
    expectReportOfNextCommand(message)
  }

  @Test(arguments: [164, 165, 1_000, 0x7fff_ffff, 0xffff_ffff] as [UInt32])
  func reportsANextCommandPastTheEnd(next: UInt32) {
    var message = SMB2Bytes.request(2, 1, .counting(100))
    message.nextCommand = next
    expectReportOfNextCommand(message)
  }

  /// The message itself is read, the fault reported once, and the next packet is read as ever.
  private func expectReportOfNextCommand(_ message: SMB2Bytes, sourceLocation: SourceLocation = #_sourceLocation) {
    let following = nbss(SMB2Bytes.request(2, 2, SMB2BodyBytes.empty).bytes)
    for cuts in [[], [30], [80], [170]] {
      let harness = FramerHarness()
      let stream = nbss(message.bytes) + following
      for (start, end) in zip([0] + cuts, cuts + [stream.count]) { harness.take(stream[start..<end]) }
      #expect(harness.sink.messageIDs == [1, 2], sourceLocation: sourceLocation)
      #expect(harness.sink.unreadable.count == 1, sourceLocation: sourceLocation)
      guard case .unreadable(_, let error)? = harness.sink.unreadable.first else { continue }
      #expect(
        error == DecodeError(offset: 20, reason: .unexpected(field: "NextCommand", value: UInt64(message.nextCommand))),
        sourceLocation: sourceLocation)
    }
  }

  @Test func readsEncryptedMessagesBackToBack() {
    let packet = nbss(
      encryptedMessage(session: 1, ciphertext: 100) + encryptedMessage(session: 2, ciphertext: 7)
        + encryptedMessage(session: 3, ciphertext: 500))
    for cut in 1..<packet.count {
      #expect(
        FramerHarness.events(of: packet, cutAt: [cut]).map(\.content) == [.encrypted(1), .encrypted(2), .encrypted(3)])
    }
  }

  /// Very many in one packet: the last ones wait for its end, and none is lost.
  @Test func announcesEveryEncryptedMessage() {
    let harness = FramerHarness()
    let packet = nbss((0..<200).flatMap { encryptedMessage(session: $0, ciphertext: 8) })
    harness.take(packet.dropLast(5))
    #expect(harness.sink.contents.count == 192)
    harness.framer.finish(FrameStamp(number: 9, time: Timestamp(nanoseconds: 0)), sink: harness.sink)
    #expect(harness.sink.contents.count == 200)
    #expect(harness.sink.events.last?.lastFrame == 9)
  }

  @Test func takesWhatIsTooShortBehindAnEncryptedMessageForPadding() {
    let packet = nbss(encryptedMessage(session: 1, ciphertext: 100) + [0, 0, 0, 0, 0])
    let following = nbss(SMB2Bytes.request(2, 2, SMB2BodyBytes.empty).bytes)
    let contents = FramerHarness.events(of: packet + following).map(\.content)
    #expect(contents.count == 2)
    #expect(contents.first == .encrypted(1))
  }

  @Test func survivesAnEncryptedMessageThatClaimsToBeHuge() {
    let packet = nbss(encryptedMessage(session: 1, ciphertext: 100).setting(UInt32.max, at: 36))
    let following = nbss(SMB2Bytes.request(2, 2, SMB2BodyBytes.empty).bytes)
    #expect(FramerHarness.events(of: packet + following).map(\.content).count == 2)
  }

  /// A byte of an error is a byte of its message, wherever that lies in its frame.
  @Test func namesTheByteOfTheMessage() {
    let harness = FramerHarness()
    let message = SMB2Bytes.request(0, 1, []).bytes.setting(UInt16(63), at: 4)
    harness.take(nbss(SMB2Bytes.request(2, 2, SMB2BodyBytes.empty).bytes) + nbss(message))
    #expect(
      harness.sink.unreadable == [
        .unreadable(
          "SMB message", DecodeError(offset: 4, reason: .unexpected(field: "StructureSize", value: 63)))
      ])
  }
}
