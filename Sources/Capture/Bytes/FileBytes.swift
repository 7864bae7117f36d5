import Glibc
import System

/// The bytes of a file, a named pipe or standard input.
final class FileBytes: ByteSource, RandomAccessBytes {
  /// Bytes from the start; of a pipe or a terminal nothing can be said.
  let size: Int
  /// Whether it can be read from any place, and again.
  let isRegular: Bool
  /// Why it was not read on, although it may be sound.
  private(set) var failure: SourceFailure?

  /// Nil for standard input.
  private let path: String?
  private let files: OpenFiles
  private let handle = OpenFiles.Handle()
  private let identity: FileIdentity?
  /// Of a file that is read in order.
  private var position = 0

  /// - Parameters:
  ///   - path: `-` is standard input.
  ///   - files: close this one, when it is a regular file, for others.
  init(path: String, _ files: OpenFiles) throws(SourceFailure) {
    self.path = path == "-" ? nil : path
    self.files = files
    if let path = self.path { try files.open(path, handle) }
    let descriptor = self.path == nil ? STDIN_FILENO : handle.descriptor
    var status = stat()
    // SAFETY: fstat() writes one stat, which lives until it returns.
    let isKnown = unsafe fstat(descriptor, &status) == 0
    isRegular = isKnown && self.path != nil && status.st_mode & S_IFMT == S_IFREG
    size = isRegular ? Int(status.st_size) : 0
    identity = FileIdentity(descriptor: descriptor)
    if !isRegular { files.keep(handle) }
  }

  deinit { files.close(handle) }

  func read(into target: UnsafeMutableRawBufferPointer) throws(SourceFailure) -> Int {
    guard isRegular else {
      let descriptor = path == nil ? STDIN_FILENO : handle.descriptor
      // SAFETY: read() writes at most `count` bytes at the start of `target`.
      return try counting { unsafe Glibc.read(descriptor, target.baseAddress, target.count) }
    }
    let count = try unsafe read(at: position, into: target)
    position += count
    return count
  }

  func read(at offset: Int, into target: UnsafeMutableRawBufferPointer) throws(SourceFailure) -> Int {
    if handle.descriptor < 0, let path { try reopen(path) }
    // SAFETY: pread() writes at most `count` bytes at the start of `target`.
    return try counting { unsafe pread(handle.descriptor, target.baseAddress, target.count, off_t(offset)) }
  }

  private func reopen(_ path: String) throws(SourceFailure) {
    do throws(SourceFailure) {
      try files.open(path, handle)
    } catch {
      throw fail("it cannot be opened again: \(error.message)")
    }
    guard FileIdentity(descriptor: handle.descriptor) == identity else {
      files.close(handle)
      throw fail("another file has its name now")
    }
  }

  private func counting(_ call: () -> Int) throws(SourceFailure) -> Int {
    while true {
      let count = call()
      if count >= 0 { return count }
      guard errno == EINTR else { throw fail(SystemError.last) }
      // As if it ended here.
      if Interruption.isRequested { return 0 }
    }
  }

  private func fail(_ message: String) -> SourceFailure {
    let failure = SourceFailure(message: message)
    self.failure = failure
    return failure
  }
}
