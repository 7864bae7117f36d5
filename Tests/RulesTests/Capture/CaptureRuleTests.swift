import Diagnosis
import Packets
import Rules
import TestSupport
import Testing
import Transcripts

@Suite struct CaptureRuleTests {
  private static func healthy() -> Conversation {
    var conversation = Conversation()
    conversation.open()
    conversation.ask()
    conversation.answer()
    return conversation
  }

  private func fired(_ frames: [TestFrame]) -> [String] { Judged(frames).fired(in: [.capture]) }

  @Test func isSilentAboutAWholeRecording() {
    #expect(fired(Self.healthy().frames).isEmpty)
  }

  @Test func saysWhatIsMissing() {
    let frames = Self.healthy().frames
    #expect(fired([]) == ["no-smb-found info proven"])
    #expect(fired(Array(frames.dropFirst(3))) == ["capture-starts-midstream info proven"])
    #expect(fired(Array(frames.dropLast())) == ["capture-ends-early info proven"])
    #expect(fired(frames.filter { $0.bytes[35] != 0xbd }).contains("capture-one-directional info proven"))
  }

  @Test func waitsOnlyAMinute() {
    var conversation = Self.healthy()
    conversation = Conversation()
    conversation.open()
    conversation.ask()
    conversation.goOn(after: 61)
    #expect(fired(conversation.frames).isEmpty)
  }

  @Test func tellsAGapFromAShortSnapshotLength() {
    var conversation = Conversation()
    conversation.open()
    conversation.send(.client, [UInt8](repeating: 0, count: 50), isCaptured: false)
    conversation.ask()
    conversation.answer()
    conversation.send(.client)
    #expect(fired(conversation.frames) == ["capture-has-gaps warning proven"])

    var frames = Self.healthy().frames
    frames[3] = TestFrame(nanoseconds: frames[3].time.nanoseconds, Array(frames[3].bytes.prefix(96)), originalLength: frames[3].bytes.count)
    #expect(fired(frames) == ["capture-truncated warning proven"])
  }

  /// What the recorder says it lost is a warning beside gaps in SMB, and a note without.
  @Test func tellsWhatTheRecorderLost() {
    let lost = [RecordingFacts.LostPackets(file: "a.pcapng", count: 17), .init(file: "b.pcapng", count: 1)]
    func gaps(_ frames: [TestFrame]) -> [Finding] {
      Judged(frames, lostPackets: lost).ofRecording.filter { $0.rule.id == "capture-has-gaps" }
    }
    let whole = gaps(Self.healthy().frames)
    #expect(whole.map(\.severity) == [.info, .info])
    #expect(whole.map(\.observation.summary) == ["the recorder of a.pcapng lost 17 packets", "the recorder of b.pcapng lost 1 packet"])
    var conversation = Conversation()
    conversation.open()
    conversation.send(.client, [UInt8](repeating: 0, count: 50), isCaptured: false)
    conversation.ask()
    conversation.answer()
    conversation.send(.client)
    #expect(gaps(conversation.frames).map(\.severity) == [.warning, .warning, .warning])
  }

  /// File contents may be cut: nobody reads them.
  @Test func notesACutThatHidesNothing() {
    var conversation = Self.healthy()
    conversation.send(.client, nbss(SMB2Bytes.request(9, 1, [UInt8](repeating: 0, count: 900)).bytes))
    var frames = conversation.frames
    frames[5] = TestFrame(nanoseconds: frames[5].time.nanoseconds, Array(frames[5].bytes.prefix(200)), originalLength: frames[5].bytes.count)
    #expect(fired(frames) == ["capture-truncated info proven"])
  }

  @Test func countsCopies() {
    var conversation = Self.healthy()
    for number in 1..<4 as Range<UInt64> {
      conversation.request(.request(13, number, SMB2BodyBytes.empty))
      conversation.response(.response(13, number, SMB2BodyBytes.empty))
    }
    #expect(fired(conversation.frames).isEmpty)
    #expect(fired(conversation.frames.flatMap { [$0, $0] }) == ["duplicate-packets info likely"])
  }

  @Test func noticesDisorder() {
    var frames = Self.healthy().frames
    frames[4].time.nanoseconds -= 2_000_000
    #expect(fired(frames) == ["capture-out-of-order info proven"])
  }

  @Test func noticesEncryption() {
    var conversation = Self.healthy()
    conversation.request(.request(1, 1, SMB2BodyBytes.sessionSetupRequest()))
    conversation.response(.response(1, 1, session: 7, SMB2BodyBytes.sessionSetupResponse()))
    conversation.send(.client, nbss(encryptedMessage(session: 7, ciphertext: 100)))
    #expect(fired(conversation.frames) == ["encrypted-opaque info proven"])
  }

  @Test func repeatsDamage() {
    let damage = CaptureWarning(message: "cut short", file: "a.pcap", frame: 7, byte: nil)
    let found = Judged(Self.healthy().frames, damage: [damage]).all.filter { $0.rule.id == "capture-truncated-file" }
    #expect(found.map(\.observation.summary) == ["a.pcap is damaged at frame 7: cut short"])
  }

  // MARK: SMB that cannot be seen

  private static let quicInitial: [UInt8] = [0xc3, 0, 0, 0, 1, 8] + .counting(8) + [0] + [UInt8](repeating: 0, count: 1200)

  private static func udp(_ payload: [UInt8], port: UInt16) -> [UInt8] {
    var packet = IPv4Bytes(payload: ByteWriter().u16be(55_000).u16be(port).u16be(UInt16(8 + payload.count)).u16be(0).raw(payload).bytes)
    packet.transport = 17
    return ethernetFrame(etherType: 0x0800, packet.bytes)
  }

  @Test func mentionsQUICOnlyWhereSMBDoesNotWork() {
    let quic = Self.udp(Self.quicInitial, port: 443)
    var failed = Conversation()
    failed.send(.client, flags: [.syn])
    failed.send(.server, flags: [.rst, .ack])
    failed.add(quic)
    #expect(Judged(failed.frames).all.map(\.rule.id) == ["tcp-syn-refused", "smb-over-quic-not-visible"])
    var alone = Conversation()
    alone.add(quic)
    #expect(Judged(alone.frames).all.map(\.rule.id) == ["smb-over-quic-not-visible", "no-smb-found"])
    // A browser beside SMB with another server.
    var beside = Conversation(server: Endpoint(address: IPAddress(10, 0, 0, 9), port: 445))
    beside.open()
    beside.ask()
    beside.answer()
    beside.add(quic)
    #expect(!Judged(beside.frames).all.contains { $0.rule.phase == .transport })
  }

  @Test func mentionsRDMA() {
    var iwarp = Conversation(server: Endpoint(address: IPAddress(10, 0, 0, 2), port: 5445))
    iwarp.open()
    iwarp.send(.client, Array("MPA ID Req Frame".utf8) + [0, 1, 0, 0])
    #expect(Judged(iwarp.frames).all.map(\.rule.id) == ["smb-over-rdma-not-visible", "no-smb-found"])
    var roce = Self.healthy()
    roce.add(Self.udp([4] + [UInt8](repeating: 0, count: 40), port: 4791))
    #expect(Judged(roce.frames).fired(in: [.transport]) == ["smb-over-rdma-not-visible info possible"])
  }
}
