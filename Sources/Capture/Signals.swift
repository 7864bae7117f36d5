import Glibc

/// Signals that end a program unless it says otherwise.
package enum Signals {
  /// Writing where nobody reads any more becomes an error of the call (EPIPE), which the caller can answer.
  package static func ignoreBrokenPipe() {
    _ = signal(SIGPIPE, SIG_IGN)
  }
}
