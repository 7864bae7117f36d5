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
    self.init(status)
  }

  /// Nil when it is not open.
  package init?(descriptor: Int32) {
    var status = stat()
    // SAFETY: fstat() writes one stat, which lives until it returns.
    guard unsafe fstat(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }

  private init(_ status: stat) {
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
  }
}

extension FileIdentity {
  /// Whether two paths lead to the same file, or would once it is made.
  package static func isSame(_ one: String, _ other: String) -> Bool {
    if let first = FileIdentity(path: one) { return first == FileIdentity(path: other) }
    guard FileIdentity(path: other) == nil, PathName.last(of: one) == PathName.last(of: other),
      let directory = FileIdentity(path: PathName.directory(of: one))
    else { return false }
    return directory == FileIdentity(path: PathName.directory(of: other))
  }
}
