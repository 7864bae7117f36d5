import Packets
import Protocols
import TestSupport
import Testing
import Transcripts

/// Multi-protocol upgrades, sessions, trees, and who is who.
@Suite struct HistoryTests {
  // MARK: SMB1

  static let strings = ["NT LM 0.12", "SMB 2.002", "SMB 2.???"]

  /// 3.3.5.3.1: the 0x02FF reply is provisional; the SMB2 exchange behind it is what both sides remember.
  @Test func followsAMultiProtocolUpgrade() throws {
    var conversation = Conversation()
    conversation.open()
    conversation.send(.client, nbss(smb1Negotiate(Self.strings)))
    conversation.response(.response(0, 0, SMB2BodyBytes.negotiateResponse(dialect: 0x02ff, capabilities: 6)))
    conversation.negotiate(1)
    conversation.setUpSession(2)
    conversation.connectTree(4)
    conversation.validate(5)
    let transcript = try #require(Recorded(conversation).transcripts.first)
    #expect(transcript.smb1?.request?.dialects == Self.strings)
    #expect(transcript.smb1?.requestStamp?.number == 4)
    #expect(transcript.smb1?.upgrade == .wildcard)
    #expect(transcript.smb1?.upgradeFrame == 5)
    #expect(transcript.dialect == .smb302)
    #expect(transcript.negotiation?.responseStamp?.frame == 7)
    #expect(transcript.negotiation?.response?.capabilities.rawValue == 0x7f)
    #expect(transcript.validations.first?.comparison(with: transcript.negotiation).allSatisfy(\.isEqual) == true)
    #expect(transcript.outcomes == [.passed, .passed, .passed, .passed, .passed])
    #expect(transcript.traffic.repliesWithoutRequest == 0)
  }

  /// 3.3.5.3.2: 0x0202 is final.
  @Test func takes202ForTheFinalAnswer() throws {
    var conversation = Conversation()
    conversation.open()
    conversation.send(.client, nbss(smb1Negotiate(["NT LM 0.12", "SMB 2.002"])))
    conversation.response(.response(0, 0, SMB2BodyBytes.negotiateResponse(dialect: 0x0202)))
    conversation.setUpSession()
    conversation.connectTree()
    let transcript = try #require(Recorded(conversation).transcripts.first)
    #expect(transcript.dialect == .smb202)
    #expect(transcript.negotiation?.request == nil)
    #expect(transcript.outcome(of: .negotiate) == .passed)
    #expect(transcript.outcome == .established)
  }

  @Test(arguments: [(2, StageOutcome.passed, "SMB 2.???"), (0xffff, .failed, nil), (9, .passed, nil)] as [(UInt16, StageOutcome, String?)])
  func readsAnAnswerInSMB1(index: UInt16, outcome: StageOutcome, chosen: String?) throws {
    var conversation = Conversation()
    conversation.open()
    conversation.send(.client, nbss(smb1Negotiate(Self.strings)))
    conversation.send(.server, nbss(smb1Message(command: 0x72, isResponse: true, words: .littleEndian(index))))
    let transcript = try #require(Recorded(conversation).transcripts.first)
    #expect(transcript.outcome(of: .negotiate) == outcome)
    #expect(transcript.smb1?.chosen == chosen)
    #expect(transcript.outcome(of: .validateNegotiate) == .notApplicable)
  }

  // MARK: NetBIOS

  @Test func readsANetBIOSSession() throws {
    var conversation = Conversation(server: Endpoint(address: IPAddress(10, 0, 0, 2), port: 139))
    conversation.open()
    conversation.send(.client, nbss(.counting(68), type: 0x81))
    conversation.send(.server, nbss([0x82], type: 0x83))
    conversation.send(.server, flags: [.fin, .ack])
    let transcript = try #require(Recorded(conversation).transcripts.first)
    #expect(transcript.sessionPackets.map(\.type) == [.sessionRequest, .negativeResponse])
    #expect(transcript.sessionPackets.map(\.sender) == [.client, .server])
    #expect(transcript.sessionPackets.map(\.errorCode) == [nil, 0x82])
    #expect(transcript.outcome != .notSMB)
  }

  /// Samba's "hosts deny" on 445.
  @Test func readsARefusalOnPort445() throws {
    var conversation = Conversation()
    conversation.open()
    conversation.request(.request(0, 0, SMB2BodyBytes.negotiateRequest()))
    conversation.send(.server, [0x83, 0, 0, 1, 0x81])
    conversation.send(.server, flags: [.fin, .ack])
    let transcript = try #require(Recorded(conversation).transcripts.first)
    #expect(transcript.sessionPackets.map(\.errorCode) == [0x81])
    #expect(transcript.outcome(of: .negotiate) == .failed)
    #expect(transcript.outcome == .failed)
  }

  @Test func ignoresKeepAlives() throws {
    var conversation = Conversation.healthy()
    for _ in 0..<20 { conversation.send(.client, nbss([], type: 0x85)) }
    conversation.connectTree(6, path: #"\\fs01\b"#, tree: 6)
    let transcript = try #require(Recorded(conversation).transcripts.first)
    #expect(transcript.sessionPackets.isEmpty)
    #expect(transcript.trees.map(\.id) == [5, 6])
  }

  // MARK: Sessions and trees

  @Test func keepsSessionsApart() throws {
    var conversation = Conversation()
    conversation.open()
    conversation.negotiate()
    conversation.setUpSession(1, session: 0xa)
    conversation.setUpSession(3, session: 0xb, status: SMB2Bytes.logonFailure)
    conversation.setUpSession(5, session: 0xc)
    conversation.connectTree(7)
    conversation.request(.request(2, 8, session: 0xa, SMB2BodyBytes.empty))
    conversation.response(.response(2, 8, session: 0xa, SMB2BodyBytes.empty))
    let transcript = try #require(Recorded(conversation).transcripts.first)
    #expect(transcript.sessions.map(\.id) == [0xa, 0xb, 0xc])
    #expect(transcript.sessions.map(\.isEstablished) == [true, false, true])
    #expect(transcript.sessions.map(\.legs) == [2, 2, 2])
    #expect(transcript.sessions.map { $0.logoffFrame != nil } == [true, false, false])
    #expect(transcript.mainSession?.id == 0xc)
    #expect(transcript.outcome(of: .sessionSetup) == .passed)
  }

  @Test func takesReauthenticationForTheSameSession() throws {
    var conversation = Conversation.healthy()
    conversation.request(.request(1, 6, session: Conversation.session, SMB2BodyBytes.sessionSetupRequest()))
    conversation.response(
      .response(1, 6, status: SMB2Bytes.logonFailure, session: Conversation.session, SMB2BodyBytes.error()))
    let transcript = try #require(Recorded(conversation).transcripts.first)
    #expect(transcript.sessions.count == 1)
    #expect(transcript.outcome(of: .sessionSetup) == .passed)
  }

  @Test func keepsTheFlagsOfASession() throws {
    var conversation = Conversation()
    conversation.open()
    conversation.negotiate()
    conversation.request(.request(1, 1, SMB2BodyBytes.sessionSetupRequest()))
    conversation.response(.response(1, 1, session: 7, SMB2BodyBytes.sessionSetupResponse(flags: 1)))
    conversation.connectTree(2)
    let transcript = try #require(Recorded(conversation).transcripts.first)
    #expect(transcript.sessions.first?.flags == .isGuest)
    #expect(transcript.sessions.first?.hasNoKey == true)
    #expect(transcript.outcome(of: .validateNegotiate) == .notApplicable)
  }

  /// Multichannel: a binding on its own connection has neither tree nor validation.
  @Test func knowsAnAdditionalChannel() throws {
    var conversation = Conversation()
    conversation.open()
    conversation.negotiate()
    conversation.request(.request(1, 1, session: 7, SMB2BodyBytes.sessionSetupRequest(flags: 1)))
    conversation.response(.response(1, 1, session: 7, SMB2BodyBytes.sessionSetupResponse()))
    let transcript = try #require(Recorded(conversation).transcripts.first)
    #expect(transcript.isAdditionalChannel)
    #expect(transcript.outcomes == [.passed, .passed, .passed, .notApplicable, .notApplicable])
    #expect(transcript.outcome == .established)
  }

  @Test func notesTheTreeThatIsLeft() throws {
    var conversation = Conversation.healthy()
    conversation.connectTree(6, path: #"\\fs01\IPC$"#, tree: 9)
    conversation.request(.request(4, 7, session: Conversation.session, tree: 5, SMB2BodyBytes.empty))
    conversation.response(.response(4, 7, session: Conversation.session, tree: 5, SMB2BodyBytes.empty))
    let transcript = try #require(Recorded(conversation).transcripts.first)
    #expect(transcript.trees.map(\.disconnectFrame) == [16, nil])
    #expect(transcript.wasLeftOrderly)
  }

  // MARK: Who is who

  /// Without a handshake the direction of the first message decides, not the port.
  @Test(arguments: [true, false])
  func tellsTheClientByTheMessages(beginsWithReply: Bool) throws {
    let client = Endpoint(address: IPAddress(10, 0, 0, 9), port: 40_000)
    let server = Endpoint(address: IPAddress(10, 0, 0, 2), port: 30_445)
    for (a, b) in [(client, server), (Endpoint(address: client.address, port: 30_445), Endpoint(address: server.address, port: 40_000))] {
      var conversation = Conversation(client: a, server: b)
      if beginsWithReply { conversation.response(.response(8, 4, .counting(17))) }
      conversation.connectTree()
      let transcript = try #require(Recorded(conversation).transcripts.first)
      #expect(transcript.client == a)
      #expect(transcript.server == b)
      #expect(transcript.visibility.startsMidstream)
      #expect(transcript.trees.map(\.isConnected) == [true])
    }
  }

  /// The SYN decides, even when the ports say otherwise.
  @Test func tellsTheClientByTheSYN() throws {
    let client = Endpoint(address: IPAddress(10, 0, 0, 9), port: 445)
    let server = Endpoint(address: IPAddress(10, 0, 0, 2), port: 50_000)
    let transcript = try #require(Recorded(.healthy(client: client, server: server)).transcripts.first)
    #expect(transcript.client == client)
    #expect(transcript.outcome == .established)
  }

  @Test func tellsTheEndsOfALoopbackConnectionByPort() throws {
    let client = Endpoint(address: IPAddress(127, 0, 0, 1), port: 50_000)
    let server = Endpoint(address: IPAddress(127, 0, 0, 1), port: 445)
    let transcript = try #require(Recorded(.healthy(client: client, server: server)).transcripts.first)
    #expect(transcript.client == client)
    #expect(transcript.outcome == .established)
  }

  /// Alternative ports and tunnels: the first bytes tell.
  @Test(arguments: [80, 8_445, 30_000] as [UInt16])
  func findsSMBOnOtherPorts(port: UInt16) throws {
    let server = Endpoint(address: IPAddress(10, 0, 0, 2), port: port)
    let transcript = try #require(Recorded(.healthy(server: server)).transcripts.first)
    #expect(transcript.server.port == port)
    #expect(transcript.outcome == .established)
  }

  @Test func findsSMBBehindAShortFirstSegment() throws {
    var conversation = Conversation(server: Endpoint(address: IPAddress(10, 0, 0, 2), port: 9_000))
    conversation.open()
    let request = nbss(SMB2Bytes.request(0, 0, SMB2BodyBytes.negotiateRequest()).bytes)
    conversation.send(.client, Array(request.prefix(3)))
    conversation.send(.client, Array(request.dropFirst(3)))
    conversation.response(.response(0, 0, SMB2BodyBytes.negotiateResponse()))
    let transcript = try #require(Recorded(conversation).transcripts.first)
    #expect(transcript.dialect == .smb302)
    #expect(transcript.negotiation?.requestStamp?.frame == 5)
  }

  @Test func leavesOtherTrafficAlone() {
    var web = Conversation(server: Endpoint(address: IPAddress(10, 0, 0, 2), port: 80))
    web.open()
    web.send(.client, Array("GET / HTTP/1.1\r\n\r\n".utf8))
    web.send(.server, Array("HTTP/1.1 200 OK\r\n\r\n".utf8))
    let recorded = Recorded(web)
    #expect(recorded.transcripts.isEmpty)
    #expect(recorded.messages.isEmpty)
    #expect(recorded.connectionCount == 1)
  }

  @Test func reportsWhatIsNotSMBOnItsPort() throws {
    var conversation = Conversation()
    conversation.open()
    conversation.send(.client, Array("GET / HTTP/1.1\r\n\r\n".utf8))
    let transcript = try #require(Recorded(conversation).transcripts.first)
    #expect(transcript.outcome == .notSMB)
  }

  @Test func countsFrames() throws {
    var conversation = Conversation.healthy()
    conversation.send(.client, Array(repeating: 0, count: 100))
    var frames = conversation.frames
    var fragment = IPv4Bytes(payload: .counting(40))
    fragment.fragment = 0x2000
    frames.append(TestFrame(seconds: 9, ethernetFrame(etherType: 0x0800, fragment.bytes)))
    frames.append(TestFrame(seconds: 3, ethernetFrame(etherType: 0x0806, .counting(28))))
    frames.append(TestFrame(seconds: 4, Array(frames[0].bytes.prefix(30)), originalLength: 54))
    let counts = try #require(Recorded(frames).counts)
    #expect(counts.frames == 17)
    #expect(counts.bytes == frames.reduce(0) { $0 + ($1.originalLength ?? $1.bytes.count) })
    #expect(counts.fragments.fragments == 1 && counts.fragments.incomplete == 1)
    #expect(counts.truncatedFrames == 1)
    #expect(counts.malformedFrames == 1)
    #expect(counts.firstTime == conversation.frames[0].time)
    #expect(counts.lastTime == Timestamp(nanoseconds: 9_000_000_000))
  }
}
