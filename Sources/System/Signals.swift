import CSupport
import Glibc

/// Signals that end a program unless it says otherwise.
package enum Signals {
  /// Writing to a pipe whose reader is gone becomes an error of the call (EPIPE), which the caller can answer.
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
