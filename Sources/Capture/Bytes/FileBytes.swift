import Glibc
import System

/// The bytes of a file, a named pipe or standard input.
final class FileBytes: ByteSource, RandomAccessBytes {
  /// Bytes from the start; of a pipe or a terminal nothing can be said.
  let size: Int
  /// Whether it can be read from any place, and again.
  let isRegular: Bool
  private let descriptor: Int32
  private let isOwned: Bool

  /// - Parameter path: `-` is standard input.
  init(path: String) throws(SourceFailure) {
    isOwned = path != "-"
    // SAFETY: the path is borrowed for the call only.
    descriptor = unsafe isOwned ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO
    guard descriptor >= 0 else { throw Self.lastFailure }
    var status = stat()
    // SAFETY: fstat() writes one stat, which lives until it returns.
    let isKnown = unsafe fstat(descriptor, &status) == 0
    isRegular = isKnown && status.st_mode & S_IFMT == S_IFREG
    size = isRegular ? Int(status.st_size) : 0
  }

  deinit { if isOwned { close(descriptor) } }

  func read(into target: UnsafeMutableRawBufferPointer) throws(SourceFailure) -> Int {
    // SAFETY: read() writes at most `count` bytes at the start of `target`.
    try Self.counting { unsafe Glibc.read(descriptor, target.baseAddress, target.count) }
  }

  func read(at offset: Int, into target: UnsafeMutableRawBufferPointer) throws(SourceFailure) -> Int {
    // SAFETY: as above.
    try Self.counting { unsafe pread(descriptor, target.baseAddress, target.count, off_t(offset)) }
  }

  /// A stream of its own on a regular file, from the start.
  func stream() -> UnsafeMutablePointer<FILE>? {
    guard isRegular, lseek(descriptor, 0, SEEK_SET) == 0 else { return nil }
    let copy = dup(descriptor)
    // SAFETY: the stream takes over the copy.
    guard copy >= 0, let stream = unsafe fdopen(copy, "rb") else {
      close(copy)
      return nil
    }
    return unsafe stream
  }

  private static func counting(_ call: () -> Int) throws(SourceFailure) -> Int {
    while true {
      let count = call()
      if count >= 0 { return count }
      guard errno == EINTR else { throw lastFailure }
      // As if it ended here.
      if Interruption.isRequested { return 0 }
    }
  }

  private static var lastFailure: SourceFailure {
    SourceFailure(message: SystemError.last)
  }
}
