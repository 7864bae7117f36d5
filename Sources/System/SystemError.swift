import Glibc

/// The errors of the C library.
package enum SystemError {
  /// As strerror(3) says it.
  package static func text(of number: Int32) -> String {
    // SAFETY: the C library's text is valid until the next call, and is copied at once.
    unsafe String(cString: strerror(number)).lowercased()
  }

  /// The text of the call that failed last.
  package static var last: String { text(of: errno) }
}
