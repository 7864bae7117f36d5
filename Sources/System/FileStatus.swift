import Glibc

/// Whose a file is, how long it is, and what others may do with it: stat(2).
package struct FileStatus: Sendable {
  /// Bytes.
  package let size: Int
  private let user: UInt32
  private let mode: UInt32

  /// - Parameter path: links are followed. Nil if the file does not exist.
  package init?(path: String) {
    var status = stat()
    // SAFETY: stat() writes one stat, which lives until it returns. The path is lent for the call.
    guard unsafe stat(path, &status) == 0 else { return nil }
    (size, user, mode) = (Int(status.st_size), status.st_uid, status.st_mode)
  }

  /// Whether users other than its owner can read or write it. Devices and pipes hold no secrets.
  package var isOpenToOthers: Bool { mode & S_IFMT == S_IFREG && mode & 0o077 != 0 }

  /// Whether it belongs to one of these users or to root, and no other user can write it.
  package func isOnly(of users: [UInt32]) -> Bool { (user == 0 || users.contains(user)) && mode & 0o022 == 0 }
}
