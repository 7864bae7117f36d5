import Packets
import TestSupport
import Testing
import Transcripts

/// Channels of one session are one case: MS-SMB2 3.2.4.2.3, 3.3.5.5.
@Suite struct MultichannelTests {
  static let secondClient = Endpoint(address: IPAddress(10, 99, 0, 1), port: 50_002)
  static let secondServer = Endpoint(address: IPAddress(10, 99, 0, 2), port: 445)

  /// NEGOTIATE and SESSION_SETUP between the second addresses of both hosts, two seconds after a healthy connection.
  static func channel(
    binds: Bool = true, session: UInt64 = Conversation.session, to server: Endpoint = secondServer,
    serverGUID: [UInt8] = SMB2BodyBytes.serverGUID, after seconds: Int64 = 2, status: UInt32 = 0
  ) -> Conversation {
    var conversation = Conversation(client: secondClient, server: server)
    conversation.wait(seconds: seconds)
    conversation.open()
    var ask = SMB2Bytes.request(0, 0, SMB2BodyBytes.negotiateRequest())
    ask.body.replaceSubrange(12..<28, with: [UInt8].counting(16, from: 0x77))
    var answer = SMB2Bytes.response(0, 0, SMB2BodyBytes.negotiateResponse())
    answer.body.replaceSubrange(8..<24, with: serverGUID)
    conversation.request(ask)
    conversation.response(answer)
    let body = SMB2BodyBytes.sessionSetupRequest(flags: binds ? 1 : 0)
    conversation.request(SMB2Bytes.request(1, 1, session: binds ? session : 0, body).signed)
    conversation.response(
      SMB2Bytes.response(
        1, 1, status: status, session: session,
        status == 0 ? SMB2BodyBytes.sessionSetupResponse() : SMB2BodyBytes.error()
      ).signed)
    return conversation
  }

  static func cases(_ conversations: [Conversation]) -> [[Int]] {
    let transcripts = Recorded(conversations.flatMap(\.frames).sorted { $0.time < $1.time }).transcripts
    return CaseBook.cases(of: transcripts.map(ConnectionBrief.init), joining: Lookups()).cases.map { $0.connections.map(\.id) }
  }

  @Test func joinsAChannelFromAnotherAddressWithAnotherClientGUID() {
    #expect(Self.cases([.healthy(), Self.channel()]) == [[1, 2]])
  }

  @Test func joinsAChannelThatWasRefused() {
    #expect(Self.cases([.healthy(), Self.channel(status: SMB2Bytes.accessDenied)]) == [[1, 2]])
  }

  /// A server that tells no ServerGuid is known by its address.
  @Test func joinsByTheServersAddress() {
    let zero = [UInt8](repeating: 0, count: 16)
    #expect(Self.cases([.healthy(), Self.channel(to: .testServer, serverGUID: zero)]) == [[1, 2]])
    #expect(Self.cases([.healthy(), Self.channel(serverGUID: zero)]) == [[1], [2]])
  }

  @Test func keepsOthersApart() {
    // A session of its own, though another server's or connection's has the same number.
    #expect(Self.cases([.healthy(), Self.channel(binds: false)]) == [[1], [2]])
    #expect(Self.cases([.healthy(), Self.channel(session: 0x99)]) == [[1], [2]])
    #expect(Self.cases([.healthy(), Self.channel(serverGUID: .counting(16, from: 0x40))]) == [[1], [2]])
    #expect(Self.cases([.healthy(), Self.channel(after: 120)]) == [[1], [2]])
  }
}
