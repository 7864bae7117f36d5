import FoundationEssentials

/// Captures under the paths that a user names, and the expectations beside them.
struct CaptureSearch {
  /// A capture and where its expectation stands, or is to stand.
  struct Hit: Sendable, Equatable {
    var capture: String
    var expectation: String
    var hasExpectation: Bool
    /// Named by the user, so that it must be a capture.
    var isNamed: Bool
  }

  private static let ending = ".expected.json"
  /// Beside captures there are notes and scripts; these are never opened.
  private static let foreignEndings = [".json", ".md", ".txt", ".py", ".sh", ".toml", ".yml", ".yaml"]

  /// Behind the ending of a capture.
  private static let compressions: [Substring] = [".gz", ".zst", ".lz4", ".xz"]

  /// In the order of their paths, each once.
  static func hits(under paths: [String]) throws -> [Hit] {
    var found: [String: Hit] = [:]
    for path in paths.map(withoutSlash) {
      var isDirectory = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
        throw OutputError(description: "\(path): there is no such file or directory")
      }
      guard isDirectory else {
        found[path] = hit(path, isNamed: true)
        continue
      }
      let entries = (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []
      for entry in entries where isCandidate(entry) && found["\(path)/\(entry)"] == nil {
        guard FileManager.default.fileExists(atPath: "\(path)/\(entry)", isDirectory: &isDirectory), !isDirectory else { continue }
        found["\(path)/\(entry)"] = hit("\(path)/\(entry)", isNamed: false)
      }
    }
    return found.values.sorted { $0.capture < $1.capture }
  }

  private static func withoutSlash(_ path: String) -> String {
    path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }

  /// Not hidden, nor in a hidden directory.
  private static func isCandidate(_ entry: String) -> Bool {
    !entry.split(separator: "/").contains { $0.hasPrefix(".") } && !foreignEndings.contains { entry.hasSuffix($0) }
  }

  /// What is before the last dot, when that is not the beginning and what is behind it is one of these; nil otherwise.
  private static func withoutEnding(_ name: Substring, among endings: [Substring]? = nil) -> Substring? {
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex, endings?.contains(name[dot...]) ?? true else { return nil }
    return name[..<dot]
  }

  /// `fs01.pcapng.expected.json`, `fs01.expected.json`, or `expected.json` in the same directory, the first that is there.
  private static func hit(_ capture: String, isNamed: Bool) -> Hit {
    let directory = capture.lastIndex(of: "/").map { String(capture[...$0]) } ?? ""
    let name = capture.dropFirst(directory.count)
    let stem = withoutEnding(name, among: compressions).map { withoutEnding($0) ?? $0 } ?? withoutEnding(name) ?? name
    let candidates = ["\(capture)\(ending)", "\(directory)\(stem)\(ending)", "\(directory)expected.json"]
    let present = candidates.first { FileManager.default.fileExists(atPath: $0) }
    // A directory with one capture in it has the short name.
    let usual = stem == "capture" ? candidates[2] : candidates[1]
    return Hit(capture: capture, expectation: present ?? usual, hasExpectation: present != nil, isNamed: isNamed)
  }
}
