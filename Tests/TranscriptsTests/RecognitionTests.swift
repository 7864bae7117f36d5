import Packets
import Protocols
import TestSupport
import Testing

@testable import Transcripts

/// SMB on any port is known by its bytes, wherever the capture starts; what only looks like it is left alone.
@Suite struct RecognitionTests {
  private static func conversation(port: UInt16 = 8_445) -> Conversation {
    Conversation(server: Endpoint(address: IPAddress(10, 0, 0, 2), port: port))
  }

  private static let echo = SMB2Bytes.request(13, 7, session: Conversation.session, SMB2BodyBytes.empty)

  /// The end of a READ response, of which the beginning was not captured, and what follows.
  @Test(arguments: [0, 1, 5, 60])
  func findsSMBInTheMiddle(segments: Int) throws {
    var conversation = Self.conversation()
    for _ in 0..<segments { conversation.send(.server, .counting(1_000, from: 3)) }
    conversation.connectTree(4)
    let transcript = try #require(Recorded(conversation).transcripts.first)
    #expect(transcript.server.port == 8_445)
    #expect(transcript.visibility.startsMidstream)
    #expect(transcript.trees.map(\.isConnected) == [true])
    #expect(transcript.visibility.lost.isEmpty)
  }

  /// An SMB1 message tells it too.
  @Test func findsSMB1InTheMiddle() throws {
    var conversation = Self.conversation()
    conversation.send(.server, .counting(1_000, from: 3))
    conversation.send(.client, nbss(smb1Negotiate(HistoryTests.strings)))
    #expect(try #require(Recorded(conversation).transcripts.first).smb1?.request != nil)
  }

  /// SOCKS before SMB: what the two said to the proxy is no gap.
  @Test func findsSMBBehindAProxysWords() throws {
    var conversation = Self.conversation(port: 1_080)
    conversation.open()
    conversation.send(.client, [5, 1, 0])
    conversation.send(.server, [5, 0])
    conversation.send(.client, [5, 1, 0, 1, 10, 0, 0, 9, 1, 0xbd])
    conversation.send(.server, [5, 0, 0, 1, 10, 0, 0, 9, 0xc0, 1])
    conversation.negotiate()
    conversation.setUpSession()
    conversation.connectTree()
    conversation.send(.client)
    let transcript = try #require(Recorded(conversation).transcripts.first)
    #expect(transcript.outcome == .established)
    #expect(transcript.visibility.lost.isEmpty)
    #expect(transcript.visibility.missingFromClient + transcript.visibility.missingFromServer == 0)
    #expect(transcript.unreadable.isEmpty)
    #expect(transcript.foreignBeginnings.isEmpty)
  }

  /// The proxy's last words come behind the client's first message.
  @Test func readsAProxysLateWordsAsNobodys() throws {
    var conversation = Self.conversation(port: 1_080)
    conversation.open()
    conversation.send(.client, [5, 1, 0])
    conversation.request(.request(0, 0, SMB2BodyBytes.negotiateRequest()))
    conversation.send(.server, [5, 0, 0, 1, 10, 0, 0, 9, 0xc0, 1])
    conversation.response(.response(0, 0, SMB2BodyBytes.negotiateResponse()))
    let transcript = try #require(Recorded(conversation).transcripts.first)
    #expect(transcript.dialect == .smb302)
    #expect(transcript.foreignBeginnings.isEmpty)
  }

  struct Likeness: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var segment: [UInt8]
  }

  static let likenesses = [
    Likeness(testDescription: "no length", segment: nbss(echo.bytes, length: 0)),
    Likeness(testDescription: "too short", segment: nbss(echo.bytes, length: 63)),
    Likeness(testDescription: "no message type", segment: nbss(echo.bytes, type: 0x17)),
    Likeness(testDescription: "another StructureSize", segment: nbss(echo.bytes.setting(UInt16(65), at: 4))),
    Likeness(testDescription: "no such command", segment: nbss(echo.bytes.setting(UInt16(0x7474), at: 12))),
    Likeness(testDescription: "without NBSS", segment: echo.bytes),
    Likeness(testDescription: "not at the start", segment: [1] + nbss(echo.bytes)),
    Likeness(testDescription: "something else behind it", segment: nbss(echo.bytes) + .counting(100, from: 1)),
  ]

  @Test(arguments: likenesses)
  func leavesLikenessesAlone(likeness: Likeness) {
    var conversation = Self.conversation(port: 80)
    conversation.open()
    conversation.send(.client, Array("GET /smb2.pcap HTTP/1.1\r\n\r\n".utf8))
    conversation.send(.server, Array("HTTP/1.1 200 OK\r\n\r\n".utf8))
    conversation.send(.server, likeness.segment)
    conversation.send(.server, .counting(1_000))
    #expect(Recorded(conversation).transcripts.isEmpty)
  }

  /// What has shown nothing in so many segments is not looked at any more.
  @Test func looksAtTheFirstSegmentsOnly() {
    var conversation = Self.conversation()
    for _ in 0..<64 { conversation.send(.server, .counting(1_000, from: 3)) }
    conversation.connectTree(4)
    #expect(Recorded(conversation).transcripts.isEmpty)
  }
}
