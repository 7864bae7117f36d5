import Glibc
package import System

/// A directory in which files are made while the program is confined. Nothing that is there is ever replaced.
package final class EvidenceDirectory: Possession {
  /// Why it cannot be used, as a sentence.
  package struct Failure: Error, Sendable, CustomStringConvertible {
    package var description: String

    package init(description: String) { self.description = description }
  }

  package let path: String
  private let descriptor: Int32
  /// It was not there before.
  private let isNew: Bool

  /// Opens it; makes it when it is not there.
  package init(path: String) throws(Failure) {
    self.path = path
    // SAFETY: the path is lent for each call only.
    isNew = unsafe mkdir(path, 0o750) == 0
    descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw Failure(description: "cannot keep evidence in \(path): \(SystemError.last)")
    }
  }

  deinit { close(descriptor) }

  /// When it was made here, it becomes the property of the one who writes to it.
  package func give(to user: User) {
    if isNew { _ = fchown(descriptor, user.number, user.group) }
  }

  /// - Throws: when this process may not make files in it.
  package func expectWritable() throws(Failure) {
    // SAFETY: the name is a literal.
    guard unsafe faccessat(descriptor, ".", W_OK | X_OK, AT_EACCESS) != 0 else { return }
    let user = geteuid()
    throw Failure(
      description: """
        cannot keep evidence in \(path): \(SystemError.last); give a directory where user number \(user) may write, \
        a directory that does not exist yet, or another user with -Z
        """)
  }

  /// Makes a file.
  ///
  /// - Returns: a descriptor to write to, which the caller closes.
  package func create(_ name: String) throws(Failure) -> Int32 {
    // SAFETY: the name is lent for the call only.
    let file = unsafe openat(descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o640)
    guard file >= 0 else { throw Failure(description: "cannot write \(path)/\(name): \(SystemError.last)") }
    return file
  }
}
