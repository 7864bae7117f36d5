import Diagnosis
import Packets
import Rules
import TestSupport
import Testing
import Transcripts

/// A server with more than one address: one that answers in place of another, and one that clients try for further channels.
@Suite struct SecondAddressTests {
  private static func conversation(
    from port: UInt16 = 50_001, to server: IPAddress = Endpoint.testServer.address, port serverPort: UInt16 = 445, at seconds: Int64 = 0
  ) -> Conversation {
    var conversation = Conversation(
      client: Endpoint(address: Endpoint.testClient.address, port: port), server: Endpoint(address: server, port: serverPort))
    conversation.wait(seconds: seconds)
    return conversation
  }

  private static func exchange(_ one: inout Conversation, _ asked: Int, _ answered: Int) {
    one.send(.client, nbss(encryptedMessage(session: Conversation.session, ciphertext: asked)))
    one.send(.server, nbss(encryptedMessage(session: Conversation.session, ciphertext: answered)))
  }

  private static func judged(_ conversations: Conversation...) -> Judged {
    Judged(conversations.flatMap(\.frames).sorted { $0.time < $1.time })
  }

  /// No patience is needed where the client resets the answer, or asks again although there is one.
  @Test(arguments: [
    (1, true, 50_001, true), (2, false, 50_001, true), (1, false, 50_001, false), (1, true, 50_002, false),
  ] as [(Int, Bool, UInt16, Bool)])
  func answersInPlaceOfTheFirst(syns: Int, isReset: Bool, port: UInt16, isFound: Bool) {
    var asked = Self.conversation()
    asked.send(.client, flags: [.syn])
    var stray = Self.conversation(from: port, to: IPAddress(10, 0, 0, 21))
    stray.now += 500_000
    stray.send(.server, flags: [.syn, .ack])
    if isReset { stray.send(.client, flags: [.rst]) }
    if syns > 1 {
      asked.wait(seconds: 1)
      asked.resend(1)
    }
    let found = Self.judged(asked, stray).ofCases.filter { $0.rule.id == "tcp-answer-from-other-address" }
    #expect(found.count == (isFound ? 1 : 0))
    #expect(found.allSatisfy { $0.observation.summary == "10.0.0.21 answers the SYN that the client sent to 10.0.0.2" })
  }

  @Test func answersBesideTheFirst() {
    var asked = Self.conversation()
    asked.open()
    var stray = Self.conversation(to: IPAddress(10, 0, 0, 21))
    stray.send(.server, flags: [.syn, .ack])
    stray.send(.client, flags: [.rst])
    #expect(Self.judged(asked, stray).ofCases.isEmpty)
  }

  /// What the server says of its addresses is encrypted. A client asks for them with its first share, and tries them at once.
  /// Who goes where a DFS referral leads works on only there, and may try port 139.
  @Test(arguments: [
    (UInt32(0x7f), Int64(2), true, 445, false), (0x7f, 30, true, 445, true), (0x40, 2, true, 445, true),
    (0x7f, 2, false, 445, true), (0x7f, 2, true, 139, true),
  ] as [(UInt32, Int64, Bool, UInt16, Bool)])
  func isTriedInVain(capabilities: UInt32, seconds: Int64, goesOn: Bool, port: UInt16, hasFailed: Bool) {
    var main = Self.conversation()
    main.open()
    main.negotiate(clientCapabilities: capabilities, serverCapabilities: capabilities)
    main.setUpSession(flags: 4, logon: NTLMLogon())
    for (asked, answered) in [(110, 80), (140, 152), (105, 300)] + [(Int, Int)](repeating: (120, 1_200), count: 60) {
      Self.exchange(&main, asked, answered)
    }
    main.wait(seconds: 60)
    if goesOn { Self.exchange(&main, 120, 900) }
    main.send(.client, flags: [.fin, .ack])
    var second = Self.conversation(from: 50_011, to: IPAddress(10, 99, 0, 5), at: seconds)
    second.send(.client, flags: [.syn])
    for pause in [1, 2, 4, 8] as [Int64] {
      second.wait(seconds: pause)
      second.resend(1)
    }
    var other = Self.conversation(from: 50_012, to: IPAddress(10, 99, 0, 5), port: port, at: seconds)
    other.send(.client, flags: [.syn])
    other.send(.server, flags: [.rst, .ack])
    #expect(Self.judged(main, second, other).cases.map(\.outcome) == [.established, hasFailed ? .failed : .established])
  }
}
