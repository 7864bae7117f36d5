import Glibc

/// A file that is written beside another one and takes its place when it is whole: what was there is never lost.
package struct Replacement {
  /// Where links lead to.
  private let path: String
  package let temporary: String
  /// The permissions of the file that is there.
  package let mode: UInt32?

  /// Nil for what is no file of this user's own, such as a device or a pipe, and for one that has other names too.
  package init?(of path: String) {
    var status = stat()
    // SAFETY: both calls write one stat, which lives until they return.
    let isThere = unsafe stat(path, &status) == 0
    if isThere {
      guard status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(), status.st_nlink == 1 else { return nil }
      self.path = Self.resolved(path)
      mode = UInt32(status.st_mode & 0o777)
    } else {
      // A link that leads nowhere yet stays one.
      guard unsafe lstat(path, &status) != 0, !path.isEmpty, !path.hasSuffix("/") else { return nil }
      self.path = path
      mode = nil
    }
    temporary = "\(PathName.directory(of: self.path))/.\(PathName.last(of: self.path)).smbdx-\(getpid())"
  }

  package var directory: String { PathName.directory(of: path) }

  /// - Returns: why it cannot take the place.
  package func take() -> String? { Self.move(temporary, to: path) }

  package func giveUp() { Self.remove(temporary) }

  /// - Returns: why a file cannot take the place of another.
  package static func move(_ file: String, to place: String) -> String? {
    // SAFETY: the strings are lent for the call only.
    unsafe rename(file, place) == 0 ? nil : SystemError.last
  }

  package static func remove(_ file: String) {
    // SAFETY: the string is lent for the call only.
    _ = unsafe unlink(file)
  }

  private static func resolved(_ path: String) -> String {
    // SAFETY: the C library allocates the text, which is copied and freed.
    guard let text = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(text) }
    return unsafe String(cString: text)
  }
}
