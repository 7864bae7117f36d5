import CSupport
import Glibc

/// Confines this process before the first byte of a stranger is read: it keeps what it has open, and gets nothing else.
package struct Sandbox: Sendable {
  /// Files and directories that may still be opened for reading.
  package var readable: [String] = []
  /// Directories in which files may be made and written.
  package var writable: [String] = []

  package init(readable: [String] = [], writable: [String] = []) {
    self.readable = readable
    self.writable = writable
  }

  /// Takes effect at once and for good.
  ///
  /// - Returns: what is missing of it, as sentences; none where everything is in force.
  package func enter() -> [String] {
    var missing: [String] = []
    let places = readable.map { ($0, false) } + writable.map { ($0, true) }
    let files = Self.restrictFiles(places)
    if files != 0 {
      missing.append("the file system stays in reach, because Landlock is not available (\(Privileges.text(of: files)))")
    }
    let calls = support_restrict_calls(places.isEmpty ? 0 : 1)
    if calls != 0 {
      missing.append("system calls are not restricted, because seccomp is not available (\(Privileges.text(of: calls)))")
    }
    return missing
  }

  private static func restrictFiles(_ places: [(path: String, isWritable: Bool)]) -> Int32 {
    // SAFETY: the strings are freed behind the call, which keeps nothing of them.
    let list = unsafe places.map { unsafe support_place(path: strdup($0.path), is_writable: $0.isWritable ? 1 : 0) }
    defer { unsafe list.forEach { unsafe free(UnsafeMutablePointer(mutating: $0.path)) } }
    return unsafe support_restrict_files(list, list.count)
  }
}
