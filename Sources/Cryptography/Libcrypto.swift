import CCrypto

/// OpenSSL's libcrypto, opened on demand: a program without keys starts without it.
package struct Libcrypto: Sendable {
  package struct Failure: Error, CustomStringConvertible {
    package var description: String
  }

  /// Opens it; before the program is confined, for files cannot be opened any more then.
  package init() throws(Failure) {
    guard crypto_open() == 1 else {
      // SAFETY: the text belongs to the library's target and stays; it is copied at once.
      let reason = unsafe String(cString: crypto_failure())
      throw Failure(
        description: "OpenSSL's libcrypto is needed to use keys, and cannot be opened (\(reason)); install it, on Debian with “apt install libssl3”")
    }
  }

  /// No core dump of this process is written, and no other process looks into it.
  package func keepOutOfDumps() { crypto_keep_out_of_dumps() }
}

// Digests
extension Libcrypto {
  package enum Hash: Int32, Sendable { case md5, sha1, sha256 }

  package func md4(_ bytes: [UInt8]) -> [UInt8] {
    // SAFETY: MD4 has 16 bytes, and the text is only read.
    unsafe filled(16) { result in
      unsafe bytes.withUnsafeBufferPointer { unsafe crypto_md4($0.baseAddress, $0.count, result) }
    }
  }

  package func md5(_ bytes: [UInt8]) -> [UInt8] {
    // SAFETY: MD5 has 16 bytes, and the text is only read.
    unsafe filled(16) { result in
      unsafe bytes.withUnsafeBufferPointer { unsafe crypto_md5($0.baseAddress, $0.count, result) }
    }
  }

  /// Of one text behind another.
  package func sha512(_ first: [UInt8], _ second: Span<UInt8>) -> [UInt8] {
    // SAFETY: SHA-512 has 64 bytes, and both texts are only read.
    unsafe filled(64) { result in
      unsafe first.withUnsafeBufferPointer { head in
        unsafe second.withUnsafeBufferPointer { tail in
          unsafe crypto_sha512(head.baseAddress, head.count, tail.baseAddress, tail.count, result)
        }
      }
    }
  }

  package func hmac(_ hash: Hash, key: [UInt8], _ bytes: [UInt8]) -> [UInt8] {
    let size = hash == .md5 ? 16 : hash == .sha1 ? 20 : 32
    // SAFETY: 64 bytes are room for each of these digests; key and text are only read.
    return unsafe Array(
      filled(64) { result in
        unsafe key.withUnsafeBufferPointer { key in
          unsafe bytes.withUnsafeBufferPointer {
            unsafe _ = crypto_hmac(hash.rawValue, key.baseAddress, key.count, $0.baseAddress, $0.count, result)
          }
        }
      }.prefix(size))
  }

  private func filled(_ count: Int, _ fill: (UnsafeMutablePointer<UInt8>) -> Void) -> [UInt8] {
    // SAFETY: there is room for `count` bytes, all of which are set, and the pointer is used in the call only.
    unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      unsafe buffer.initialize(repeating: 0)
      if let start = buffer.baseAddress { unsafe fill(start) }
      initialized = count
    }
  }
}

// Ciphers
extension Libcrypto {
  /// DES of one block; nil unless the key has 7 bytes and the block 8.
  package func des(key: [UInt8], _ block: [UInt8]) -> [UInt8]? {
    guard key.count == 7, block.count == 8 else { return nil }
    // SAFETY: key, block and result have the sizes that DES reads and writes.
    return unsafe filled(8) { result in
      unsafe key.withUnsafeBufferPointer { key in
        unsafe block.withUnsafeBufferPointer { unsafe crypto_des(key.baseAddress, $0.baseAddress, result) }
      }
    }
  }

  package func rc4(key: [UInt8], _ bytes: [UInt8]) -> [UInt8] {
    // SAFETY: the result is as long as the text.
    unsafe filled(bytes.count) { result in
      unsafe key.withUnsafeBufferPointer { key in
        unsafe bytes.withUnsafeBufferPointer {
          unsafe crypto_rc4(key.baseAddress, key.count, $0.baseAddress, $0.count, result)
        }
      }
    }
  }

  /// What is under a seal of AES-CCM or AES-GCM.
  ///
  /// - Parameters:
  ///   - cipher: its number in MS-SMB2 2.2.3.1.2.
  ///   - clear: bytes in clear that the seal covers too.
  /// - Returns: nil when the seal is broken, or the key is another one. It is as long as `sealed`.
  package func unseal(
    cipher: UInt16, key: [UInt8], nonce: Span<UInt8>, clear: Span<UInt8>, tag: Span<UInt8>, sealed: Span<UInt8>
  ) -> [UInt8]? {
    guard nonce.count >= 12, tag.count == 16, !sealed.isEmpty else { return nil }
    var isRight = false
    // SAFETY: nonce and tag have at least the bytes that are read, the result as many as are written, and no pointer outlives
    // its call.
    let result = unsafe filled(sealed.count) { result in
      unsafe key.withUnsafeBufferPointer { key in
        unsafe nonce.withUnsafeBufferPointer { nonce in
          unsafe clear.withUnsafeBufferPointer { clear in
            unsafe tag.withUnsafeBufferPointer { tag in
              unsafe sealed.withUnsafeBufferPointer {
                isRight = unsafe crypto_unseal(
                  Int32(cipher), key.baseAddress, key.count, nonce.baseAddress, clear.baseAddress, clear.count,
                  tag.baseAddress, $0.baseAddress, $0.count, result) == 1
              }
            }
          }
        }
      }
    }
    return isRight ? result : nil
  }
}
