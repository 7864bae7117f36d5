import CSupport
import Glibc

/// Signals that end a program unless it says otherwise.
package enum Signals {
  /// Writing where nobody reads any more becomes an error of the call (EPIPE), which the caller can answer.
  package static func ignoreBrokenPipe() {
    _ = signal(SIGPIPE, SIG_IGN)
  }
}

/// Takes the signals by which a user speaks to a running program, instead of letting them end it.
package final class SignalReader {
  package enum Wish: Sendable {
    /// SIGINT, SIGTERM or SIGHUP.
    case end
    /// SIGUSR1.
    case status
  }

  /// Readable when a signal has come.
  package let descriptor: Int32

  package init?() {
    descriptor = support_take_signals()
    guard descriptor >= 0 else { return nil }
  }

  deinit { close(descriptor) }

  /// The next signal that has come.
  package func next() -> Wish? {
    switch support_next_signal(descriptor) {
    case 0: nil
    case SIGUSR1: .status
    default: .end
    }
  }

  /// From now on those that wish its end do so at once, and the others do nothing.
  package func letGo() { support_release_signals() }
}

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
  package static func wait(_ descriptors: [Int32], milliseconds: Int32) {
    var list = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    // SAFETY: poll() writes to as many entries as the list has, until it returns.
    _ = unsafe poll(&list, nfds_t(list.count), milliseconds)
  }
}
