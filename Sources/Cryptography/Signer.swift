import CCrypto

/// One key, set up for many signatures.
@safe package final class Signer {
  /// Numbers of MS-SMB2 2.2.3.1.7.
  package enum Algorithm: UInt16, Sendable, Codable, CaseIterable {
    case hmacSHA256, aesCMAC, aesGMAC
  }

  package let algorithm: Algorithm
  private let signer: OpaquePointer

  /// - Returns: nil when the algorithm cannot use a key of this size.
  package init?(_ library: Libcrypto, _ algorithm: Algorithm, key: [UInt8]) {
    // SAFETY: the key is copied; what is made belongs to this object until it is freed with it.
    let made = unsafe key.withUnsafeBufferPointer {
      unsafe crypto_signer_make(Int32(algorithm.rawValue), $0.baseAddress, $0.count)
    }
    guard let made = unsafe made else { return nil }
    unsafe signer = made
    self.algorithm = algorithm
  }

  deinit {
    // SAFETY: nothing uses it any more.
    unsafe crypto_signer_free(signer)
  }

  /// The signature of a text with zeros between its two parts, 16 bytes as two numbers, the first byte lowest.
  ///
  /// - Parameters:
  ///   - nonce: 12 bytes; only GMAC has one.
  ///   - hole: how many zeros, 64 at most.
  package func sign(_ head: Span<UInt8>, hole: Int, _ tail: Span<UInt8>, nonce: [12 of UInt8]) -> (UInt64, UInt64)? {
    var result: (UInt64, UInt64) = (0, 0)
    let nonce = nonce
    // SAFETY: the nonce has 12 bytes, the result 16, and no pointer outlives the call.
    let isDone = unsafe nonce.span.withUnsafeBufferPointer { nonce in
      unsafe head.withUnsafeBufferPointer { head in
        unsafe tail.withUnsafeBufferPointer { tail in
          unsafe withUnsafeMutableBytes(of: &result) {
            unsafe crypto_sign(
              signer, nonce.baseAddress, head.baseAddress, head.count, hole, tail.baseAddress, tail.count,
              $0.assumingMemoryBound(to: UInt8.self).baseAddress)
          }
        }
      }
    }
    return isDone == 1 ? (UInt64(littleEndian: result.0), UInt64(littleEndian: result.1)) : nil
  }
}
