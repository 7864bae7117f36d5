import Diagnosis
import Packets
import Rules
import TestSupport
import Testing

/// Rules about logons and shares hold for SMB1 too; those that speak of what only SMB2 has are silent.
@Suite struct SMB1RuleTests {
  static let cases: [ConversationCase] = [
    ConversationCase("a wrong password", "smb1-only-client warning", "auth-logon-failure error") {
      $0 = .smb1()
      $0.logOnToSMB1(status: SMB2Bytes.logonFailure)
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("a wrong password, told in the way of DOS", "smb1-only-client warning", "auth-logon-failure error") {
      $0 = .smb1(isExtended: false)
      $0.request(SMB1Bytes.request(2, .logon("BOB", domain: "LAB", unicode: nil, isUnicode: false)).old)
      $0.response(SMB1Bytes.response(2, status: 0x0002_0002, SMB1Bytes.Block(0x73)).old)
    },
    ConversationCase("ERRnoaccess to a logon", "smb1-only-client warning", "auth-logon-failure error") {
      $0 = .smb1(isExtended: false)
      $0.request(SMB1Bytes.request(2, .logon("BOB", domain: "LAB", unicode: nil, isUnicode: false)).old)
      $0.response(SMB1Bytes.response(2, status: 0x0005_0001, SMB1Bytes.Block(0x73)).old)
    },
    ConversationCase("a server that answers with a ProcessId of its own", "smb1-only-client warning") {
      $0 = .smb1()
      $0.logOnToSMB1()
      $0.request(SMB1Bytes.request(4, user: 2048, .share(#"\\fs01\data"#)))
      $0.response(SMB1Bytes.response(4, user: 2048, tree: 9, .connected()).withOtherProcess)
      $0.request(SMB1Bytes.request(5, user: 2048, tree: 9, SMB1Bytes.Block(0x2e)))
      $0.send(.client, flags: [.fin, .ack])
    },
    // That it explains the refusal the case tells, which knows the server's other answers.
    ConversationCase("NTLMv1, refused", "smb1-only-client warning", "auth-logon-failure error") {
      $0 = .smb1(isExtended: false)
      $0.request(SMB1Bytes.request(2, .logon("alice", domain: "LAB"), .share(#"\\fs01\data"#)))
      $0.response(SMB1Bytes.response(2, status: SMB2Bytes.logonFailure, SMB1Bytes.Block(0x73)))
    },
    ConversationCase("a share that is not there", "smb1-only-client warning", "tree-bad-network-name error") {
      $0 = .smb1(isExtended: false)
      $0.request(SMB1Bytes.request(2, .logon("alice", domain: "LAB", unicode: 80), .share(#"\\fs01\dta"#)))
      $0.response(
        SMB1Bytes.response(2, status: SMB2Bytes.badNetworkName, user: 7, .loggedOn(), SMB1Bytes.Block(0x75)))
    },
    ConversationCase("a server that wants the password in clear", "smb1-only-client warning", "negotiate-reset-by-client warning") {
      $0 = .smb1(isExtended: false, securityMode: 1)
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("a server that demands signing", "smb1-only-client warning", "negotiate-reset-by-client warning") {
      $0 = .smb1(securityMode: 0x0f)
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("a client that only asks for versions", "smb1-only-client warning", "negotiate-reset-by-client info") {
      $0 = .smb1()
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("all is well", "smb1-only-client warning") {
      $0 = .smb1()
      $0.logOnToSMB1()
      $0.request(SMB1Bytes.request(4, user: 2048, .share(#"\\fs01\data"#)))
      $0.response(SMB1Bytes.response(4, user: 2048, tree: 9, .connected()))
      $0.request(SMB1Bytes.request(5, user: 2048, tree: 9, SMB1Bytes.Block(0x2e)))
      $0.send(.server, flags: [.rst])
    },
  ]

  @Test(arguments: cases)
  func judges(_ example: ConversationCase) {
    let judged = Judged(example.frames)
    #expect(judged.findings.map { "\($0.rule.id) \($0.severity)" }.sorted() == example.expected.sorted())
    #expect(judged.findings.flatMap(\.observation.evidence).allSatisfy { !$0.note.contains("SMB ?") })
  }
}
