import Diagnosis
import Packets
import Rules
import TestSupport
import Testing
import Transcripts

/// TREE_CONNECT: statuses that no server of the lab gives, silence, and what connected shares show.
@Suite struct TreeConnectTests {
  /// Every status of the catalogue, and the one rule that it belongs to.
  static let statuses: [(UInt32, String)] = [
    (0xC000_00CC, "tree-bad-network-name"), (0xC000_0022, "tree-access-denied"), (0xC05D_0001, "tree-bad-cluster-dialect"),
    (0xC000_00C9, "tree-network-name-deleted"), (0xC000_0203, "tree-session-deleted"),
    (0xC000_035C, "tree-user-session-state"), (0xC000_00CB, "tree-bad-device-type"), (0xC000_00CE, "tree-too-many"),
    (0xC000_0246, "tree-too-many"), (0xC000_009A, "tree-too-many"), (0xC000_0466, "tree-unavailable"),
    (0xC000_0480, "tree-unavailable"), (0xC000_00CA, "tree-network-access-denied"),
    (0xC000_0225, "tree-not-found-other"), (0xC000_0034, "tree-not-found-other"), (0xC000_0001, "tree-other-status"),
    (0xC000_003A, "tree-not-found-other"), (0xC000_00BD, "tree-duplicate-name"),
  ]

  @Test(arguments: statuses)
  func namesTheStatus(status: UInt32, rule: String) throws {
    let judged = Judged {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree(status: status)
      $0.send(.client, flags: [.fin, .ack])
    }
    #expect(judged.fired() == ["\(rule) error"])
    let finding = try #require(judged.findings.first)
    #expect(finding.isPrimary)
    #expect(finding.observation.summary.contains(#"\\fs01\data"#))
  }

  /// SHARE_REDIRECT (MS-SMB2 2.2.2.2.2): one error context of no more than its first field.
  static let redirect = ByteWriter().u16le(9).u8(1).u8(0).u32le(12).u32le(4).u32le(0x7264_5253).u32le(48).bytes

  static let cases: [RuleCase] = [
    RuleCase("refused, then connected", "tree-bad-network-name info") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree(status: SMB2Bytes.badNetworkName)
      $0.connectTree(4)
    },
    RuleCase("redirected", "tree-redirect info") {
      $0.negotiate(dialect: 0x0311, dialects: [0x0311])
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree(status: SMB2Bytes.badNetworkName, isSigned: true, body: redirect)
    },
    RuleCase("IPC$ refused to an anonymous user", "tree-access-denied error") {
      $0.negotiate()
      $0.setUpSession(logon: .anonymous)
      $0.connectTree(path: #"\\fs01\IPC$"#, status: SMB2Bytes.accessDenied)
    },
    RuleCase("IPC$ refused to a user, who gets at a share", "tree-access-denied info") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree(path: #"\\fs01\IPC$"#, status: SMB2Bytes.accessDenied)
      $0.connectTree(4)
    },
    RuleCase("IPC$ refused to an anonymous user, who gets at a share", "tree-access-denied info") {
      $0.negotiate()
      $0.setUpSession(logon: .anonymous)
      $0.connectTree(path: #"\\fs01\IPC$"#, status: SMB2Bytes.accessDenied)
      $0.connectTree(4)
    },
    RuleCase("a share refused to a guest over SMB 2.1", "tree-access-denied error") {
      $0.negotiate(dialect: 0x0210)
      $0.setUpSession(flags: 1, logon: NTLMLogon())
      $0.connectTree(status: SMB2Bytes.accessDenied)
    },
    // Silence and closes.
    RuleCase("no answer", "tree-connect-unanswered error") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.request(.request(3, 3, session: Conversation.session, SMB2BodyBytes.treeConnectRequest()))
      $0.wait(seconds: 20)
      $0.send(.client, flags: [.fin, .ack])
    },
    RuleCase("no answer before the capture ends") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.request(.request(3, 3, session: Conversation.session, SMB2BodyBytes.treeConnectRequest()))
      $0.wait(seconds: 20)
      $0.send(.client)
    },
    RuleCase("the server hangs up instead of an answer", "tree-connect-reset error") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.request(.request(3, 3, session: Conversation.session, SMB2BodyBytes.treeConnectRequest()))
      $0.send(.server, flags: [.fin, .ack])
    },
    RuleCase("the server resets right after the answer", "tree-connect-reset error") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      $0.send(.server, flags: [.rst, .ack])
    },
    RuleCase("the client leaves after the answer", "tree-rejected-by-client error") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      $0.send(.client, flags: [.fin, .ack])
    },
    RuleCase("an answer after eleven seconds", "tree-connect-slow info") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.request(.request(3, 3, session: Conversation.session, SMB2BodyBytes.treeConnectRequest()))
      $0.wait(seconds: 11)
      $0.response(.response(3, 3, session: Conversation.session, tree: 5, SMB2BodyBytes.treeConnectResponse()))
    },
    // SMB 3.1.1 without a signature.
    RuleCase("unsigned on 3.1.1", "tree-311-unsigned critical", "tree-connect-reset error") {
      $0.negotiate(dialect: 0x0311, dialects: [0x0311])
      $0.setUpSession(logon: NTLMLogon(), isSigned: true)
      $0.request(.request(3, 3, session: Conversation.session, SMB2BodyBytes.treeConnectRequest()))
      $0.send(.server, flags: [.rst, .ack])
    },
    RuleCase("signed on 3.1.1") {
      $0.negotiate(dialect: 0x0311, dialects: [0x0311])
      $0.setUpSession(logon: NTLMLogon(), isSigned: true)
      $0.connectTree(isSigned: true)
    },
    RuleCase("a guest on 3.1.1") {
      $0.negotiate(dialect: 0x0311, dialects: [0x0311])
      $0.setUpSession(flags: 1, logon: NTLMLogon())
      $0.connectTree()
    },
    // Connected shares.
    RuleCase("a share that allows nothing", "tree-no-access warning") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree(body: SMB2BodyBytes.treeConnectResponse(maximalAccess: 0))
    },
    RuleCase("a share to read") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree(body: SMB2BodyBytes.treeConnectResponse(maximalAccess: 0x0012_00a9))
    },
    RuleCase("the share's disk is gone", "create-share-unusable error") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      $0.create(4, status: 0xC000_026E)
    },
    RuleCase("the disk is gone for one file of several") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      $0.create(4, status: 0xC000_026E)
      $0.create(5)
    },
    RuleCase("a file in use is no matter of the share") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      $0.create(4, status: 0xC000_0043)
    },
    RuleCase("the only file is refused, and the client leaves", "create-refused warning") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      $0.create(4, status: 0xC000_0906)
      $0.send(.client, flags: [.fin, .ack])
    },
    RuleCase("one of two files is refused, and the client leaves") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      $0.create(4, status: 0xC000_0906)
      $0.create(5)
      $0.send(.client, flags: [.fin, .ack])
    },
    RuleCase("the share's folder refused", "create-root-access-denied warning") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      $0.create(4, status: SMB2Bytes.accessDenied)
    },
    RuleCase("one file refused and another opened") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      $0.create(4, status: SMB2Bytes.accessDenied)
      $0.create(5)
    },
    RuleCase("a later file refused") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      $0.create(4)
      $0.create(5, status: SMB2Bytes.accessDenied)
    },
    RuleCase("a later file refused, and the client leaves", "last-request-refused warning") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      $0.create(4)
      $0.create(5, status: SMB2Bytes.accessDenied)
      $0.send(.client, flags: [.fin, .ack])
    },
    RuleCase("all that the client reads is locked, and it leaves", "last-request-refused warning") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      $0.create(4)
      $0.read(5, status: 0xC000_0054)
      $0.send(.client, flags: [.fin, .ack])
    },
    RuleCase("one of the places that the client reads is locked, and it leaves", "last-request-refused info") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      $0.create(4)
      $0.read(5)
      $0.read(6, status: 0xC000_0054)
      $0.send(.client, flags: [.fin, .ack])
    },
    RuleCase("a later file refused, and the client goes on before it leaves") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      $0.create(4)
      $0.create(5, status: SMB2Bytes.accessDenied)
      $0.create(6)
      $0.send(.client, flags: [.fin, .ack])
    },
    RuleCase("a later file is not there, and the client leaves") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      $0.create(4)
      $0.create(5, status: 0xC000_0034)
      $0.send(.client, flags: [.fin, .ack])
    },
    RuleCase("a later file refused, and the client stays for minutes") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      $0.create(4)
      $0.create(5, status: SMB2Bytes.accessDenied)
      $0.wait(seconds: 300)
      $0.send(.client, flags: [.fin, .ack])
    },
    RuleCase("a later file refused after much work, and the client leaves", "last-request-refused info") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      for messageID in 4..<10 { $0.create(UInt64(messageID)) }
      $0.create(10, status: SMB2Bytes.accessDenied)
      $0.send(.client, flags: [.fin, .ack])
    },
    RuleCase("the disk is full, and the recording ends", "last-request-refused warning") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      $0.create(4)
      $0.create(5, status: 0xC000_007F)
    },
    RuleCase("the disk is full, and the server closes", "last-request-refused warning") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      $0.create(4)
      $0.create(5, status: 0xC000_007F)
      $0.send(.server, flags: [.fin, .ack])
    },
    RuleCase("the disk was full for a moment") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
      $0.create(4)
      $0.create(5, status: 0xC000_007F)
      $0.create(6)
    },
    RuleCase("a printer refuses the only job, and the client leaves", "create-refused warning") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree(body: SMB2BodyBytes.treeConnectResponse(shareType: 3))
      $0.create(4, status: 0xC000_00C6)
      $0.send(.client, flags: [.fin, .ack])
    },
    RuleCase("the only pipe is not there, and the client leaves", "pipe-refused warning") {
      $0.connectIPC()
      $0.create(4, status: 0xC000_0034)
      $0.send(.client, flags: [.fin, .ack])
    },
    RuleCase("one of two pipes is refused, and the client leaves") {
      $0.connectIPC()
      $0.create(4, status: SMB2Bytes.accessDenied)
      $0.create(5)
      $0.send(.client, flags: [.fin, .ack])
    },
    RuleCase("a pipe is refused, and the share opens") {
      $0.connectIPC()
      $0.create(4, status: SMB2Bytes.accessDenied)
      $0.connectTree(5, tree: 6)
      $0.create(6, tree: 6)
      $0.send(.client, flags: [.fin, .ack])
    },
    RuleCase("a share to be encrypted", "tree-share-encrypted info") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree(body: SMB2BodyBytes.treeConnectResponse(shareFlags: 0x8030))
      $0.send(.client, nbss(encryptedMessage(session: Conversation.session, ciphertext: 120)))
    },
    RuleCase("the domain in place of a server", "dfs-domain-path error", "tree-bad-network-name error") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon().with { $0.dnsDomain = "lab.example" })
      $0.connectTree(path: #"\\LAB.example\public"#, status: 0xC000_00CC)
    },
    RuleCase("a server of the domain", "tree-bad-network-name error") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon().with { $0.dnsDomain = "lab.example" })
      $0.connectTree(path: #"\\fs01.lab.example\public"#, status: 0xC000_00CC)
    },
  ]

  @Test(arguments: cases)
  func judges(example: RuleCase) { #expect(example.fired([.treeConnect]) == example.expected) }

  /// Samba makes a share of each user's home directory.
  @Test(arguments: [("alice", "the share has the name of the user"), ("data", "a misspelled or removed share")])
  func knowsTheHomeOfAUser(share: String, cause: String) throws {
    let judged = Judged {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree(path: #"\\fs01\\#(share)"#, status: 0xC000_00CC)
      $0.send(.client, flags: [.fin, .ack])
    }
    let finding = try #require(judged.findings.first { $0.rule.id == "tree-bad-network-name" })
    #expect(finding.causes.first?.hasPrefix(cause) == true, "\(finding.causes)")
  }

  /// DesiredAccess of the refused CREATE against what the share allows.
  @Test(arguments: [
    (0x0012_0089, 0x001f_00a9, "the permissions of the file or folder"), (0x0012_019f, 0x001f_00a9, "the client wants to write"),
    (0x0012_0089, 0x001f_01ff, "the permissions of the folder behind"),
  ] as [(UInt32, UInt32, String)])
  func readsWhatTheClientWanted(asked: UInt32, allowed: UInt32, cause: String) throws {
    let judged = Judged {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree(body: SMB2BodyBytes.treeConnectResponse(maximalAccess: allowed))
      let body = ByteWriter().u16le(57).u8(0).u8(0).u32le(2).u64le(0).u64le(0).u32le(asked).zeros(29).bytes
      $0.request(.request(5, 4, session: Conversation.session, tree: 5, body))
      $0.response(.response(5, 4, status: SMB2Bytes.accessDenied, session: Conversation.session, tree: 5, SMB2BodyBytes.error()))
      $0.send(.client, flags: [.fin, .ack])
    }
    let finding = try #require(judged.findings.first { $0.rule.id == "create-root-access-denied" })
    #expect(finding.causes.first?.hasPrefix(cause) == true, "\(finding.causes)")
    #expect(finding.causes.contains { $0.hasPrefix("the client wants to write") } == (asked & 2 != 0))
  }
}

extension Conversation {
  /// READ, of which only the header is read.
  fileprivate mutating func read(_ messageID: UInt64, status: UInt32 = 0) {
    request(.request(8, messageID, session: Self.session, tree: 5, .counting(49)))
    response(.response(8, messageID, status: status, session: Self.session, tree: 5, status == 0 ? .counting(16) : SMB2BodyBytes.error()))
  }
}
