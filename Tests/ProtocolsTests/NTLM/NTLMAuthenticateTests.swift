import Packets
import Protocols
import Testing

@Suite struct NTLMAuthenticateTests {
  static func message(_ bytes: [UInt8]) throws -> NTLMAuthenticate { try NTLMAuthenticate(ByteView(bytes.span)) }

  @Test func readsAnNTLMv2Logon() throws {
    let message = try Self.message(NTLMSamples.authenticate())
    #expect(message.domain == "LAB")
    #expect(message.user == "alice")
    #expect(message.workstation == "WS07")
    #expect(message.response == .ntlmV2)
    #expect(message.lmResponseCount == 24)
    #expect(message.ntResponseCount == 44 + NTLMSamples.clientPairs.count)
    #expect(message.clientPairs?.targetName == "cifs/fs01")
    #expect(message.clientPairs?.hasChannelBindings == false)
    #expect(message.hasMIC)
    #expect(message.version?.major == 10)
    #expect(!message.isAnonymous)
  }

  @Test func seesChannelBindings() throws {
    let nt: [UInt8] = Array(repeating: 0x5A, count: 44) + NTLMSamples.pair(10, Array(1...16))
    let message = try Self.message(NTLMSamples.authenticate(nt: nt))
    #expect(message.clientPairs?.hasChannelBindings == true)
    #expect(!message.hasMIC)
  }

  @Test(
    arguments: [
      (24, 0xE280_8215, .ntlmV1), (24, 0xE288_8215, .ntlmV1ExtendedSession), (0, 0xE288_8215, .none),
      (44, 0xE288_8215, .ntlmV2),
    ] as [(Int, UInt32, NTLMAuthenticate.Response)])
  func tellsTheResponseByItsLength(count: Int, flags: UInt32, response: NTLMAuthenticate.Response) throws {
    let bytes = NTLMSamples.authenticate(flags: flags, nt: Array(repeating: 0x5A, count: count))
    let message = try Self.message(bytes)
    #expect(message.response == response)
    #expect(message.clientPairs == nil)
    #expect(!message.hasMIC)
  }

  @Test(arguments: [
    ("", 0, 0, true), ("", 1, 0, true), ("", 24, 0, false), ("", 0, 24, false), ("alice", 0, 0, false),
  ])
  func tellsWhetherItIsAnonymous(user: String, lm: Int, nt: Int, isAnonymous: Bool) throws {
    let bytes = NTLMSamples.authenticate(
      user: user, lm: Array(repeating: 0, count: lm), nt: Array(repeating: 0, count: nt))
    #expect(try Self.message(bytes).isAnonymous == isAnonymous)
  }

  /// The header of clients before NT 4.0 ends at 52; their names are not Unicode.
  @Test func readsAnOldHeader() throws {
    let bytes = NTLMSamples.message(
      3, .field(Array(repeating: 1, count: 24)), .field([]), .field(Array("LAB".utf8)), .field(Array("ALICE".utf8)),
      .field(Array("WS07".utf8)))
    let message = try Self.message(bytes)
    #expect(message.flags == [])
    #expect(message.version == nil)
    #expect(message.user == "ALICE")
    #expect(message.response == .none)
    #expect(!message.isAnonymous)
  }

  /// The user's name may not be taken from the NT response, nor from the header.
  @Test(arguments: [12, 51, 88, 120] as [UInt8])
  func refusesOverlappingFields(offset: UInt8) {
    var bytes = NTLMSamples.authenticate()
    bytes[40] = offset
    bytes[41] = 0
    #expect(throws: DecodeError.self) { try Self.message(bytes) }
  }

  @Test func refusesAFieldBeyondTheEnd() {
    var bytes = NTLMSamples.authenticate()
    bytes.replaceSubrange(48..<52, with: [0xFF, 0xFF, 0xFF, 0xFF])
    #expect(throws: DecodeError.self) { try Self.message(bytes) }
  }

  @Test func refusesACutPair() {
    let nt: [UInt8] = Array(repeating: 0x5A, count: 44) + [9, 0, 200, 0, 1]
    let bytes = NTLMSamples.authenticate(nt: nt)
    #expect(throws: DecodeError.self) { try Self.message(bytes) }
  }
}

/// What CHALLENGE agreed upon, and identifiers of machines.
@Suite struct NTLMAgreementTests {
  @Test func readsNamesAsUnicodeThoughTheFlagsDenyIt() throws {
    var message = try NTLMAuthenticateTests.message(NTLMSamples.authenticate(flags: 0))
    #expect(message.user == "a\0l\0i\0c\0e\0")
    message.readNamesAsUnicode()
    #expect(message.domain == "LAB")
    #expect(message.user == "alice")
    #expect(message.workstation == "WS07")
  }

  /// Names of an odd number of bytes cannot be UTF-16.
  @Test func keepsNamesThatCannotBeUnicode() throws {
    let bytes = NTLMSamples.message(
      3, .field(Array(repeating: 1, count: 24)), .field([]), .field(Array("LAB".utf8)), .field(Array("ALICE".utf8)),
      .field(Array("WS07".utf8)))
    var message = try NTLMAuthenticateTests.message(bytes)
    message.readNamesAsUnicode()
    #expect(message.user == "ALICE")
  }

  @Test(arguments: [(48, false, true), (47, false, false), (48, true, false)])
  func readsTheMachineIdentifier(count: Int, isZero: Bool, isThere: Bool) throws {
    let pair = NTLMSamples.pair(8, [UInt8](repeating: isZero ? 0 : 1, count: count)) + NTLMSamples.pair(0, [])
    let pairs = try NTLMAVPairs(ByteView(pair.span))
    #expect((pairs.machineID != nil) == isThere)
  }
}
