import Diagnosis
import Packets
import Rules
import TestSupport
import Testing

/// Several servers answer at one address, and each calls itself by a ServerGuid of its own.
@Suite struct LoadBalancerTests {
  private static let other = [UInt8](repeating: 0x44, count: 16)

  private static func connect(_ one: inout Conversation, _ guid: [UInt8], at seconds: Int64) {
    one.wait(seconds: seconds)
    one.open()
    one.negotiate(serverGUID: guid)
  }

  /// The client comes back with its old session, and lands on a server that does not know the user.
  @Test(arguments: [(true, "possibly another server answers at this address than in frame 9"), (false, "the password or the account was changed")])
  func theNextServerDoesNotKnowTheUser(isOther: Bool, cause: String) throws {
    var first = Conversation()
    Self.connect(&first, SMB2BodyBytes.serverGUID, at: 0)
    first.setUpSession(logon: NTLMLogon())
    first.connectTree()
    first.create(4)
    first.send(.server, flags: [.rst, .ack])
    var next = Conversation(client: Endpoint(address: first.client.address, port: 50_002))
    Self.connect(&next, isOther ? Self.other : SMB2BodyBytes.serverGUID, at: 30)
    var begin = SMB2Bytes.request(1, 1, SMB2BodyBytes.sessionSetupRequest(token: NTLMLogon().negotiate))
    // PreviousSessionId: MS-SMB2 2.2.5.
    begin.body.replaceSubrange(16..<24, with: ByteWriter().u64le(Conversation.session).bytes)
    next.request(begin)
    next.response(.response(1, 1, status: SMB2Bytes.moreProcessingRequired, session: 9, SMB2BodyBytes.sessionSetupResponse(token: NTLMLogon().challenge)))
    next.request(.request(1, 2, session: 9, SMB2BodyBytes.sessionSetupRequest(token: NTLMLogon().authenticate)))
    next.response(.response(1, 2, status: SMB2Bytes.logonFailure, session: 9, SMB2BodyBytes.error()))
    next.send(.client, flags: [.fin, .ack])
    let judged = Judged(first.frames + next.frames)
    let finding = try #require((judged.findings + judged.ofCases).first { $0.rule.id == "auth-logon-failure" }, "\(judged.fired())")
    let told = try #require(finding.causes.first)
    #expect(told.hasPrefix(cause), "\(finding.causes)")
    #expect(told.contains("44444444-4444-4444-4444-444444444444") == isOther, "\(told)")
  }
}
