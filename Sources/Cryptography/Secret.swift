import CCrypto

/// Secret bytes: not printed, not in a dump of memory, and wiped when they are no longer used.
// SAFETY: the bytes are written before other code can see the object, and only read from then on.
@safe package final class Secret: @unchecked Sendable {
  private let storage: UnsafeMutableBufferPointer<UInt8>

  package init(_ bytes: [UInt8]) {
    // SAFETY: freed with this object, and set to its end before it is read.
    unsafe storage = .allocate(capacity: bytes.count)
    _ = unsafe storage.initialize(fromContentsOf: bytes)
  }

  deinit {
    // SAFETY: nothing uses it any more.
    unsafe crypto_forget(storage.baseAddress, storage.count)
    unsafe storage.deallocate()
  }

  package var count: Int {
    // SAFETY: the number of bytes does not change.
    unsafe storage.count
  }

  /// A copy, for as short as possible.
  package var bytes: [UInt8] {
    // SAFETY: all bytes are set.
    unsafe Array(storage)
  }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "secret" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
