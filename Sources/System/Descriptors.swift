import CSupport
import Glibc

/// Waits for descriptors, and writes to them.
package enum Descriptors {
  /// Why bytes cannot be written: an error number.
  package struct WriteFailure: Error, Sendable {
    package var number: Int32
  }

  /// What this program was started without is /dev/null from now on.
  package static func openStandardOnes() { support_open_standard_descriptors() }

  /// Waits until all of it is written. While signals are taken by a ``SignalReader``, a second one ends the program even then.
  package static func write(_ bytes: [UInt8], to descriptor: Int32) throws(WriteFailure) {
    var failure: Int32 = 0
    // SAFETY: support_write() reads what is left of the array, which lives until it returns.
    unsafe bytes.withUnsafeBytes { bytes in
      var rest = unsafe bytes[...]
      while unsafe !rest.isEmpty {
        let piece = unsafe UnsafeRawBufferPointer(rebasing: rest)
        let count = unsafe support_write(descriptor, piece.baseAddress, piece.count)
        if count >= 0 {
          unsafe rest = rest.dropFirst(count)
        } else if errno != EINTR {
          failure = errno
          return
        }
      }
    }
    if failure != 0 { throw WriteFailure(number: failure) }
  }

  /// - Parameter milliseconds: at most so long.
  /// - Returns: those that can be read, or have ended.
  @discardableResult
  package static func wait(_ descriptors: [Int32], milliseconds: Int32) -> [Int32] {
    var list = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    // SAFETY: poll() writes to as many entries as the list has, until it returns.
    guard unsafe poll(&list, nfds_t(list.count), milliseconds) > 0 else { return [] }
    return list.filter { $0.revents != 0 }.map(\.fd)
  }
}
