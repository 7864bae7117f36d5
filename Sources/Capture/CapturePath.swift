import System

/// A file to read, named by the user or found in a directory that the user named.
struct CapturePath {
  var path: String
  var isInDirectory: Bool
  /// Why it cannot be read, whatever is in it.
  var fault: CaptureError?

  /// Puts the files of a directory in its place, by name, without those whose names begin with a dot. Directories in
  /// it are left alone, and so are pipes and devices.
  ///
  /// - Throws: when a file would be read twice, or a directory cannot be read or has no files.
  static func expand(_ paths: [String]) throws(CaptureError) -> [CapturePath] {
    var expanded: [CapturePath] = []
    var seen: Set<FileIdentity> = []
    for path in paths {
      if path != "-", case .directory = DirectoryListing.Kind(of: path) {
        let listing = try DirectoryListing(of: path)
        for entry in listing.entries where entry.kind == .file {
          let file = path + "/" + entry.name
          // A link to another file of the directory, such as a recorder's “latest”, brings nothing new.
          guard let identity = FileIdentity(path: file), seen.insert(identity).inserted else { continue }
          expanded.append(CapturePath(path: file, isInDirectory: true))
        }
        expanded += listing.illegibleNames.map {
          CapturePath(path: path + "/" + $0, isInDirectory: true, fault: .illegibleName($0))
        }
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
}
