import Foundation
import Testing

/// Compares text with a stored file; `UPDATE_SNAPSHOTS=1` rewrites the file.
func expectSnapshot(_ actual: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
  let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Snapshots/\(name)")
  if ProcessInfo.processInfo.environment["UPDATE_SNAPSHOTS"] != nil {
    try Data(actual.utf8).write(to: url)
  }
  let expected = try String(contentsOf: url, encoding: .utf8)
  #expect(actual == expected, "\(name)", sourceLocation: sourceLocation)
}

/// What a function writes, as one string.
func written(_ body: (@escaping (String) -> Void) -> Void) -> String {
  // Output is written before `body` returns, so a box is enough.
  final class Box { var text = "" }
  let box = Box()
  body { box.text += $0 }
  return box.text
}
