import Packets
import Rules
import TestSupport
import Testing

/// A TreeId that the server did not give to the session that uses it.
@Suite struct TreeIDTests {
  private static let gone: UInt32 = 0xC000_00C9

  static let cases: [RuleCase] = [
    RuleCase("another number than that of the answer", "tree-id-not-granted error") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      $0.create(4, tree: 12, status: gone)
      $0.send(.client, flags: [.fin, .ack])
    },
    RuleCase("that, after files were opened under the right one", "tree-id-not-granted warning") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      $0.create(4)
      $0.create(5, tree: 12, status: gone)
      $0.send(.client, flags: [.fin, .ack])
    },
    RuleCase("the share was closed by the server", "create-share-unusable error") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      $0.create(4)
      $0.create(5, status: gone)
      $0.send(.client, flags: [.fin, .ack])
    },
    // Who goes on all the same has no TreeId to send.
    RuleCase("the share was refused", "tree-bad-network-name error") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree(status: SMB2Bytes.badNetworkName)
      $0.create(4, tree: 0, status: gone)
      $0.send(.client, flags: [.fin, .ack])
    },
    RuleCase("the capture lacks bytes that may have granted it") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      $0.send(.server, nbss(SMB2Bytes.response(3, 9, session: Conversation.session, tree: 12, SMB2BodyBytes.treeConnectResponse()).bytes), isCaptured: false)
      $0.send(.client)
      $0.create(4, tree: 12, status: gone)
      $0.create(5)
      $0.send(.client, flags: [.fin, .ack])
    },
  ]

  @Test(arguments: cases)
  func judges(_ one: RuleCase) {
    #expect(one.fired([.treeConnect]) == one.expected)
  }
}
