import Packets
import Rules
import TestSupport
import Testing

/// What the first requests on a share ask for decides how much their refusal says.
@Suite struct FirstUseTests {
  /// OBJECT_NAME_NOT_FOUND, OBJECT_NAME_INVALID, NOT_SUPPORTED, CANCELLED, VOLUME_DISMOUNTED.
  private static let (missing, invalid, unsupported, cancelled, gone): (UInt32, UInt32, UInt32, UInt32, UInt32) = (
    0xC000_0034, 0xC000_0033, 0xC000_00BB, 0xC000_0120, 0xC000_026E
  )

  static let cases: [RuleCase] = [
    RuleCase("a name below the share's folder, which opens, is not there", "create-path-missing info") {
      $0.open(4, name: 0)
      $0.open(5, name: 4, status: missing)
    },
    RuleCase("a name is not there, and the client has listed the folder") {
      $0.open(4, name: 0)
      $0.list(5)
      $0.open(6, name: 4, status: missing)
    },
    RuleCase("a name is not there, and the client knows all of the folder") {
      $0.open(4, name: 0)
      $0.query(5, type: 1)
      $0.open(6, name: 4, status: missing)
    },
    RuleCase("a name is not there, and the client knows only the file system", "create-path-missing info") {
      $0.open(4, name: 0)
      $0.query(5, type: 2)
      $0.open(6, name: 4, status: missing)
    },
    RuleCase("the share's own folder is not there", "create-share-unusable error") { $0.open(4, name: 0, status: missing) },
    RuleCase("the share's own folder is refused", "create-refused error") { $0.open(4, name: 0, status: unsupported) },
    RuleCase("a file is refused", "create-refused warning") { $0.open(4, name: 8, status: unsupported) },
    RuleCase("the share's own folder is refused, and opens when it is asked for in another way") {
      $0.open(4, name: 0, status: unsupported)
      $0.open(5, name: 0)
    },
    RuleCase("a question about the share's own folder is refused", "create-refused error") {
      $0.open(4, name: 0)
      $0.query(5, type: 1, status: unsupported)
    },
    RuleCase("a question about the share's own folder has too little room for the answer") {
      $0.open(4, name: 0)
      $0.query(5, type: 1, status: 0x8000_0005)
      $0.open(6, name: 4, status: missing)
    },
    RuleCase("a question about the file system is refused") {
      $0.open(4, name: 0)
      $0.query(5, type: 2, status: unsupported)
    },
    RuleCase("a slash as a name", "create-refused error") { $0.open(4, name: 2, status: invalid) },
    RuleCase("the disk goes while the client works", "last-request-refused error") {
      $0.open(4, name: 8)
      $0.open(5, name: 8, status: gone)
    },
    RuleCase("listing is refused", "last-request-refused warning") {
      $0.open(4, name: 0)
      $0.list(5, status: SMB2Bytes.accessDenied)
    },
    RuleCase("the first folder hangs until the client cancels", "create-refused error") {
      $0.open(4, name: 0, status: cancelled, after: 30)
    },
    RuleCase("the user cancels soon", "create-refused warning") { $0.open(4, name: 0, status: cancelled, after: 1) },
  ]

  @Test(arguments: cases)
  func judges(example: RuleCase) {
    let judged = Judged {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      example.build(&$0)
      $0.send(.client, flags: [.fin, .ack])
    }
    #expect(judged.fired(except: ["vni-missing", "vni-not-seen"]).filter { $0.hasPrefix("create-") || $0.hasPrefix("last-") || $0.hasSuffix("error") } == example.expected)
  }
}

extension FirstUseTests {
  /// The answer to a signed request has to be signed: a client that says goodbye at once has its reason.
  @Test(arguments: [(true, [String]()), (false, ["tree-rejected-by-client error"])])
  func saysGoodbyeOverAMissingSignature(isSigned: Bool, expected: [String]) {
    let judged = Judged {
      $0.negotiate(dialect: 0x0311, dialects: [0x0302, 0x0311])
      $0.setUpSession(logon: NTLMLogon(), isSigned: true)
      let answer = SMB2Bytes.response(3, 3, session: Conversation.session, tree: 5, SMB2BodyBytes.treeConnectResponse())
      $0.request(SMB2Bytes.request(3, 3, session: Conversation.session, SMB2BodyBytes.treeConnectRequest()).signed)
      $0.response(isSigned ? answer.signed : answer)
      for (id, command) in [(4, 4), (5, 2)] as [(UInt64, UInt16)] {
        $0.request(SMB2Bytes.request(command, id, session: Conversation.session, tree: 5, SMB2BodyBytes.empty).signed)
        $0.response(SMB2Bytes.response(command, id, session: Conversation.session, tree: 5, SMB2BodyBytes.empty).signed)
      }
      $0.send(.client, flags: [.fin, .ack])
    }
    #expect(judged.fired().filter { $0.hasPrefix("tree-") } == expected)
  }
}

extension Conversation {
  /// CREATE for a name of so many bytes: MS-SMB2 2.2.13.
  fileprivate mutating func open(_ messageID: UInt64, name length: UInt8, status: UInt32 = 0, after seconds: Int64 = 0) {
    var body = [UInt8].counting(57)
    body.replaceSubrange(46..<48, with: [length, 0])
    request(.request(5, messageID, session: Self.session, tree: 5, body))
    wait(seconds: seconds)
    answer(5, messageID, status, .counting(88))
  }

  /// QUERY_INFO of an InfoType: 2.2.37.
  fileprivate mutating func query(_ messageID: UInt64, type: UInt8, status: UInt32 = 0) {
    request(.request(16, messageID, session: Self.session, tree: 5, [41, 0, type] + .counting(37)))
    answer(16, messageID, status, .counting(16))
  }

  fileprivate mutating func list(_ messageID: UInt64, status: UInt32 = 0) {
    request(.request(14, messageID, session: Self.session, tree: 5, .counting(33)))
    answer(14, messageID, status, .counting(16))
  }

  private mutating func answer(_ command: UInt16, _ messageID: UInt64, _ status: UInt32, _ body: [UInt8]) {
    response(.response(command, messageID, status: status, session: Self.session, tree: 5, status == 0 ? body : SMB2BodyBytes.error()))
  }
}
