import CSupport
import Glibc

/// Confines this process before it reads the first foreign byte: it keeps its open files and can open nothing else.
package struct Sandbox: Sendable {
  /// Files and directories that may still be opened for reading.
  package var readable: [String] = []
  /// Directories in which files may be made and written.
  package var writable: [String] = []
  package var calls = Calls.listed
  /// Files in these directories may be replaced by others.
  package var replacesFiles = false

  /// Which system calls are left.
  package enum Calls: Sendable {
    /// Those of a program that reads and writes what it has open.
    case listed
    /// All but those that lead to the network, to other programs and to other processes: for a program that ends soon,
    /// and would wait for the list.
    case withoutWaysOut
  }

  package init(readable: [String] = [], writable: [String] = []) {
    self.readable = readable
    self.writable = writable
  }

  /// For a program that reads some files and writes others. A place that is not there is left out, but of a file to be
  /// written the directory is meant then, and where it is to be replaced.
  package static func reading(_ files: [String], writing outputs: [String]) -> Self {
    var sandbox = Self(readable: files)
    sandbox.writable = outputs.flatMap { path in
      let directory = Replacement(of: path)?.directory
      return [directory, FileIdentity(path: path) == nil ? PathName.directory(of: path) : path].compactMap(\.self)
    }
    sandbox.calls = .withoutWaysOut
    return sandbox
  }

  /// Takes effect at once and for good.
  ///
  /// - Returns: what is missing of it, as sentences; none where everything is in force.
  package func enter() -> [String] {
    var missing: [String] = []
    let places = readable.map { ($0, false) } + writable.map { ($0, true) }
    let files = restrictFiles(places)
    if files != 0, let absent = places.first(where: { FileIdentity(path: $0.0) == nil }) {
      missing.append("the file system stays accessible, because \(absent.0) cannot be reached (\(SystemError.text(of: files)))")
    } else if files != 0 {
      missing.append("the file system stays accessible, because Landlock is not available (\(SystemError.text(of: files)))")
    }
    let calls =
      switch calls {
      case .listed: support_restrict_calls(places.isEmpty ? 0 : 1, replacesFiles ? 1 : 0)
      case .withoutWaysOut: support_forbid_ways_out()
      }
    if calls != 0 {
      missing.append("system calls are not restricted, because seccomp is not available (\(SystemError.text(of: calls)))")
    }
    return missing
  }

  private func restrictFiles(_ places: [(path: String, isWritable: Bool)]) -> Int32 {
    // SAFETY: the strings are freed behind the call, which keeps nothing of them.
    let list = unsafe places.map {
      unsafe support_place(
        path: strdup($0.path), is_writable: $0.isWritable ? 1 : 0, is_optional: calls == .listed ? 0 : 1)
    }
    defer { unsafe list.forEach { unsafe free(UnsafeMutablePointer(mutating: $0.path)) } }
    return unsafe support_restrict_files(list, list.count)
  }
}
