package import Cryptography
package import Packets
package import Protocols

/// What NEGOTIATE settled about keys.
package struct Agreement: Sendable, Codable, Equatable {
  package var dialect: SMB2Dialect
  package var signing: Signer.Algorithm
  /// 0 for none.
  package var cipher: SMB2Cipher

  init(dialect: SMB2Dialect, signing: Signer.Algorithm, cipher: SMB2Cipher) {
    (self.dialect, self.signing, self.cipher) = (dialect, signing, cipher)
  }

  /// MS-SMB2 3.1.4.1, 3.2.5.2: by the server's answer.
  package init(_ response: SMB2NegotiateResponse) {
    dialect = response.dialectRevision
    switch dialect {
    case .smb311:
      signing = response.contexts.signingAlgorithms?.first.flatMap(Signer.Algorithm.init) ?? .aesCMAC
      cipher = response.contexts.ciphers?.first ?? .none
    case .smb300, .smb302: (signing, cipher) = (.aesCMAC, SMB2Cipher(rawValue: 1))
    default: (signing, cipher) = (.hmacSHA256, .none)
    }
  }
}

/// The keys of one session on one connection: MS-SMB2 3.1.4.2, 3.2.5.3.1.
package final class SessionKeys {
  package let agreement: Agreement
  /// From the logon; up to 32 bytes.
  package let sessionKey: Secret
  private let library: Libcrypto
  private let signer: Signer
  private let fromClient: Secret
  private let fromServer: Secret

  /// - Parameter hash: the pre-authentication hash of the session; only 3.1.1 has one.
  package init?(_ library: Libcrypto, _ agreement: Agreement, sessionKey: [UInt8], hash: [UInt8]) {
    guard let signer = Self.signer(library, agreement, sessionKey: sessionKey, hash: hash) else { return nil }
    self.library = library
    self.agreement = agreement
    self.sessionKey = Secret(sessionKey)
    self.signer = signer
    let (client, server) = Self.cipherKeys(library, agreement, sessionKey, hash)
    (fromClient, fromServer) = (Secret(client), Secret(server))
  }

  // MARK: Derivation

  static func signer(_ library: Libcrypto, _ agreement: Agreement, sessionKey: [UInt8], hash: [UInt8]) -> Signer? {
    let key = firstHalf(sessionKey)
    return switch agreement.dialect {
    case .smb311:
      Signer(library, agreement.signing, key: derive(library, key, "SMBSigningKey", hash, byteCount: 16))
    case .smb300, .smb302:
      Signer(library, agreement.signing, key: derive(library, key, "SMB2AESCMAC", text("SmbSign"), byteCount: 16))
    default: Signer(library, agreement.signing, key: key)
    }
  }

  /// Session.SessionKey: 16 bytes of what the logon gives, or zeros behind it (3.2.5.3.1).
  static func firstHalf(_ key: [UInt8]) -> [UInt8] {
    Array((key + [UInt8](repeating: 0, count: 16)).prefix(16))
  }

  private static func cipherKeys(
    _ library: Libcrypto, _ agreement: Agreement, _ sessionKey: [UInt8], _ hash: [UInt8]
  ) -> (client: [UInt8], server: [UInt8]) {
    // Session.FullSessionKey where the cipher has 256 bits.
    let key = agreement.cipher.isAES256 ? sessionKey : firstHalf(sessionKey)
    let count = agreement.cipher.isAES256 ? 32 : 16
    guard agreement.dialect == .smb311 else {
      return (
        derive(library, key, "SMB2AESCCM", text("ServerIn "), byteCount: count),
        derive(library, key, "SMB2AESCCM", text("ServerOut"), byteCount: count)
      )
    }
    return (
      derive(library, key, "SMBC2SCipherKey", hash, byteCount: count),
      derive(library, key, "SMBS2CCipherKey", hash, byteCount: count)
    )
  }

  /// SP 800-108 in counter mode with HMAC-SHA-256, of which one block is enough: MS-SMB2 3.1.4.2.
  private static func derive(
    _ library: Libcrypto, _ key: [UInt8], _ label: String, _ context: [UInt8], byteCount: Int
  ) -> [UInt8] {
    let bits = UInt32(byteCount * 8)
    let length = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: bits >> UInt32($0)) }
    let block = [0, 0, 0, 1] + text(label) + [0] + context + length
    return Array(library.hmac(.sha256, key: key, block).prefix(byteCount))
  }

  /// With the zero that ends it.
  private static func text(_ words: String) -> [UInt8] { Array(words.utf8) + [0] }

  // MARK: Use

  /// Whether the signature of a message is right; nil when it is too short for a header.
  package func isRight(_ message: borrowing ByteView) -> Bool? { signer.isRight(message) }

  /// What is inside a TRANSFORM_HEADER (2.2.41).
  ///
  /// - Returns: nil when the key is another one, or the message was altered.
  package func unseal(_ transform: borrowing ByteView, isFromServer: Bool) throws(DecodeError) -> [UInt8]? {
    let size = Int(try transform.u32le(at: 36))
    let sealed = try transform.view(at: 52, count: size)
    return library.unseal(
      cipher: agreement.cipher.rawValue, key: (isFromServer ? fromServer : fromClient).bytes,
      nonce: try transform.view(at: 20, count: 16).span, clear: try transform.view(at: 20, count: 32).span,
      tag: try transform.view(at: 4, count: 16).span, sealed: sealed.span)
  }
}

extension Signer {
  /// Where the signature lies in a header: MS-SMB2 2.2.1.
  private static let place = 48

  package func isRight(_ message: borrowing ByteView) -> Bool? {
    guard let head = try? message.view(at: 0, count: Self.place), let tail = try? message.view(from: Self.place + 16),
      let first = try? message.u64le(at: Self.place), let second = try? message.u64le(at: Self.place + 8),
      let nonce = try? Self.nonce(of: message), let expected = sign(head.span, hole: 16, tail.span, nonce: nonce)
    else { return nil }
    return expected == (first, second)
  }

  /// 3.1.4.1: MessageId, then whether the server sent it, and whether it is CANCEL.
  static func nonce(of message: borrowing ByteView) throws(DecodeError) -> [12 of UInt8] {
    var nonce: [12 of UInt8] = .init(repeating: 0)
    for index in 0..<8 { nonce[index] = try message.u8(at: 24 + index) }
    let isCancel = try message.u16le(at: 12) == SMB2Command.cancel.rawValue
    nonce[8] = UInt8(try message.u32le(at: 16) & 1) | (isCancel ? 2 : 0)
    return nonce
  }
}
