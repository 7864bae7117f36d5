import Glibc

/// Files that results are written to.
package enum OutputFile {
  /// Why there is none, as the end of a sentence.
  package struct Failure: Error, Sendable, CustomStringConvertible {
    package var description: String
  }

  /// Makes a file, or empties the one that is there. Root follows no link, since another user may have made it; what the system has
  /// under /dev and /proc are links to open files.
  ///
  /// - Parameter mode: of a new file, as for chmod(1).
  /// - Returns: an open descriptor that is the caller's own, and whether the file was made.
  package static func open(_ path: String, mode: UInt32) throws(Failure) -> (descriptor: Int32, isNew: Bool) {
    let flags = O_WRONLY | O_CREAT | O_CLOEXEC
    // SAFETY: the path is lent for the call.
    let made = unsafe Glibc.open(path, flags | O_EXCL | O_NOFOLLOW, mode)
    if made >= 0 { return (made, true) }
    let follows = ProcessNumber.user != 0 || ["/dev/", "/proc/"].contains(where: path.hasPrefix)
    // SAFETY: as above.
    let there = unsafe Glibc.open(path, flags | O_TRUNC | (follows ? 0 : O_NOFOLLOW), mode)
    if there >= 0 { return (there, false) }
    throw Failure(description: errno == ELOOP && !follows ? "it is a symbolic link, which root does not follow; give the path of the file itself" : "\(SystemError.last)")
  }
}
