import CSupport
import Glibc

/// Signals that end a program by default.
package enum Signals {
  /// Writing to a pipe whose reader is gone becomes an error of the call (EPIPE), which the caller can answer.
  package static func ignoreBrokenPipe() {
    _ = signal(SIGPIPE, SIG_IGN)
  }
}

/// Takes the signals by which a user speaks to a running program, instead of letting them end it.
package final class SignalReader {
  package enum Wish: Sendable {
    /// SIGINT or SIGTERM; SIGHUP too, unless it means ``reopen``.
    case end
    /// SIGHUP: files were moved away, and new ones are wanted.
    case reopen
    /// SIGUSR1.
    case status
  }

  /// Readable when a signal has come.
  package let descriptor: Int32

  private let hangupReopens: Bool

  /// - Parameter hangupReopens: SIGHUP means new files, and not the end.
  package init?(hangupReopens: Bool = false) {
    self.hangupReopens = hangupReopens
    descriptor = support_take_signals(hangupReopens ? 1 : 0)
    guard descriptor >= 0 else { return nil }
  }

  deinit { close(descriptor) }

  /// The next signal that has come.
  package func next() -> Wish? {
    switch support_next_signal(descriptor) {
    case 0: nil
    case SIGUSR1: .status
    case SIGHUP where hangupReopens: .reopen
    default: .end
    }
  }

  /// From now on signals that ask the program to end do so at once, and the others have no effect.
  package func release() { support_release_signals() }
}
