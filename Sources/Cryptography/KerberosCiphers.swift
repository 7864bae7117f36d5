import CCrypto

/// MIT's libk5crypto, opened on demand: a program without a keytab starts without it.
package struct KerberosCiphers: Sendable {
  package struct Failure: Error, CustomStringConvertible {
    package var description: String
  }

  /// What is encrypted, and so with which key derived from the one that is given: RFC 4120 7.5.1.
  package enum Usage: Int32, Sendable {
    case ticket = 2
    case authenticator = 11
    case reply = 12
  }

  /// Opens it; before the program is confined, for files cannot be opened any more then.
  package init() throws(Failure) {
    guard kerberos_open() == 1 else {
      // SAFETY: the text belongs to the library's target and stays; it is copied at once.
      let reason = unsafe String(cString: kerberos_failure())
      throw Failure(
        description: "MIT's libk5crypto is needed to use a keytab, and cannot be opened (\(reason)); install it, on Debian with “apt install libkrb5-3”")
    }
  }

  /// How many bytes a key of this encryption type has; nil for a type that the library does not know.
  package func keyCount(ofType etype: Int32) -> Int? {
    let count = kerberos_key_count(etype)
    return count > 0 ? count : nil
  }

  /// What is encrypted.
  ///
  /// - Returns: nil when the key is another one, or the text was altered.
  package func decrypt(_ bytes: [UInt8], ofType etype: Int32, key: [UInt8], _ usage: Usage) -> [UInt8]? {
    // SAFETY: there is room for as many bytes as are encrypted, all of which are set; what is returned are fewer. Key and text
    // are only read, and no pointer outlives the call.
    let clear = unsafe [UInt8](unsafeUninitializedCapacity: bytes.count) { buffer, count in
      unsafe buffer.initialize(repeating: 0)
      guard let start = buffer.baseAddress else { return }
      count = unsafe key.withUnsafeBufferPointer { key in
        unsafe bytes.withUnsafeBufferPointer {
          unsafe kerberos_decrypt(etype, key.baseAddress, key.count, usage.rawValue, $0.baseAddress, $0.count, start)
        }
      }
    }
    return clear.isEmpty ? nil : clear
  }
}
