import Glibc

/// Reads a file line by line. The file is open only while a piece is read: there may be more of them than a process may have
/// open.
package final class LineFile {
  package enum Failure: Error {
    /// It cannot be read, and why.
    case unreadable(String)
    /// The last line has no end.
    case endsInLine
    case lineTooLong
  }

  private enum Limit {
    /// Bytes read at once; thousands of files are read side by side.
    static let piece = 64 * 1024
    /// Bytes of a line; the longest that smbdx writes has some MiB.
    static let line = 256 * 1024 * 1024
  }

  private let path: String
  private var offset = 0
  private var buffer: [UInt8] = []
  /// Where the next line begins in ``buffer``.
  private var start = 0
  private var isAtEnd = false

  package init(path: String) { self.path = path }

  /// The next line with its end; nil when there is none.
  package func next() throws(Failure) -> [UInt8]? {
    var searched = start
    while true {
      if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { start = end + 1 }
        return Array(buffer[start...end])
      }
      guard !isAtEnd else {
        guard start < buffer.count else { return nil }
        throw .endsInLine
      }
      guard buffer.count - start < Limit.line else { throw .lineTooLong }
      searched = buffer.count - start
      buffer.removeFirst(start)
      start = 0
      try read()
    }
  }

  private func read() throws(Failure) {
    // SAFETY: the path is borrowed for the call only.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreadable(SystemError.last) }
    defer { close(descriptor) }
    var result = 0
    let place = offset
    // SAFETY: pread() writes at most `count` bytes at the start of the buffer.
    let piece = unsafe [UInt8](unsafeUninitializedCapacity: Limit.piece) { target, count in
      repeat { result = unsafe pread(descriptor, target.baseAddress, target.count, off_t(place)) } while result < 0 && errno == EINTR
      count = max(0, result)
    }
    guard result >= 0 else { throw .unreadable(SystemError.last) }
    offset += piece.count
    isAtEnd = piece.isEmpty
    buffer += piece
  }
}
