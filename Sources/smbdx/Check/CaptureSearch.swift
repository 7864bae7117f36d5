import Capture
import System

/// Captures under the paths that a user names, and the expectations beside them.
struct CaptureSearch {
  /// A capture and where its expectation stands, or is to stand.
  struct Hit: Sendable, Equatable {
    var capture: String
    var expectation: String
    var hasExpectation: Bool
    /// Named by the user, so that it must be a capture.
    var isNamed: Bool
    /// The file to which its report is written. A shared `expected.json` is never written.
    var ownExpectation: String
  }

  private static let ending = ".expected.json"
  /// Beside captures there are notes and scripts; these are never opened.
  private static let foreignEndings = [".json", ".md", ".txt", ".py", ".sh", ".toml", ".yml", ".yaml"]
  /// Names of captures, apart from numbers behind the ending, as tcpdump -C makes them.
  private static let usualEndings = [".pcap", ".cap", ".snoop", ".trc", ".etl"]

  /// Behind the ending of a capture.
  private static let compressions: [Substring] = [".gz", ".zst", ".lz4", ".xz"]

  /// In the order of their paths, each once.
  private(set) var hits: [Hit] = []
  /// Files and directories that were skipped, with the reason.
  private(set) var leftOut: [CaptureError] = []

  private var found: [String: Hit] = [:]
  /// What may be a capture, by directory.
  private var files: [String: [String]] = [:]

  init(under paths: [String]) throws {
    for path in paths.map(Self.withoutSlash) {
      switch DirectoryListing.Kind(of: path) {
      case nil: throw OutputError(description: "\(path): no such file or directory")
      case .directory: try search(path)
      case .file, .other: found[path] = hit(path, isNamed: true)
      }
    }
    hits = found.values.sorted { $0.capture < $1.capture }
  }

  private mutating func search(_ directory: String) throws {
    let listing = try DirectoryListing(of: directory)
    leftOut += listing.illegibleNames.map(CaptureError.illegibleName)
    for entry in listing.entries {
      let path = directory == "/" ? "/" + entry.name : "\(directory)/\(entry.name)"
      switch entry.kind {
      // Links to directories may lead back.
      case .directory where !entry.isLink: try? search(path)
      case .file where found[path] == nil && !Self.isForeign(entry.name): found[path] = hit(path, isNamed: false)
      default: break
      }
    }
  }

  private static func withoutSlash(_ path: String) -> String {
    path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }

  private static func isForeign(_ name: String) -> Bool { foreignEndings.contains { name.hasSuffix($0) } }

  /// What is before the last dot, when that is not the beginning and what is behind it is one of these; nil otherwise.
  private static func withoutEnding(_ name: Substring, among endings: [Substring]? = nil) -> Substring? {
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex, endings?.contains(name[dot...]) ?? true else { return nil }
    return name[..<dot]
  }

  /// `fs01.pcapng.expected.json`, `fs01.expected.json`, or `expected.json` in the same directory, the first that is there.
  private mutating func hit(_ capture: String, isNamed: Bool) -> Hit {
    let directory = capture.lastIndex(of: "/").map { String(capture[...$0]) } ?? ""
    let own = Self.ownExpectations(of: capture, in: directory)
    let common = "\(directory)expected.json"
    let present = (own + [common]).first { FileIdentity(path: $0) != nil }
    let type = Self.type(of: capture)
    let isAlone = !files(in: directory).contains { $0 != capture && (Self.isUsual($0) || Self.type(of: $0) == type) }
    // A directory with one capture in it has the short name.
    let isShort = isAlone && (present == common || own[1].hasSuffix("/capture\(Self.ending)") || own[1] == "capture\(Self.ending)")
    let written = present.flatMap { $0 == common ? nil : $0 } ?? (isShort ? common : own[1])
    return Hit(
      capture: capture, expectation: present ?? written, hasExpectation: present != nil, isNamed: isNamed,
      ownExpectation: written)
  }

  /// Behind the whole name, and in place of its ending.
  private static func ownExpectations(of capture: String, in directory: String) -> [String] {
    let name = capture.dropFirst(directory.count)
    let stem = withoutEnding(name, among: compressions).map { withoutEnding($0) ?? $0 } ?? withoutEnding(name) ?? name
    return ["\(capture)\(ending)", "\(directory)\(stem)\(ending)"]
  }

  private static func isUsual(_ path: String) -> Bool { usualEndings.contains { path.contains($0) } }

  private static func type(of path: String) -> Substring { path.split(separator: "/").last?.split(separator: ".").last ?? "" }

  private mutating func files(in directory: String) -> [String] {
    if let known = files[directory] { return known }
    let entries = (try? DirectoryListing(of: directory.isEmpty ? "." : directory))?.entries ?? []
    let paths = entries.filter { $0.kind == .file && !Self.isForeign($0.name) }.map { directory + $0.name }
    files[directory] = paths
    return paths
  }
}
