/// What a path says by itself, without a look at the file system.
package enum PathName {
  /// The directory that a file is in.
  package static func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The last name in it.
  package static func last(of path: String) -> String { String(path.split(separator: "/").last ?? "/") }
}
