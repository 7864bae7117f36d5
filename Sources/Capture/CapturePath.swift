import Glibc

/// A file to read, named by the user or found in a directory that the user named.
struct CapturePath {
  var path: String
  var isInDirectory: Bool

  /// Puts the files of a directory in its place, by name, without those whose names begin with a dot. Directories in
  /// it are left alone.
  ///
  /// - Throws: when a file would be read twice, or a directory cannot be read or has no files.
  static func expand(_ paths: [String]) throws(CaptureError) -> [CapturePath] {
    var expanded: [CapturePath] = []
    var seen: Set<FileIdentity> = []
    for path in paths {
      if isDirectory(path) {
        // A link to another file of the directory, such as a recorder's “latest”, brings nothing new.
        let files = try files(in: path).filter { !isDirectory($0) && FileIdentity(path: $0).map { seen.insert($0).inserted } ?? false }
        expanded += files.map { CapturePath(path: $0, isInDirectory: true) }
      } else {
        if let identity = FileIdentity(path: path), !seen.insert(identity).inserted {
          throw CaptureError(file: CaptureFile.name(of: path), reason: .namedTwice)
        }
        expanded.append(CapturePath(path: path, isInDirectory: false))
      }
    }
    if expanded.isEmpty, let path = paths.first {
      throw CaptureError(file: CaptureFile.name(of: path), reason: .unreadable("there are no files in this directory"))
    }
    return expanded
  }

  private static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    // SAFETY: stat() writes one stat, which lives until it returns.
    return unsafe path != "-" && stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  private static func files(in directory: String) throws(CaptureError) -> [String] {
    guard let stream = unsafe opendir(directory) else {
      let why = unsafe String(cString: strerror(errno)).lowercased()
      throw CaptureError(file: CaptureFile.name(of: directory), reason: .unreadable(why))
    }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      // SAFETY: the name ends with a zero byte, and is valid until the next call.
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted().map { directory + "/" + $0 }
  }
}
