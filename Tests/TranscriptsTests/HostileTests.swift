import Packets
import Protocols
import TestSupport
import Testing

@testable import Transcripts

/// What a recording made to do harm costs: every table stays within its limit, and the report says that it was reached.
@Suite struct HostileTests {
  // MARK: One connection

  /// Requests that nobody answers, each with another MessageId.
  @Test func keepsFewOutstandingRequests() throws {
    var conversation = Conversation.healthy()
    let count = 5_000
    for index in 0..<count {
      conversation.request(
        .request(
          3, 1_000 + UInt64(index) << 32, session: Conversation.session, SMB2BodyBytes.treeConnectRequest()))
    }
    let transcript = try #require(Recorded(conversation).transcripts.first)
    #expect(transcript.trees.count == SMBConversation.Limit.trees)
    #expect(transcript.visibility.limitsReached >= count - SMBConversation.Limit.openRequests)
  }

  /// Answers to requests that nobody sent.
  @Test func keepsFewAnswersWithoutRequests() throws {
    var conversation = Conversation.healthy()
    let count = 5_000
    for index in 0..<count {
      conversation.response(.response(2, 1_000 + UInt64(index), session: Conversation.session, SMB2BodyBytes.empty))
    }
    let transcript = try #require(Recorded(conversation).transcripts.first)
    #expect(transcript.traffic.repliesWithoutRequest == count)
    #expect(transcript.visibility.limitsReached == count - SMBConversation.Limit.earlyReplies)
  }

  /// A late answer to what a second NEGOTIATE has put aside changes nothing.
  @Test func forgetsRequestsWithWhatTheyWereAbout() throws {
    var conversation = Conversation()
    conversation.open()
    conversation.negotiate(0)
    conversation.request(.request(1, 1, SMB2BodyBytes.sessionSetupRequest()))
    conversation.request(.request(3, 2, session: Conversation.session, SMB2BodyBytes.treeConnectRequest()))
    conversation.askForValidation(3)
    conversation.negotiate(4)
    conversation.request(.request(1, 5, SMB2BodyBytes.sessionSetupRequest()))
    for (command, messageID) in [(1, 1), (3, 2), (11, 3)] as [(UInt16, UInt64)] {
      conversation.response(.response(command, messageID, status: SMB2Bytes.accessDenied, SMB2BodyBytes.error()))
    }
    let transcript = try #require(Recorded(conversation).transcripts.first)
    #expect(transcript.sessions.map(\.isAnswered) == [false])
    #expect(transcript.traffic.repliesWithoutRequest == 3)
  }

  /// Names of 64 kB, in every place that has one.
  @Test func keepsOnlyTheBeginningOfALongName() throws {
    var conversation = Conversation()
    conversation.open()
    conversation.negotiate()
    conversation.setUpSession()
    conversation.connectTree(path: #"\\fs01\"# + String(repeating: "x", count: 32_000))
    let transcript = try #require(Recorded(conversation).transcripts.first)
    #expect(transcript.trees.map(\.path.count) == [SMBConversation.Limit.path])
  }

  /// A compound of as many members as fit into a packet: each is counted once.
  @Test(arguments: [1_000, 4_000])
  func countsEveryMemberOfACompound(count: Int) throws {
    var conversation = Conversation.healthy()
    let before = try #require(Recorded(conversation).transcripts.first).traffic.requests
    let members = (0..<count).map { SMB2Bytes.request(13, 100 + UInt64($0), session: Conversation.session, SMB2BodyBytes.empty) }
    let packet = nbss(SMB2Bytes.compound(members))
    for start in stride(from: 0, to: packet.count, by: 60_000) {
      conversation.send(.client, Array(packet[start..<min(packet.count, start + 60_000)]))
    }
    let transcript = try #require(Recorded(conversation).transcripts.first)
    #expect(transcript.traffic.requests == before + count)
    #expect(transcript.unreadable.isEmpty)
  }

  /// NextCommand that wraps, points at itself, backwards, or out of the packet.
  @Test(arguments: [1, 8, 63, 64, 65, 0x7fff_ffff, 0x8000_0000, 0xffff_fff8, 0xffff_ffff] as [UInt32])
  func endsAChainThatDoesNotAdvance(next: UInt32) throws {
    var conversation = Conversation.healthy()
    var message = SMB2Bytes.request(13, 100, session: Conversation.session, SMB2BodyBytes.empty)
    message.nextCommand = next
    conversation.send(.client, nbss(message.bytes + message.bytes))
    conversation.request(.request(2, 101, session: Conversation.session, SMB2BodyBytes.empty))
    let recorded = Recorded(conversation)
    let transcript = try #require(recorded.transcripts.first)
    #expect(transcript.unreadable.count == 1)
    #expect(recorded.smb2.last?.first == 101)
  }

  // MARK: Many connections

  /// Connections of one segment: those behind the limit are given up, and counted.
  @Test(arguments: [80, 445] as [UInt16])
  func followsAsManyConnectionsAsItMay(port: UInt16) {
    var options = Tracker.Options()
    options.maximumConnections = 256
    var reported = 0
    var tracker = Tracker(options: options) { _ in reported += 1 }
    let count = 20_000
    for index in 0..<count {
      let client = Endpoint(address: IPAddress(ipv4: 0x0a00_0000 + UInt32(index)), port: 50_000)
      let server = Endpoint(address: IPAddress(192, 168, 0, 1), port: port)
      let bytes = TCPSegment(from: client, to: server, flags: [.syn]).ethernet
      tracker.accept(
        Frame(
          number: index + 1, time: Timestamp(nanoseconds: Int64(index) * 1_000), originalLength: bytes.count,
          linkType: .ethernet), ByteView(bytes.span))
    }
    #expect(tracker.connectionCount == count)
    #expect(tracker.evictedConnections == count - 256)
    _ = tracker.finish()
    #expect(reported == (port == 445 ? count : 0))
  }

  /// A byte, a hole, a byte, a hole, …
  @Test func givesUpHolesBehindItsLimit() throws {
    var conversation = Conversation.healthy()
    conversation.send(.client, [0], isCaptured: false)
    let count = 20_000
    for _ in 0..<count {
      conversation.send(.client, [0xaa, 0xbb])
      conversation.send(.client, [0xcc], isCaptured: false)
    }
    let transcript = try #require(Recorded(conversation).transcripts.first)
    #expect(transcript.visibility.limitsReached > count - 1_000)
    #expect(transcript.visibility.lost.count <= SMBConversation.Limit.lost)
    #expect(transcript.visibility.missingFromClient == count)
  }

  /// Messages that never end, on many connections: together they hold as much as the limit allows, and what was given up
  /// counts as not captured.
  @Test func givesUpUnfinishedMessages() {
    let packet = Array(nbss(SMB2Bytes.request(1, 2, SMB2BodyBytes.sessionSetupRequest(token: .counting(60_000))).bytes).prefix(40_000))
    var given = 0
    var tracker = Tracker { given += $0.visibility.lost.isEmpty ? 0 : 1 }
    let count = 600
    for index in 0..<count {
      let client = Endpoint(address: IPAddress(ipv4: 0x0a00_0000 + UInt32(index)), port: 50_000)
      let bytes = TCPSegment(from: client, to: .testServer, flags: [.ack], payload: packet).ethernet
      tracker.accept(
        Frame(
          number: index + 1, time: Timestamp(nanoseconds: Int64(index) * 1_000), originalLength: bytes.count,
          linkType: .ethernet), ByteView(bytes.span))
    }
    let kept = HeldBytes.Limit.messages / packet.count
    #expect(tracker.heldLimitsReached == count - kept)
    _ = tracker.finish()
    #expect(given == count - kept)
  }

  /// What one connection held is free again when it is over.
  @Test func forgetsUnfinishedMessagesOfTheDead() {
    var options = Tracker.Options()
    options.maximumConnections = 64
    let packet = nbss(SMB2Bytes.request(1, 2, SMB2BodyBytes.sessionSetupRequest(token: .counting(60_000))).bytes, length: 65_000)
    var tracker = Tracker(options: options) { _ in }
    for index in 0..<1_000 {
      let client = Endpoint(address: IPAddress(ipv4: 0x0a00_0000 + UInt32(index)), port: 50_000)
      let bytes = TCPSegment(from: client, to: .testServer, flags: [.ack], payload: packet).ethernet
      tracker.accept(
        Frame(
          number: index + 1, time: Timestamp(nanoseconds: Int64(index) * 1_000), originalLength: bytes.count,
          linkType: .ethernet), ByteView(bytes.span))
    }
    #expect(tracker.heldLimitsReached == 0)
  }

  /// Failures and successes of one pair of hosts, more of them than are listed: none looks through all others.
  @Test func findsWhatASuccessMakesUpFor() {
    var failures = OpenFailures()
    var failing = Conversation()
    failing.open()
    failing.negotiate()
    failing.setUpSession(status: SMB2Bytes.logonFailure)
    let failed = Recorded(failing).transcripts[0]
    let succeeded = Recorded(Conversation.healthy()).transcripts[0]
    for index in 1...5_000 {
      var brief = ConnectionBrief(failed)
      brief.id = index
      failures.record(brief)
    }
    var other = ConnectionBrief(succeeded)
    other.firstFrame.number = 1_000_000
    let count = failures.close(by: other).count
    #expect((OpenFailures.Limit.failures..<2 * OpenFailures.Limit.failures).contains(count))
    #expect(failures.close(by: other).isEmpty)
  }
}
