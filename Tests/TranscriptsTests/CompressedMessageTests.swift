import Packets
import Protocols
import TestSupport
import Testing

@testable import Transcripts

/// Compressed messages change the transcript as plain ones do, within what was agreed on.
@Suite struct CompressedMessageTests {
  static func contexts(_ algorithms: [UInt16], _ flags: UInt32) -> [(type: UInt16, data: [UInt8])] {
    let list = algorithms.reduce(ByteWriter().u16le(UInt16(algorithms.count)).u16le(0).u32le(flags)) { $0.u16le($1) }
    return [(1, [1, 0, 2, 0, 1, 0, 9, 9]), (3, list.bytes)]
  }

  /// SMB 3.1.1 with a session; compression as agreed on in NEGOTIATE.
  static func opened(_ algorithms: [UInt16], isChained: Bool = false) -> Conversation {
    var conversation = Conversation()
    conversation.open()
    let agreed = algorithms.isEmpty ? Array(contexts([], 0).prefix(1)) : contexts(algorithms, isChained ? 1 : 0)
    conversation.negotiate(
      dialect: 0x0311, dialects: [0x0302, 0x0311], clientContexts: contexts([1, 2, 3, 4, 5], 1), serverContexts: agreed)
    conversation.setUpSession()
    return conversation
  }

  static let ask = SMB2Bytes.request(3, 3, session: Conversation.session, SMB2BodyBytes.treeConnectRequest()).signed.bytes
  static let answer = SMB2Bytes.response(
    3, 3, session: Conversation.session, tree: 5, SMB2BodyBytes.treeConnectResponse()
  ).signed.bytes

  @Test(arguments: compressionAlgorithms, [true, false])
  func readsCompressedMessages(algorithm: UInt16, isChained: Bool) throws {
    var conversation = Self.opened([algorithm], isChained: isChained)
    let packed = [Self.ask, Self.answer].map {
      isChained ? compressedInChain($0, algorithm, clear: 24) : compressed($0, algorithm)
    }
    // The request in two segments.
    conversation.send(.client, Array(nbss(packed[0]).prefix(40)))
    conversation.send(.client, Array(nbss(packed[0]).dropFirst(40)))
    conversation.send(.server, nbss(packed[1]))
    let recorded = Recorded(conversation)
    let transcript = try #require(recorded.transcripts.first)
    let tree = try #require(transcript.trees.first)
    #expect(tree.isConnected && tree.path == #"\\fs01\data"#)
    #expect(tree.requestStamp.isCompressed && tree.replyStamp?.isCompressed == true)
    #expect(transcript.negotiation?.responseStamp?.isCompressed == false)
    let count = conversation.count
    #expect(tree.requestStamp.firstFrame == count - 2 && tree.requestStamp.frame == count - 1)
    #expect(tree.replyStamp?.frame == count)
    #expect(recorded.messages.suffix(2).allSatisfy { $0.origin.isCompressed })
    #expect(transcript.outcome == .established)
    #expect(transcript.unreadable.isEmpty && transcript.traffic.compressedMessages == 0)
  }

  /// Such an answer is none: but what it said is not known, so nothing is held against the server.
  @Test(arguments: [[], [1], [3, 1]] as [[UInt16]])
  func reportsWhatWasNotAgreedOn(algorithms: [UInt16]) throws {
    var conversation = Self.opened(algorithms)
    conversation.send(.client, nbss(Self.ask))
    conversation.send(.server, nbss(compressed(Self.answer, 2)))
    conversation.send(.server, flags: [.fin, .ack])
    let recorded = Recorded(conversation)
    let transcript = try #require(recorded.transcripts.first)
    #expect(transcript.unreadable.count == 1)
    let message = try #require(transcript.unreadable.first)
    #expect(message.sender == .server && message.frame == conversation.count - 1 && message.error.offset == 8)
    #expect(message.description.contains("SMB2 COMPRESSION_TRANSFORM CompressionAlgorithm is 0x2"))
    #expect(transcript.outcome(of: .treeConnect) == .inconclusive)
    #expect(transcript.visibility.mayHideMessages(from: .server) && !transcript.visibility.mayHideMessages(from: .client))
    #expect(transcript.traffic.compressedMessages == 1 && transcript.longCompressedMessages == 0)
  }

  /// In the middle of a connection nobody knows what was agreed on.
  @Test func readsWithoutNegotiate() throws {
    var conversation = Conversation()
    conversation.send(.client, nbss(compressed(Self.ask, 3)))
    conversation.send(.server, nbss(compressedInChain(Self.answer, 1, clear: 64)))
    let transcript = try #require(Recorded(conversation).transcripts.first)
    #expect(transcript.trees.first?.isConnected == true)
  }

  @Test func namesTheBadByteOfACompressedMessage() throws {
    var conversation = Self.opened([2])
    conversation.send(.client, nbss(compressed(Self.ask.setting(UInt16(10), at: 64), 2)))
    let transcript = try #require(Recorded(conversation).transcripts.first)
    #expect(
      transcript.unreadable.map(\.description)
        == ["frame \(conversation.count), byte 0x40: compressed SMB2 TREE_CONNECT Request StructureSize is 0xa (10)"])
  }

  /// What is too long to be looked into is counted, and hides nothing that establishes a connection.
  @Test func countsLongMessages() throws {
    var conversation = Self.opened([2])
    conversation.send(.client, nbss(Self.ask))
    conversation.send(.server, nbss(Self.answer))
    let long = compressed(SMB2Bytes.response(8, 4, [UInt8](repeating: 0, count: 100_000)).bytes, 2)
    for start in stride(from: 0, to: long.count + 4, by: 1_400) {
      conversation.send(.server, Array(nbss(long)[start..<min(start + 1_400, long.count + 4)]))
    }
    let recorded = Recorded(conversation)
    let transcript = try #require(recorded.transcripts.first)
    #expect(transcript.longCompressedMessages == 1 && transcript.unreadable.isEmpty)
    #expect(transcript.outcome == .established && !transcript.visibility.mayHideMessages(from: .server))
    guard case .compressed(isUnreadable: false)? = recorded.messages.last?.content else {
      Issue.record("\(recorded.messages)")
      return
    }
  }
}
