import Diagnosis
import Packets
import Rules
import TestSupport
import Testing
import Transcripts

/// Which software the two ends run.
@Suite struct PeerIdentityTests {
  struct Opening: CustomStringConvertible, Sendable {
    var description: String
    var expected: String?
    var build: @Sendable (inout Conversation) -> Void
  }

  static let all: [UInt16] = [0x0202, 0x0210, 0x0300, 0x0302, 0x0311]
  /// SHA-512 without a salt; four ciphers; two signing algorithms.
  static let hash: (type: UInt16, data: [UInt8]) = (1, [1, 0, 0, 0, 1, 0])
  static func ciphers(_ numbers: UInt8...) -> (type: UInt16, data: [UInt8]) {
    (2, [UInt8(numbers.count), 0] + numbers.flatMap { [$0, 0] })
  }
  static let name: (type: UInt16, data: [UInt8]) = (5, [UInt8](utf16: "fs01"))
  static let posix: (type: UInt16, data: [UInt8]) = (0x100, .counting(16))
  static func signing(_ numbers: UInt8...) -> (type: UInt16, data: [UInt8]) {
    (8, [UInt8(numbers.count), 0] + numbers.flatMap { [$0, 0] })
  }

  /// NegTokenInit with NEGOEX and NTLMSSP.
  static let negoexOffer: [UInt8] =
    [0x60, 0x28, 0x06, 0x06, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x02, 0xa0, 0x1e, 0x30, 0x1c, 0xa0, 0x1a, 0x30, 0x18]
    + [0x06, 0x0a, 0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x02, 0x1e]
    + [0x06, 0x0a, 0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x02, 0x0a]

  static let clients: [Opening] = [
    Opening(description: "cifs.ko", expected: "Linux cifs.ko (likely)") {
      $0.negotiate(
        dialect: 0x0311, dialects: [0x0210, 0x0300, 0x0302, 0x0311], clientCapabilities: 0x77,
        clientContexts: [hash, ciphers(2, 4, 1), name, posix], serverContexts: [hash])
    },
    Opening(description: "smbclient", expected: "Samba (smbclient, libsmbclient) newer than 4.17 (likely)") {
      $0.negotiate(
        dialect: 0x0311, dialects: all, clientContexts: [hash, ciphers(2, 1, 4, 3), signing(2, 1, 0), name, posix],
        serverContexts: [hash])
    },
    Opening(description: "rclone", expected: "go-smb2 (rclone) (likely)") {
      $0.negotiate(
        dialect: 0x0311, dialects: all.reversed(), clientCapabilities: 0x44, clientContexts: [hash, ciphers(2, 1)],
        serverContexts: [hash])
    },
    Opening(description: "pike", expected: "pike (likely)") {
      $0.negotiate(dialect: 0x0311, dialects: all, clientContexts: [ciphers(1), hash], serverContexts: [hash])
    },
    Opening(description: "a list that anybody could send", expected: nil) { $0.negotiate(dialects: [0x0210, 0x0300]) },
    // The order is the sign: these are the contexts of smbprotocol, with its ciphers in another order.
    Opening(description: "almost smbprotocol", expected: nil) {
      $0.negotiate(
        dialect: 0x0311, dialects: all, clientContexts: [hash, ciphers(4, 3), name, signing(2, 1, 0)], serverContexts: [hash])
    },
  ]

  @Test(arguments: clients)
  func namesTheClient(opening: Opening) throws {
    let transcript = try #require(Judged(opening.build).transcripts.first)
    #expect(Peers(transcript.peerTraits).client?.description == opening.expected)
  }

  /// The kernel and Samba offer the same dialects where smb.conf begins with 2.1, and only the order of the contexts tells them apart.
  @Test(arguments: [true, false])
  func dialectsAloneAreNoSoftware(isCut: Bool) throws {
    let transcript = try #require(
      Judged {
        $0.request(
          .request(
            0, 0,
            SMB2BodyBytes.negotiateRequest(
              dialects: [0x0210, 0x0300, 0x0302, 0x0311], capabilities: 0x7f,
              contexts: [1, 2, 5, 0x100].map { (type: UInt16($0), data: [UInt8](repeating: 0, count: 38)) })))
        if isCut { $0.cutLast(toPayload: 4 + 64 + 44) }
        $0.response(.response(0, 0, SMB2BodyBytes.negotiateResponse()))
      }.transcripts.first)
    #expect((Peers(transcript.peerTraits).client?.confidence == .likely) == !isCut)
  }

  @Test func nothingIsSaidOfSilence() throws {
    let transcript = try #require(Judged { $0.send(.client, flags: [.rst]) }.transcripts.first)
    #expect(Peers(transcript.peerTraits) == Peers())
  }

  @Test func theVersionOfAChallengeNamesWindows() throws {
    let transcript = try #require(
      Judged {
        $0.ask()
        $0.response(.response(0, 0, SMB2BodyBytes.negotiateResponse(token: Self.negoexOffer)))
        $0.setUpSession(logon: NTLMLogon())
      }.transcripts.first)
    let server = try #require(Peers(transcript.peerTraits).server)
    #expect(server.implementation == .windows)
    #expect(server.version == "Server 2022 (build 20348)")
    #expect(server.signs.contains("the version of its CHALLENGE is a Windows build"))
    #expect(server.confidence < .proven)
  }

  @Test func anAzureNameSaysMoreThanTheBytes() throws {
    let transcript = try #require(
      Judged {
        $0.negotiate()
        $0.setUpSession(logon: NTLMLogon())
        $0.connectTree(path: #"\\account.file.core.windows.net\data"#)
      }.transcripts.first)
    #expect(Peers(transcript.peerTraits).server?.implementation == .azureFiles)
  }
}
