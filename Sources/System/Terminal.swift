import Glibc

/// What the terminal behind a file descriptor is like.
package enum Terminal {
  package static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// Columns; nil when the descriptor is no terminal or does not say.
  package static func width(_ descriptor: Int32) -> Int? {
    var size = winsize()
    // SAFETY: TIOCGWINSZ writes one winsize, which lives until the call returns.
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }
}
