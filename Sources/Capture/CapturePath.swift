import System

/// A file to read, named by the user or found in a directory that the user named.
struct CapturePath {
  var path: String
  var isInDirectory: Bool
  /// Why it cannot be read; nil when it can be tried.
  var fault: CaptureError?

  /// Puts the files of a directory and of those in it in its place, by name, without those whose names begin with a dot.
  /// Pipes and devices in it are left alone.
  ///
  /// - Throws: when a file would be read twice, or a directory cannot be read or has no files.
  static func expand(_ paths: [String]) throws(CaptureError) -> [CapturePath] {
    var expanded: [CapturePath] = []
    var seen: Set<FileIdentity> = []
    for path in paths {
      if path != "-", case .directory = DirectoryListing.Kind(of: path) {
        try search(path, &expanded, &seen)
      } else {
        if let identity = FileIdentity(path: path), !seen.insert(identity).inserted {
          throw CaptureError(file: CaptureFile.name(of: path), reason: .namedTwice)
        }
        expanded.append(CapturePath(path: path, isInDirectory: false))
      }
    }
    if expanded.isEmpty, let path = paths.first {
      throw CaptureError(file: CaptureFile.name(of: path), reason: .unreadable("this directory has no files"))
    }
    return expanded
  }

  private static func search(
    _ directory: String, _ found: inout [CapturePath], _ seen: inout Set<FileIdentity>
  ) throws(CaptureError) {
    let listing = try DirectoryListing(of: directory)
    for entry in listing.entries {
      let path = (directory == "/" ? "" : directory) + "/" + entry.name
      switch entry.kind {
      // Links to directories may form a circle.
      case .directory where !entry.isLink:
        do throws(CaptureError) {
          try search(path, &found, &seen)
        } catch {
          found.append(CapturePath(path: path, isInDirectory: true, fault: error))
        }
      case .file:
        // A link to another file of the directory, such as a recorder's “latest”, brings nothing new.
        guard let identity = FileIdentity(path: path), seen.insert(identity).inserted else { continue }
        found.append(CapturePath(path: path, isInDirectory: true))
      default: break
      }
    }
    found += listing.illegibleNames.map {
      CapturePath(path: directory + "/" + $0, isInDirectory: true, fault: .illegibleName($0))
    }
  }
}
