package import Packets

/// One NTLM message: MS-NLMP 2.2.1. Little-endian; offsets count from the `N` of `NTLMSSP`.
package enum NTLMMessage: Hashable, Sendable {
  case negotiate(NTLMNegotiate)
  case challenge(NTLMChallenge)
  case authenticate(NTLMAuthenticate)

  package init(_ message: borrowing ByteView) throws(DecodeError) {
    switch try message.u32le(at: 8) {
    case NTLMNegotiate.messageType: self = .negotiate(try NTLMNegotiate(message))
    case NTLMChallenge.messageType: self = .challenge(try NTLMChallenge(message))
    case NTLMAuthenticate.messageType: self = .authenticate(try NTLMAuthenticate(message))
    case let other:
      throw DecodeError(offset: message.base + 8, reason: .unexpected(field: "MessageType", value: UInt64(other)))
    }
  }

  /// The bytes begin with the signature `NTLMSSP\0`.
  package static func isCredible(_ view: borrowing ByteView) -> Bool {
    (try? view.u64le(at: 0)) == signature
  }

  private static let signature: UInt64 = 0x0050_5353_4D4C_544E  // "NTLMSSP\0"

  /// Checks the two fields that begin every message: Signature (8) and MessageType (4).
  static func expect(_ type: UInt32, in message: borrowing ByteView) throws(DecodeError) {
    let found = try message.u64le(at: 0)
    guard found == signature else {
      throw DecodeError(offset: message.base, reason: .unexpected(field: "NTLM Signature", value: found))
    }
    let foundType = try message.u32le(at: 8)
    guard foundType == type else {
      throw DecodeError(
        offset: message.base + 8, reason: .unexpected(field: "MessageType", value: UInt64(foundType)))
    }
  }
}
