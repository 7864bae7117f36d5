import Packets
import Protocols
import TestSupport
import Testing
import Transcripts

/// Requests and replies pair by MessageId, whatever comes in between.
@Suite struct PairingTests {
  /// An exchange that agreed is only counted as soon as the client goes on; on 3.1.1 each one is kept, since there
  /// should be none.
  @Test func settlesAValidationThatAgreed() throws {
    for dialect in [0x0302, 0x0311] as [UInt16] {
      var conversation = Conversation()
      conversation.open()
      conversation.negotiate(dialect: dialect)
      conversation.setUpSession()
      conversation.connectTree()
      conversation.askForValidation()
      conversation.response(
        SMB2Bytes.response(11, 4, session: Conversation.session, SMB2BodyBytes.validateResponse(dialect: dialect)).signed)
      #expect(Recorded(conversation).transcripts.first?.validations.count == 1)
      conversation.request(.request(5, 5, session: Conversation.session, tree: 5, .counting(57)))
      let transcript = try #require(Recorded(conversation).transcripts.first)
      #expect(transcript.validations.count == (dialect == 0x0311 ? 1 : 0))
      #expect(transcript.settledValidations == (dialect == 0x0311 ? 0 : 1))
      #expect(transcript.traffic.firstTreeUse?.number == 14)
    }
  }

  @Test func readsAHealthyConnection() throws {
    let recorded = Recorded(Conversation.healthy())
    let transcript = try #require(recorded.transcripts.first)
    #expect(recorded.transcripts.count == 1)
    #expect(transcript.client == .testClient)
    #expect(transcript.server == .testServer)
    #expect(transcript.tcpStream == 0)
    #expect(transcript.dialect == .smb302)
    #expect(transcript.negotiation?.requestStamp?.frame == 4)
    #expect(transcript.negotiation?.responseStamp?.frame == 5)
    #expect(transcript.sessions.map(\.id) == [Conversation.session])
    #expect(transcript.sessions.map(\.legs) == [2])
    #expect(transcript.sessions.map(\.establishedFrame) == [9])
    #expect(transcript.trees.map(\.path) == [#"\\fs01\data"#])
    #expect(transcript.trees.map(\.id) == [5])
    #expect(transcript.validations.map(\.requestStamp.frame) == [12])
    #expect(transcript.validations.map(\.responseStamp?.frame) == [13])
    #expect(transcript.traffic.requests == 5)
    #expect(transcript.traffic.responses == 5)
    #expect(transcript.outcomes == [.passed, .passed, .passed, .passed, .passed])
    #expect(transcript.outcome == .established)
    #expect(transcript.unreadable.isEmpty)
    #expect(recorded.smb2 == [[0, 4], [0, 5], [1, 6], [1, 7], [2, 8], [2, 9], [3, 10], [3, 11], [4, 12], [4, 13]])
  }

  @Test func pairsRepliesThatComeInAnotherOrder() throws {
    var conversation = Conversation.healthy()
    conversation.request(.request(3, 6, session: Conversation.session, SMB2BodyBytes.treeConnectRequest(path: #"\\fs01\a"#)))
    conversation.request(.request(3, 7, session: Conversation.session, SMB2BodyBytes.treeConnectRequest(path: #"\\fs01\b"#)))
    conversation.response(.response(3, 7, session: Conversation.session, tree: 70, SMB2BodyBytes.treeConnectResponse()))
    conversation.response(
      .response(3, 6, status: SMB2Bytes.accessDenied, session: Conversation.session, tree: 60, SMB2BodyBytes.error()))
    let trees = try #require(Recorded(conversation).transcripts.first).trees
    #expect(trees.map(\.path) == [#"\\fs01\data"#, #"\\fs01\a"#, #"\\fs01\b"#])
    #expect(trees.map(\.isConnected) == [true, false, true])
    #expect(trees.map(\.replyStamp?.frame) == [11, 17, 16])
    #expect(trees[1].replyStamp?.status == .accessDenied)
  }

  @Test func pairsTheMembersOfACompound() throws {
    var conversation = Conversation.healthy()
    conversation.request(
      .request(3, 6, session: Conversation.session, SMB2BodyBytes.treeConnectRequest(path: #"\\fs01\a"#)),
      .request(5, 7, session: .max, tree: .max, .counting(57)))
    conversation.response(
      .response(3, 6, session: Conversation.session, tree: 60, SMB2BodyBytes.treeConnectResponse()),
      .response(5, 7, session: Conversation.session, tree: 60, .counting(89)))
    let transcript = try #require(Recorded(conversation).transcripts.first)
    #expect(transcript.trees.map(\.id) == [5, 60])
    #expect(transcript.unreadable.isEmpty)
  }

  /// 3.3.4.4: an interim reply leaves the request open.
  @Test func waitsThroughInterimReplies() throws {
    var conversation = Conversation()
    conversation.open()
    conversation.negotiate()
    conversation.setUpSession()
    conversation.request(.request(3, 3, session: Conversation.session, SMB2BodyBytes.treeConnectRequest()))
    let pending = SMB2Bytes.response(3, 3, session: Conversation.session, []).interim
    conversation.response(pending)
    conversation.response(pending)
    conversation.response(.response(3, 3, session: Conversation.session, tree: 9, SMB2BodyBytes.treeConnectResponse()))
    let transcript = try #require(Recorded(conversation).transcripts.first)
    #expect(transcript.trees.map(\.id) == [9])
    #expect(transcript.trees.first?.replyStamp?.frame == 13)
    #expect(transcript.unreadable.isEmpty)
    #expect(transcript.traffic.repliesWithoutRequest == 0)
  }

  @Test func pairsAReplyThatTheCaptureShowsBeforeItsRequest() throws {
    var conversation = Conversation()
    conversation.open()
    conversation.negotiate()
    conversation.swapLastTwo()
    conversation.setUpSession()
    conversation.connectTree()
    conversation.swapLastTwo()
    conversation.validate()
    conversation.swapLastTwo()
    let transcript = try #require(Recorded(conversation).transcripts.first)
    #expect(transcript.outcomes == [.passed, .passed, .passed, .passed, .passed])
    #expect(transcript.negotiation?.requestStamp?.frame == 5)
    #expect(transcript.negotiation?.responseStamp?.frame == 4)
    #expect(transcript.traffic.repliesWithoutRequest == 0)
  }

  /// CANCEL has the MessageId of the request it cancels, and no reply of its own.
  @Test func isNotConfusedByCancel() throws {
    var conversation = Conversation.healthy()
    conversation.request(.request(11, 6, session: Conversation.session, tree: 5, SMB2BodyBytes.validateRequest()))
    conversation.response(SMB2Bytes.response(11, 6, session: Conversation.session, []).interim)
    var cancel = SMB2Bytes.request(12, 6, session: Conversation.session, SMB2BodyBytes.empty)
    cancel.flags = 0x32
    cancel.asyncID = 7
    conversation.request(cancel)
    var final = SMB2Bytes.response(11, 6, status: 0xc000_0120, session: Conversation.session, SMB2BodyBytes.error())
    final.flags = 0x02
    final.asyncID = 7
    conversation.response(final)
    let transcript = try #require(Recorded(conversation).transcripts.first)
    #expect(transcript.validations.last?.requestStamp.frame == 14)
    #expect(transcript.validations.last?.status == NTStatus(rawValue: 0xc000_0120))
    #expect(transcript.traffic.repliesWithoutRequest == 0)
    #expect(transcript.traffic.requests == 7)
  }

  /// An oplock break has no request; neither counts as a reply to one.
  @Test func ignoresUnsolicitedMessages() throws {
    var conversation = Conversation.healthy()
    conversation.response(.response(0x12, .max, .counting(24)))
    conversation.response(.response(0x13, .max, .counting(8)))
    conversation.response(.response(3, .max, SMB2BodyBytes.error()))
    let transcript = try #require(Recorded(conversation).transcripts.first)
    #expect(transcript.traffic.repliesWithoutRequest == 0)
    #expect(transcript.trees.count == 1)
    #expect(transcript.outcome == .established)
  }

  @Test func countsRepliesWithoutARequest() throws {
    var conversation = Conversation.healthy()
    for messageID in 100..<140 as Range<UInt64> {
      conversation.response(.response(3, messageID, status: SMB2Bytes.accessDenied, SMB2BodyBytes.error()))
    }
    let transcript = try #require(Recorded(conversation).transcripts.first)
    #expect(transcript.traffic.repliesWithoutRequest == 40)
    #expect(transcript.trees.map(\.isConnected) == [true])
  }

  /// An error reply to IOCTL has no control code: its request tells what it answers.
  @Test(arguments: [SMB2Bytes.notSupported, 0xc000_0128, 0xc000_0010, 0xc000_000d, 0xc000_019c], [true, false])
  func knowsAnErrorReplyByItsRequest(status: UInt32, isSigned: Bool) throws {
    var conversation = Conversation()
    conversation.open()
    conversation.negotiate()
    conversation.setUpSession()
    conversation.connectTree()
    conversation.askForValidation()
    let reply = SMB2Bytes.response(11, 4, status: status, session: Conversation.session, tree: 5, SMB2BodyBytes.error())
    conversation.response(isSigned ? reply.signed : reply)
    let transcript = try #require(Recorded(conversation).transcripts.first)
    #expect(transcript.validations.map(\.status?.rawValue) == [status])
    #expect(transcript.outcome(of: .validateNegotiate) == (isSigned ? .passed : .failed))
  }

  /// The bytes of a successful answer cannot be read: the connection is followed all the same, and the place is named.
  @Test func saysWhereAnAnswerIsUnreadable() throws {
    var conversation = Conversation()
    conversation.open()
    conversation.negotiate()
    conversation.setUpSession()
    conversation.connectTree()
    conversation.askForValidation()
    let body = SMB2BodyBytes.validateResponse().setting(UInt32(9_999), at: 32)
    conversation.response(SMB2Bytes.response(11, 4, session: Conversation.session, tree: 5, body).signed)
    let transcript = try #require(Recorded(conversation).transcripts.first)
    let validation = try #require(transcript.validations.first)
    #expect(validation.response == nil)
    #expect(validation.status == .success)
    #expect(transcript.unreadable.map(\.frame) == [13])
    #expect(transcript.unreadable.map(\.error.offset) == [9_999])
    #expect(transcript.unreadable.first?.structure == "SMB2 IOCTL Response")
    #expect(transcript.outcome(of: .validateNegotiate) == .failed)
  }

  // MARK: Splits

  /// Every segment cut in two at any place: the same history, with the last frame of each message.
  @Test(arguments: [1, 3, 4, 20, 68, 70])
  func readsMessagesThatSpanSegments(cut: Int) throws {
    var conversation = Conversation()
    conversation.open()
    for message in [
      (true, SMB2Bytes.request(0, 0, SMB2BodyBytes.negotiateRequest())),
      (false, .response(0, 0, SMB2BodyBytes.negotiateResponse())),
    ] {
      let bytes = nbss(message.1.bytes)
      conversation.send(message.0 ? .client : .server, Array(bytes.prefix(cut)))
      conversation.send(message.0 ? .client : .server, Array(bytes.dropFirst(cut)))
    }
    let transcript = try #require(Recorded(conversation).transcripts.first)
    #expect(transcript.negotiation?.requestStamp?.frame == 5)
    #expect(transcript.negotiation?.requestStamp?.firstFrame == (cut > 4 ? 4 : 5))
    #expect(transcript.negotiation?.responseStamp?.frame == 7)
  }

  /// A wanted message with bulk data behind it in one packet: it counts when its packet is complete.
  @Test func takesAMessageWhenItsPacketIsComplete() throws {
    var conversation = Conversation()
    conversation.open()
    conversation.negotiate()
    let packet = nbss(
      SMB2Bytes.compound([
        .request(3, 1, SMB2BodyBytes.treeConnectRequest()), .request(9, 2, .counting(3_000)),
      ]))
    conversation.send(.client, Array(packet.prefix(1_400)))
    conversation.send(.client, Array(packet.dropFirst(1_400).prefix(1_400)))
    conversation.send(.client, Array(packet.dropFirst(2_800)))
    conversation.response(.response(3, 1, tree: 4, SMB2BodyBytes.treeConnectResponse()))
    let transcript = try #require(Recorded(conversation).transcripts.first)
    #expect(transcript.trees.map(\.requestStamp.firstFrame) == [6])
    #expect(transcript.trees.map(\.requestStamp.frame) == [8])
    #expect(transcript.trees.map(\.id) == [4])
  }

  /// The end of such a packet is lost: the message is taken in its place, not at the end of the connection.
  @Test func takesAMessageWhosePacketIsNeverComplete() throws {
    var conversation = Conversation()
    conversation.open()
    conversation.negotiate()
    let packet = nbss(
      SMB2Bytes.compound([
        .request(3, 1, SMB2BodyBytes.treeConnectRequest()), .request(9, 2, .counting(3_000)),
      ]))
    conversation.send(.client, Array(packet.prefix(140)))
    conversation.send(.client, Array(packet.dropFirst(140)), isCaptured: false)
    conversation.send(.client, [0, 0, 0, 0], isCaptured: false)
    conversation.request(.request(2, 3, SMB2BodyBytes.empty))
    conversation.wait(seconds: 2)
    conversation.response(.response(3, 1, tree: 4, SMB2BodyBytes.treeConnectResponse()))
    let recorded = Recorded(conversation)
    let transcript = try #require(recorded.transcripts.first)
    #expect(transcript.trees.map(\.id) == [4])
    #expect(transcript.visibility.lost.count == 1)
    #expect(recorded.smb2.map { $0[0] } == [0, 0, 1, 3, 1])
  }

  // MARK: Limits

  @Test func countsTheRequestsItCannotKeep() throws {
    var conversation = Conversation.healthy()
    for messageID in 10..<400 as Range<UInt64> {
      conversation.request(.request(11, messageID, session: Conversation.session, SMB2BodyBytes.ioctlRequest(controlCode: 0x0006_0194)))
    }
    conversation.validate(400)
    let transcript = try #require(Recorded(conversation).transcripts.first)
    #expect(transcript.visibility.limitsReached > 0)
    #expect(transcript.validations.count + transcript.settledValidations == 2)
    // Requests that matter are kept even when many others were never answered.
    #expect(transcript.validations.last?.responseStamp != nil)
    #expect(transcript.outcome(of: .validateNegotiate) == .passed)
  }

  @Test func boundsWhatItKeepsOfOneConnection() throws {
    var conversation = Conversation()
    conversation.open()
    conversation.negotiate()
    for index in 0..<200 as Range<UInt64> {
      conversation.request(.request(1, 10 + index, SMB2BodyBytes.sessionSetupRequest()))
      conversation.response(.response(1, 10 + index, session: 100 + index, SMB2BodyBytes.sessionSetupResponse()))
      conversation.request(.request(3, 1_000 + index, SMB2BodyBytes.treeConnectRequest()))
      conversation.response(.response(3, 1_000 + index, tree: 7, SMB2BodyBytes.treeConnectResponse()))
      conversation.send(.server, nbss(SMB2Bytes.response(1, 5_000 + index, [1, 2]).bytes))
      conversation.send(.server, nbss([0x80], type: 0x83))
    }
    let transcript = try #require(Recorded(conversation).transcripts.first)
    #expect(transcript.sessions.count == 64)
    #expect(transcript.trees.count == 64)
    #expect(transcript.unreadable.count == 16)
    #expect(transcript.unreadableNotKept == 184)
    #expect(transcript.sessionPackets.count == 8)
    #expect(transcript.visibility.limitsReached == 632)
  }

  /// One packet of very many messages that wait for its end.
  @Test func boundsWhatItKeepsOfOneCompound() throws {
    var conversation = Conversation()
    conversation.open()
    conversation.negotiate()
    var members = (0..<3_000 as Range<UInt64>).map { SMB2Bytes.request(2, 10 + $0, SMB2BodyBytes.empty) }
    members.append(.request(9, 9, .counting(500)))
    let packet = nbss(SMB2Bytes.compound(members))
    conversation.send(.client, Array(packet.prefix(40_000)))
    conversation.send(.client, Array(packet.dropFirst(40_000).prefix(40_000)))
    conversation.send(.client, Array(packet.dropFirst(80_000).prefix(50_000)))
    conversation.send(.client, Array(packet.dropFirst(130_000).prefix(50_000)))
    conversation.send(.client, Array(packet.dropFirst(180_000)))
    let recorded = Recorded(conversation)
    #expect(recorded.smb2.count == 3_002)
    // Most are taken where they are, not with the last frame of the packet.
    #expect(recorded.smb2.count { $0[1] == conversation.count } < 1_000)
    #expect(recorded.transcripts.first?.visibility.limitsReached ?? 0 > 0)
  }
}
