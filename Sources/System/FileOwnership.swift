import Glibc

/// Whose a file is, and what others may do with it: stat(2).
package struct FileOwnership: Sendable {
  private let user: UInt32
  private let mode: UInt32

  /// - Parameter path: follows links. Nil when there is no such file.
  package init?(path: String) {
    var status = stat()
    // SAFETY: stat() writes one stat, which lives until it returns. The path is lent for the call.
    guard unsafe stat(path, &status) == 0 else { return nil }
    (user, mode) = (status.st_uid, status.st_mode)
  }

  /// Others than its user can read or write it. Devices and pipes are nobody's secret.
  package var isOpenToOthers: Bool { mode & S_IFMT == S_IFREG && mode & 0o077 != 0 }

  /// One of these users, or root, has written it, and no one else can.
  package func isOnly(of users: [UInt32]) -> Bool { (user == 0 || users.contains(user)) && mode & 0o022 == 0 }
}
