import Packets
import Rules
import TestSupport
import Testing

/// Permissions told from encryption.
@Suite struct EncryptionTests {
  /// AES-128-GCM offered; and no cipher taken.
  static let offer: [(type: UInt16, data: [UInt8])] = [(1, [1, 0, 0, 0, 1, 0]), (2, [1, 0, 2, 0])]
  static let none: [(type: UInt16, data: [UInt8])] = [(1, [1, 0, 0, 0, 1, 0]), (2, [1, 0, 0, 0])]

  static let cases: [RuleCase] = [
    RuleCase("the first leg refused over SMB 2.1", "encryption-required-session error") {
      $0.negotiate(dialect: 0x0210, dialects: [0x0202, 0x0210])
      $0.request(.request(1, 1, SMB2BodyBytes.sessionSetupRequest(token: NTLMLogon().negotiate)))
      $0.response(.response(1, 1, status: SMB2Bytes.accessDenied, session: 5, SMB2BodyBytes.error()))
    },
    RuleCase("the first leg refused over SMB 3.0.2") {
      $0.negotiate()
      $0.request(.request(1, 1, SMB2BodyBytes.sessionSetupRequest(token: NTLMLogon().negotiate)))
      $0.response(.response(1, 1, status: SMB2Bytes.accessDenied, session: 5, SMB2BodyBytes.error()))
    },
    RuleCase("the last leg refused over SMB 2.1", "encryption-required-session error") {
      $0.negotiate(dialect: 0x0210, dialects: [0x0202, 0x0210])
      $0.setUpSession(status: SMB2Bytes.accessDenied, logon: NTLMLogon())
    },
    RuleCase("the last leg refused over SMB 3.0.2") {
      $0.negotiate()
      $0.setUpSession(status: SMB2Bytes.accessDenied, logon: NTLMLogon())
    },
    RuleCase("an alias refused over SMB 2.1") {
      $0.negotiate(dialect: 0x0210)
      $0.setUpSession(status: SMB2Bytes.accessDenied, logon: NTLMLogon().with { $0.service = "cifs/files" })
    },
    RuleCase("the last leg refused by a server that stops at SMB 2.1") {
      $0.negotiate(dialect: 0x0210)
      $0.setUpSession(status: SMB2Bytes.accessDenied, logon: NTLMLogon())
    },
    RuleCase("a share refused by a server that stops at SMB 2.1") {
      $0.negotiate(dialect: 0x0210)
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree(status: SMB2Bytes.accessDenied)
    },
    RuleCase("encryption off, and then a refusal", "encryption-no-common-cipher info") {
      $0.negotiate(dialect: 0x0311, dialects: [0x0311], clientContexts: offer, serverContexts: [(1, [1, 0, 0, 0, 1, 0])])
      $0.setUpSession(status: SMB2Bytes.accessDenied, logon: NTLMLogon())
    },
    RuleCase("no cipher in common, and the client leaves", "encryption-no-common-cipher error") {
      $0.negotiate(dialect: 0x0311, dialects: [0x0311], clientContexts: offer, serverContexts: none)
      $0.send(.client, flags: [.fin, .ack])
    },
    RuleCase("a share refused over SMB 2.1", "tree-encryption-required error") {
      $0.negotiate(dialect: 0x0210, dialects: [0x0202, 0x0210])
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree(status: SMB2Bytes.accessDenied)
    },
    RuleCase("a share refused over SMB 3.0.2 with encryption") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree(status: SMB2Bytes.accessDenied)
    },
    RuleCase("no cipher", "encryption-no-common-cipher info") {
      $0.negotiate(dialect: 0x0311, dialects: [0x0311], clientContexts: offer, serverContexts: none)
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree(isSigned: true)
    },
    RuleCase("no cipher, and then a refusal", "tree-encryption-required error", "encryption-no-common-cipher error") {
      $0.negotiate(dialect: 0x0311, dialects: [0x0311], clientContexts: offer, serverContexts: none)
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree(status: SMB2Bytes.accessDenied, isSigned: true)
    },
    RuleCase("a cipher in common") {
      $0.negotiate(dialect: 0x0311, dialects: [0x0311], clientContexts: offer, serverContexts: offer)
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree(isSigned: true)
    },
    RuleCase("a 3.0.2 server without encryption") {
      $0.negotiate(serverCapabilities: 0x3f)
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree()
    },
    RuleCase("an encrypted session in clear", "encryption-session-flag-mismatch warning") {
      $0.negotiate()
      $0.setUpSession(flags: 4, logon: NTLMLogon())
      $0.connectTree()
    },
    RuleCase("an encrypted session") {
      $0.negotiate()
      $0.setUpSession(flags: 4, logon: NTLMLogon())
      $0.send(.client, nbss(encryptedMessage(session: Conversation.session, ciphertext: 120)))
    },
    RuleCase("an encrypted share used in clear", "encryption-required-not-honoured error") {
      $0.negotiate()
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree(body: SMB2BodyBytes.treeConnectResponse(shareFlags: 0x8000))
      $0.request(.request(5, 4, session: Conversation.session, tree: 5, .counting(57)))
      $0.response(.response(5, 4, status: SMB2Bytes.accessDenied, session: Conversation.session, tree: 5, SMB2BodyBytes.error()))
    },
    RuleCase("an encrypted share, and a client of SMB 3.0.2 that does not announce encryption", "encryption-unsupported-client error") {
      $0.negotiate(clientCapabilities: 0x3f)
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree(body: SMB2BodyBytes.treeConnectResponse(shareFlags: 0x8000))
      $0.request(.request(5, 4, session: Conversation.session, tree: 5, .counting(57)))
      $0.response(.response(5, 4, status: SMB2Bytes.accessDenied, session: Conversation.session, tree: 5, SMB2BodyBytes.error()))
    },
    RuleCase("an encrypted share over SMB 2.1", "encryption-unsupported-client error") {
      $0.negotiate(dialect: 0x0210)
      $0.setUpSession(logon: NTLMLogon())
      $0.connectTree(body: SMB2BodyBytes.treeConnectResponse(shareFlags: 0x8000))
      $0.request(.request(5, 4, session: Conversation.session, tree: 5, .counting(57)))
      $0.response(.response(5, 4, status: SMB2Bytes.accessDenied, session: Conversation.session, tree: 5, SMB2BodyBytes.error()))
    },
  ]

  @Test(arguments: cases)
  func judges(example: RuleCase) { #expect(example.fired([.encryption]) == example.expected) }
}
