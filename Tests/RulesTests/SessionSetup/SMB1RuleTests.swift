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
    ConversationCase("a scanner that may not write", "smb1-only-client warning", "create-root-access-denied warning") {
      $0 = .smb1Share()
      $0.work(5, 0xa2, status: 0xC000_0022)
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("a listing, and then a file that is refused", "smb1-only-client warning", "last-request-refused warning") {
      $0 = .smb1Share()
      $0.work(5, 0x32, words: ByteWriter().u16le(10).u16le(100).zeros(16).bytes)
      $0.work(6, 0xa2, status: 0xC000_0022)
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("a question about the volume is no listing", "smb1-only-client warning", "create-root-access-denied warning") {
      $0 = .smb1Share()
      $0.work(5, 0x32, words: ByteWriter().u16le(0).u16le(100).zeros(16).bytes)
      $0.work(6, 0xa2, status: 0xC000_0022)
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("a name that is not there", "smb1-only-client warning", "create-path-missing info") {
      $0 = .smb1Share()
      $0.work(5, 0x32, status: 0xC000_000F)
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("Samba cannot enter the folder", "smb1-only-client warning", "create-refused warning") {
      $0 = .smb1Share()
      $0.request(SMB1Bytes.request(5, user: 2048, tree: 9, SMB1Bytes.Block(0x32)))
      $0.response(SMB1Bytes.response(5, status: 0x005b_0002, user: 2048, tree: 9, SMB1Bytes.Block(0x32)).old)
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("a file that is opened, and one that is not there", "smb1-only-client warning") {
      $0 = .smb1Share()
      $0.work(5, 0xa2)
      $0.work(6, 0xa2, status: 0xC000_0034)
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("the first listing hangs", "smb1-only-client warning", "request-unanswered-in-use error") {
      $0 = .smb1Share()
      $0.request(SMB1Bytes.request(5, user: 2048, tree: 9, SMB1Bytes.Block(0x32)))
      $0.send(.server)
      $0.wait(seconds: 20)
      $0.request(SMB1Bytes.request(6, user: 2048, tree: 9, SMB1Bytes.Block(0x71)))
      $0.response(SMB1Bytes.response(6, user: 2048, tree: 9, SMB1Bytes.Block(0x71)))
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("a server that wants the password in clear", "smb1-only-client warning", "negotiate-reset-by-client warning") {
      $0 = .smb1(isExtended: false, securityMode: 1)
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("a server that demands signing", "smb1-only-client warning", "negotiate-reset-by-client warning") {
      $0 = .smb1(securityMode: 0x0f)
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("a program with a list of dialects, and a server that demands signing", "smb1-only-client warning", "negotiate-reset-by-client error") {
      $0 = .smb1(["NT LANMAN 1.0", "NT LM 0.12"], securityMode: 0x0f)
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("a dialect with LANMAN logons alone", "smb1-only-client warning", "negotiate-reset-by-client error") {
      $0 = .smb1(["LANMAN2.1", "Samba"])
      $0.send(.client, flags: [.fin, .ack])
    },
    ConversationCase("a list of dialects, and nothing that hinders", "smb1-only-client warning", "negotiate-reset-by-client info") {
      $0 = .smb1(["NT LANMAN 1.0", "NT LM 0.12"])
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

extension SMB1RuleTests {
  /// A client that gives all requests one number, in a recording without the answer to NEGOTIATE: an answer belongs to a request of its
  /// command.
  @Test func pairsByTheCommandToo() {
    let logon = NTLMLogon()
    var one = Conversation.smb1()
    one.request(SMB1Bytes.request(1, .logon(token: logon.negotiate)))
    one.response(SMB1Bytes.response(1, status: SMB2Bytes.moreProcessingRequired, user: 2048, .loggedOn(token: logon.challenge)))
    one.request(SMB1Bytes.request(1, user: 2048, .logon(token: logon.authenticate)))
    one.response(SMB1Bytes.response(1, user: 2048, .loggedOn(token: [])))
    one.request(SMB1Bytes.request(1, user: 2048, .share(#"\\fs01\data"#)))
    one.response(SMB1Bytes.response(1, user: 2048, tree: 9, .connected()))
    one.send(.client, flags: [.fin, .ack])
    var frames = one.frames
    frames.remove(at: 4)
    let errors = Judged(frames).findings.filter { $0.severity >= .error }
    #expect(errors.isEmpty, "\(errors.map(\.summary))")
  }
}

extension Conversation {
  /// A user on a share, with the TreeId 9.
  fileprivate static func smb1Share() -> Conversation {
    var conversation = smb1()
    conversation.logOnToSMB1()
    conversation.request(SMB1Bytes.request(4, user: 2048, .share(#"\\fs01\scans"#)))
    conversation.response(SMB1Bytes.response(4, user: 2048, tree: 9, .connected()))
    return conversation
  }

  /// A request on the share, and its answer.
  fileprivate mutating func work(_ number: UInt16, _ command: UInt8, status: UInt32 = 0, words: [UInt8] = [0, 0]) {
    request(SMB1Bytes.request(number, user: 2048, tree: 9, SMB1Bytes.Block(command)))
    response(SMB1Bytes.response(number, status: status, user: 2048, tree: 9, SMB1Bytes.Block(command, words: status == 0 ? words : [])))
  }
}
