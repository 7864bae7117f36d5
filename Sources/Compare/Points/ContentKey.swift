import Packets
import Protocols

/// Something in a connection that no other connection has, or hardly any: by it the same connection is found at another
/// capture point, whatever its addresses and ports are there.
package struct ContentKey: Hashable, Sendable {
  package enum Kind: UInt8, Sendable, CaseIterable {
    /// The sequence numbers of SYN and SYN-ACK.
    case handshake
    /// That of the SYN alone.
    case syn
    /// 32 random bytes of a 3.1.1 NEGOTIATE.
    case salt
    /// Identity and clock of the server, in its answer to NEGOTIATE.
    case serverClock
    /// The challenge of NTLM.
    case challenge
    /// The token of a logon: proof, ticket and authenticator are never the same twice.
    case token
    /// The signature of a message.
    case signature
    case sessionID
    /// Whole messages.
    case messages
    /// No content: a device that accepted one connection failed to open the other at that time. See ``UnansweredAttempts``.
    case attempt

    /// How much it speaks for the same connection.
    package var weight: Int {
      switch self {
      case .salt, .challenge, .token, .signature, .messages: 8
      case .handshake, .serverClock: 4
      case .syn, .sessionID: 2
      case .attempt: 0
      }
    }

    /// It is enough by itself.
    var isSure: Bool { weight >= 8 }

    /// What the two recordings have in common, in the words of a report.
    package var words: String {
      switch self {
      case .handshake: "TCP sequence numbers"
      case .syn: "the sequence number of the SYN"
      case .salt: "the random salt in NEGOTIATE"
      case .serverClock: "the server's GUID and clock in NEGOTIATE"
      case .challenge: "the NTLM challenge"
      case .token: "the token of the logon"
      case .signature: "signatures"
      case .sessionID: "SessionId"
      case .messages: "the same messages"
      case .attempt: "the time at which a device tries to reach the server"
      }
    }
  }

  /// In one word with the kind: each connection has about ten of them.
  let digest: UInt64

  package var kind: Kind { Kind(rawValue: UInt8(digest & Self.kinds)) ?? .messages }

  /// Bits that ``Kind`` takes.
  private static let kinds: UInt64 = 0xf

  private init(_ kind: Kind, digest: UInt64) { self.digest = digest & ~Self.kinds | UInt64(kind.rawValue) }

  init(_ kind: Kind, _ words: UInt64...) { self.init(kind, digest: words.reduce(Digest.of(UInt64(kind.rawValue))) { Digest.of($0, $1) }) }

  init(_ kind: Kind, bytes: borrowing ByteView) { self.init(kind, digest: Digest.of(UInt64(kind.rawValue), Digest.of(bytes))) }
}

extension ContentKey {
  /// What one SMB2 message of the establishing kind has of its own.
  static func keys(of header: SMB2Header, _ message: borrowing ByteView) -> [ContentKey] {
    var keys: [ContentKey] = []
    if !header.signature.isZero {
      keys.append(ContentKey(.signature, header.signature.first, header.signature.second))
    }
    switch (header.command, header.isResponse) {
    case (.negotiate, false): if let salt = salt(message, countAt: 96, offsetAt: 92) { keys.append(salt) }
    case (.negotiate, true):
      if let salt = salt(message, countAt: 70, offsetAt: 124) { keys.append(salt) }
      if let clock = serverClock(message) { keys.append(clock) }
    case (.sessionSetup, false): if let token = token(message, field: 76) { keys.append(token) }
    case (.sessionSetup, true):
      if header.sessionID != 0 { keys.append(ContentKey(.sessionID, header.sessionID)) }
      if let challenge = challenge(message) { keys.append(challenge) }
    default: break
    }
    return keys
  }

  /// MS-SMB2 2.2.4: ServerGuid and SystemTime.
  private static func serverClock(_ message: borrowing ByteView) -> ContentKey? {
    guard let low = try? message.u64le(at: 72), let high = try? message.u64le(at: 80), let time = try? message.u64le(at: 104),
      time != 0
    else { return nil }
    return ContentKey(.serverClock, low, high, time)
  }

  /// MS-SMB2 2.2.3.1.1: the salt of PREAUTH_INTEGRITY_CAPABILITIES, which clients put first.
  private static func salt(_ message: borrowing ByteView, countAt: Int, offsetAt: Int) -> ContentKey? {
    guard var offset = (try? message.u32le(at: offsetAt)).map(Int.init), let count = try? message.u16le(at: countAt),
      offset >= SMB2Header.length + 36
    else { return nil }
    for _ in 0..<min(count, 8) {
      guard let type = try? message.u16le(at: offset), let length = try? message.u16le(at: offset + 2) else { return nil }
      if type == 1 {
        guard let hashes = try? message.u16le(at: offset + 8), let size = try? message.u16le(at: offset + 10), size >= 16,
          let salt = try? message.view(at: offset + 12 + 2 * Int(hashes), count: Int(size)), !isZero(salt)
        else { return nil }
        return ContentKey(.salt, bytes: salt)
      }
      offset = (offset + 8 + Int(length) + 7) & ~7
    }
    return nil
  }

  private static let ntlm: UInt64 = 0x0050_5353_4D4C_544E  // "NTLMSSP\0"

  /// Where in a message an NTLM message of this type begins: MS-NLMP 2.2.1.
  private static func ntlm(_ type: UInt32, in message: borrowing ByteView) -> Int? {
    // SPNEGO puts some 40 bytes before it.
    for offset in SMB2Header.length..<min(message.count, 320) where (try? message.u8(at: offset)) == 0x4e {
      if (try? message.u64le(at: offset)) == ntlm, (try? message.u32le(at: offset + 8)) == type { return offset }
    }
    return nil
  }

  private static func challenge(_ message: borrowing ByteView) -> ContentKey? {
    guard let start = ntlm(2, in: message), let challenge = try? message.u64le(at: start + 24), challenge != 0 else { return nil }
    return ContentKey(.challenge, challenge)
  }

  /// What comes before a challenge is the same for each logon of a client.
  private static func token(_ message: borrowing ByteView, field: Int) -> ContentKey? {
    guard let offset = try? message.u16le(at: field), let length = try? message.u16le(at: field + 2), length >= 128,
      let token = try? message.view(at: Int(offset), count: Int(length)), ntlm(1, in: message) == nil, !isZero(token)
    else { return nil }
    return ContentKey(.token, bytes: token)
  }

  /// What redaction leaves of secrets.
  private static func isZero(_ bytes: borrowing ByteView) -> Bool {
    for offset in 0..<bytes.count where (try? bytes.u8(at: offset)) != 0 { return false }
    return true
  }
}
