import CCrypto

/// Tries what else may have gone into the key of one signature: MS-SMB2 3.1.4.2, on 3.1.1. Set up once for very many tries.
@safe package final class SignatureSearch {
  /// Messages that go into one key: NEGOTIATE and the legs of a logon.
  package static let messageLimit = 64
  private let search: OpaquePointer
  private let signed: [UInt8]
  private let storage: UnsafeMutableBufferPointer<UInt8>

  /// - Parameters:
  ///   - messages: what is hashed, in order.
  ///   - signed: a message with its header of 64 bytes; its signature is at 48.
  /// - Returns: nil when there is nothing to be tried.
  package init?(_ library: Libcrypto, sessionKey: [UInt8], messages: [[UInt8]], signed: [UInt8], nonce: [12 of UInt8]) {
    guard sessionKey.count >= 16, signed.count >= 64, !messages.isEmpty, messages.count <= Self.messageLimit else { return nil }
    let bytes = messages.flatMap(\.self)
    self.signed = signed
    // SAFETY: the search reads hashed messages, the signed one and the nonce from this copy, which is freed behind it.
    let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count + signed.count + 12)
    let nonceBytes = (0..<12).map { nonce[$0] }
    _ = unsafe copy.initialize(fromContentsOf: bytes + signed + nonceBytes)
    let start = unsafe UnsafePointer(copy.baseAddress!)
    let head = unsafe start + bytes.count
    let made = unsafe sessionKey.withUnsafeBufferPointer { key in
      unsafe messages.map(\.count).withUnsafeBufferPointer { counts in
        unsafe crypto_search_make(
          key.baseAddress, start, counts.baseAddress, counts.count, head, 48, head + 64, signed.count - 64, head + signed.count)
      }
    }
    guard let made = unsafe made else {
      unsafe copy.deallocate()
      return nil
    }
    unsafe (search, storage) = (made, copy)
  }

  deinit {
    // SAFETY: nothing uses them any more.
    unsafe crypto_search_free(search)
    unsafe storage.deallocate()
  }

  /// Whether the signature is right with `candidate` in the place of a message.
  package func isRight(_ candidate: [UInt8], at index: Int, _ algorithm: Signer.Algorithm) -> Bool {
    // SAFETY: both are only read, in the call; the signature has 16 bytes in a message of 64 at least.
    unsafe candidate.withUnsafeBufferPointer { candidate in
      unsafe signed.withUnsafeBufferPointer { signed in
        unsafe crypto_search_try(
          search, index, candidate.baseAddress, candidate.count, Int32(algorithm.rawValue), signed.baseAddress! + 48) == 1
      }
    }
  }
}
