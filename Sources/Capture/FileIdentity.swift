import Glibc

/// Which file a path leads to, whatever the path is called: device and inode.
package struct FileIdentity: Hashable, Sendable {
  private let device: UInt64
  private let inode: UInt64

  /// - Parameter path: follows links; `-` is standard input. Nil when there is no such file.
  package init?(path: String) {
    var status = stat()
    // SAFETY: both calls write one stat, which lives until they return.
    let result = unsafe path == "-" ? fstat(STDIN_FILENO, &status) : stat(path, &status)
    guard result == 0 else { return nil }
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
  }
}
