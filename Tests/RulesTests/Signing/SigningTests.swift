import Packets
import Rules
import TestSupport
import Testing

/// Signatures that are required and missing. No healthy peer leaves them out, so the packets are built.
@Suite struct SigningTests {
  static let cases: [RuleCase] = [
    RuleCase("required and done") {
      $0.negotiate(serverMode: 3)
      $0.setUpSession(logon: NTLMLogon(), isSigned: true)
      $0.connectTree(isSigned: true)
    },
    RuleCase("enabled and not done") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
    },
    RuleCase("one message of the client without", "signature-stripped critical") {
      $0.negotiate(serverMode: 3)
      $0.setUpSession(logon: NTLMLogon(), isSigned: true)
      $0.connectTree(isSigned: true)
      $0.request(.request(8, 4, session: Conversation.session, tree: 5, .counting(49)))
    },
    RuleCase("one answer without", "signature-stripped critical") {
      $0.negotiate(serverMode: 3)
      $0.setUpSession(logon: NTLMLogon(), isSigned: true)
      $0.connectTree(isSigned: true)
      $0.request(SMB2Bytes.request(8, 4, session: Conversation.session, tree: 5, .counting(49)).signed)
      $0.response(.response(8, 4, session: Conversation.session, tree: 5, .counting(80)))
    },
    RuleCase("errors, interim answers and notifications without") {
      $0.negotiate(serverMode: 3)
      $0.setUpSession(logon: NTLMLogon(), isSigned: true)
      $0.connectTree(isSigned: true)
      $0.request(SMB2Bytes.request(15, 4, session: Conversation.session, tree: 5, .counting(32)).signed)
      $0.response(SMB2Bytes.response(15, 4, session: Conversation.session, tree: 5, []).interim)
      $0.response(.response(15, 4, status: 0xC000_00C9, session: Conversation.session, tree: 5, SMB2BodyBytes.error()))
      $0.response(.response(18, .max, session: Conversation.session, tree: 5, .counting(24)))
    },
    RuleCase("a signature of zeros", "signature-stripped critical") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon(), isSigned: true)
      $0.connectTree(isSigned: true)
      var request = SMB2Bytes.request(8, 4, session: Conversation.session, tree: 5, .counting(49))
      request.flags = 0x08
      $0.request(request)
    },
    RuleCase("a server that demands and never signs", "signing-required-server-silent error") {
      $0.negotiate(serverMode: 3)
      $0.setUpSession(logon: NTLMLogon())
      $0.request(SMB2Bytes.request(3, 3, session: Conversation.session, SMB2BodyBytes.treeConnectRequest()).signed)
      $0.response(.response(3, 3, session: Conversation.session, tree: 5, SMB2BodyBytes.treeConnectResponse()))
    },
    RuleCase("a guest, and the client hangs up", "guest-cannot-sign error") {
      $0.negotiate(clientMode: 3)
      $0.setUpSession(flags: 1, logon: NTLMLogon())
      $0.send(.client, flags: [.rst, .ack])
    },
    RuleCase("an anonymous user who gets on") {
      $0.negotiate(serverMode: 3)
      $0.setUpSession(logon: .anonymous)
      $0.connectTree(path: #"\\fs01\IPC$"#)
    },
    RuleCase("a server that cannot sign", "signing-required-unsupported critical") {
      $0.negotiate(clientMode: 3, serverMode: 0)
      $0.send(.client, flags: [.fin, .ack])
    },
    RuleCase("a server that cannot sign accepts the logon", "signing-required-unsupported critical") {
      $0.negotiate(clientMode: 3, serverMode: 0)
      $0.setUpSession(logon: NTLMLogon())
      $0.send(.client, flags: [.rst, .ack])
    },
    RuleCase("a server that cannot sign, and the client logs off at once", "signing-required-unsupported critical") {
      $0.negotiate(clientMode: 3, serverMode: 0)
      $0.setUpSession(logon: NTLMLogon())
      $0.logOff()
    },
    RuleCase("a server that could sign and does not, and the client logs off at once", "signing-required-unsupported critical") {
      $0.negotiate(clientMode: 3)
      $0.setUpSession(logon: NTLMLogon())
      $0.logOff()
    },
    RuleCase("a program that only tests the logon, and requires nothing") {
      $0.negotiate(serverMode: 0)
      $0.setUpSession(logon: NTLMLogon())
      $0.logOff()
    },
    RuleCase("a server that could sign and does not", "signing-required-unsupported critical") {
      $0.negotiate(clientMode: 3)
      $0.setUpSession(logon: NTLMLogon())
      $0.send(.client, flags: [.fin, .ack])
    },
    RuleCase("a server without signing, and nobody requires it") {
      $0.negotiate(serverMode: 0)
      $0.send(.client, flags: [.fin, .ack])
    },
    RuleCase("a signing algorithm nobody offered", "signing-algorithm-mismatch error") {
      $0.negotiate(
        dialect: 0x0311, dialects: [0x0311], clientContexts: [(8, [1, 0, 1, 0])], serverContexts: [(8, [1, 0, 2, 0])])
    },
    RuleCase("a signing algorithm that was offered") {
      $0.negotiate(
        dialect: 0x0311, dialects: [0x0311], clientContexts: [(8, [2, 0, 2, 0, 1, 0])], serverContexts: [(8, [1, 0, 2, 0])])
    },
  ]

  @Test(arguments: cases)
  func judges(example: RuleCase) { #expect(example.fired([.signing]) == example.expected) }
}

extension Conversation {
  fileprivate mutating func logOff() {
    request(.request(2, 3, session: Self.session, SMB2BodyBytes.empty))
    response(.response(2, 3, session: Self.session, SMB2BodyBytes.empty))
    send(.client, flags: [.fin, .ack])
  }
}
