package import Packets

/// SMB_COM_NEGOTIATE Request: MS-CIFS 2.2.4.52.1.
package struct SMB1NegotiateRequest: Equatable, Sendable {
  /// Dialect strings in the client's order. ByteCount at 33, then repeated 0x02 and NUL-terminated text.
  package var dialects: [String]
  /// The capture has only the first of them, or none.
  package private(set) var isCut = false

  /// MS-SMB2 3.3.5.3: the strings that ask for SMB2. They come last, so that a list without its end may have them.
  package var offersSMB2: Bool { dialects.contains("SMB 2.002") || offersUpgrade }
  package var offersUpgrade: Bool { isCut || dialects.contains("SMB 2.???") }

  package init(_ message: borrowing ByteView) throws(DecodeError) {
    let wordBytes = Int(try message.u8(at: 32)) * 2
    let bytes = try message.view(at: 35 + wordBytes, count: Int(message.u16le(at: 33 + wordBytes)))
    dialects = []
    var offset = 0
    while offset < bytes.count {
      guard try bytes.u8(at: offset) == 0x02 else {
        throw DecodeError(
          offset: bytes.base + offset, reason: .unexpected(field: "BufferFormat", value: UInt64(try bytes.u8(at: offset))))
      }
      let dialect = try bytes.nulTerminated(at: offset + 1)
      dialects.append(dialect.text)
      offset = dialect.end
    }
  }
}

extension SMB1NegotiateRequest {
  /// Whether a message is this, of which the capture has at least the command (4) and the flags (9).
  package static func begins(_ message: borrowing ByteView) -> Bool {
    (try? message.u32le(at: 0)).map(SMB2Protocol.init) == .smb1 && (try? message.u8(at: 4)) == SMB1Command.negotiate.rawValue
      && (try? message.u8(at: 9)).map { $0 & 0x80 == 0 } == true
  }

  /// As much as there is.
  package init(beginning message: borrowing ByteView) {
    dialects = []
    isCut = true
    var offset = 35
    while (try? message.u8(at: offset)) == 0x02, let dialect = try? message.nulTerminated(at: offset + 1) {
      dialects.append(dialect.text)
      offset = dialect.end
    }
  }
}

/// SMB_COM_NEGOTIATE Response: MS-CIFS 2.2.4.52.2, MS-SMB 2.2.4.5.2. Its layout depends on the dialect.
package struct SMB1NegotiateResponse: Equatable, Sendable {
  /// Which of the offered strings the server takes; nil for 0xFFFF, none of them. 33, 2 bytes
  package var dialectIndex: Int?
  /// Passwords are proved by a response to a challenge and not sent. 35, bit 0x02
  package var usesChallenge: Bool
  /// “NT LM 0.12”, and the password itself is to be sent. 35, bit 0x02 not set
  package var wantsClearPassword: Bool
  /// The server demands signed messages (NEGOTIATE_SECURITY_SIGNATURES_REQUIRED). 35, bit 0x08
  package var requiresSigning: Bool
  /// Logons carry SPNEGO or NTLMSSP tokens: CAP_EXTENDED_SECURITY of “NT LM 0.12”. 52, bit 0x8000_0000
  package var hasExtendedSecurity: Bool

  /// WordCount of “NT LM 0.12”.
  private static let wordCount = 17

  package init(_ message: borrowing ByteView) throws(DecodeError) {
    let index = try message.u16le(at: 33)
    dialectIndex = index == 0xffff ? nil : Int(index)
    guard try message.u8(at: 32) == Self.wordCount else {
      (usesChallenge, wantsClearPassword, requiresSigning, hasExtendedSecurity) = (false, false, false, false)
      return
    }
    let securityMode = try message.u8(at: 35)
    usesChallenge = securityMode & 0x02 != 0
    wantsClearPassword = !usesChallenge
    requiresSigning = securityMode & 0x08 != 0
    hasExtendedSecurity = try message.u32le(at: 52) & 0x8000_0000 != 0
  }

  /// What a client's responses answer: ChallengeLength at 66, the challenge at 69.
  ///
  /// - Returns: empty with extended security, and in other dialects than “NT LM 0.12”.
  package static func challenge(in message: borrowing ByteView) throws(DecodeError) -> [UInt8] {
    guard try message.u8(at: 32) == wordCount, try message.u32le(at: 52) & 0x8000_0000 == 0 else { return [] }
    return try message.view(at: 69, count: Int(message.u8(at: 66))).copy()
  }
}
