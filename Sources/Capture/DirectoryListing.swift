import Glibc
import System

/// What is in a directory, by name.
package struct DirectoryListing: Sendable {
  package enum Kind: Sendable {
    case file, directory
    /// Pipes and devices, where reading may never end, and links without a target.
    case other

    /// - Parameter path: follows links. Nil when nothing is there.
    package init?(of path: String) {
      var status = stat()
      // SAFETY: stat() writes one stat, which lives until it returns.
      guard unsafe stat(path, &status) == 0 else { return nil }
      self =
        switch status.st_mode & S_IFMT {
        case S_IFREG: .file
        case S_IFDIR: .directory
        default: .other
        }
    }
  }

  package struct Entry: Sendable {
    package var name: String
    package var kind: Kind
    package var isLink: Bool
  }

  /// Without those whose names begin with a dot.
  package private(set) var entries: [Entry] = []
  /// Names that are not UTF-8, with U+FFFD in place of the wrong bytes: such a file cannot be opened.
  package private(set) var illegibleNames: [String] = []

  /// - Throws: why it cannot be read.
  package init(of directory: String) throws(CaptureError) {
    // SAFETY: the stream is open until the end of this function, and is used nowhere else. An entry is valid until the next
    // call of readdir(), and so is its name, which ends with a zero byte.
    guard let stream = unsafe opendir(directory) else {
      throw CaptureError(file: CaptureFile.name(of: directory), reason: .unreadable(SystemError.last))
    }
    defer { unsafe closedir(stream) }
    while let entry = unsafe readdir(stream) {
      unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { name in
          unsafe add(String(validatingCString: name), orIllegible: String(cString: name), of: directory)
        }
      }
    }
    entries.sort { $0.name < $1.name }
    illegibleNames.sort()
  }

  private mutating func add(_ name: String?, orIllegible illegible: @autoclosure () -> String, of directory: String) {
    guard let name else { return illegibleNames.append(illegible()) }
    guard !name.hasPrefix(".") else { return }
    let path = directory + "/" + name
    var status = stat()
    // SAFETY: lstat() writes one stat, which lives until it returns.
    let isLink = unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    entries.append(Entry(name: name, kind: Kind(of: path) ?? .other, isLink: isLink))
  }
}

extension CaptureError {
  /// Of a file in a directory.
  package static func illegibleName(_ name: String) -> Self {
    Self(file: name, reason: .unreadable("its name is not UTF-8"))
  }
}
