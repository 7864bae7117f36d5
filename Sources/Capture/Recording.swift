package import Packets

/// Capture files that together are one recording, ordered by time.
package final class Recording {
  private let files: [CaptureFile]

  /// Opens every file before the first frame is read.
  ///
  /// - Parameter filter: an expression of pcap-filter(7). Frames it rejects are counted, so numbers stay Wireshark's.
  package init(paths: [String], filter: String? = nil) throws(CaptureError) {
    var files: [CaptureFile] = []
    for path in paths { files.append(try CaptureFile(path: path, filter: filter)) }
    self.files = files
  }

  /// Base names, in the order given.
  package var fileNames: [String] { files.map(\.name) }

  /// Names of the link types, each once, in the order they appear.
  package var linkTypeNames: [String] {
    files.map(\.linkTypeName).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// What could not be read, once ``forEachFrame(_:)`` has returned.
  package var damage: [CaptureDamage] { files.compactMap(\.damage) }

  /// Frames each file has brought so far, in the order of ``fileNames``.
  package var frameCounts: [Int] { files.map(\.frameCount) }

  /// Lends every frame to `body` in order of time; files of equal time in the order given.
  package func forEachFrame(_ body: (Frame, _ file: Int, borrowing ByteView) -> Void) {
    var number = 0
    var waiting = files.indices.filter { files[$0].advance() }
    while let current = waiting.min(by: { (files[$0].time, $0) < (files[$1].time, $1) }) {
      waiting.removeAll { $0 == current }
      let limit = waiting.lazy.map { (self.files[$0].time, $0) }.min(by: <)
      let file = files[current]
      var hasMore = true
      while hasMore, limit.map({ (file.time, current) < $0 }) ?? true {
        number += 1
        if file.passesFilter() {
          let frame = Frame(
            number: number, time: file.time, originalLength: file.originalLength, linkType: file.linkType)
          file.withFrame { body(frame, current, $0) }
        }
        hasMore = file.advance()
      }
      if hasMore { waiting.append(current) }
    }
  }
}
