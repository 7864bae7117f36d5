package import Packets

/// Capture files that together are one recording, ordered by time.
package final class Recording {
  /// Frames that follow each other in one file and in the recording.
  private struct Run {
    var firstFrame: Int
    var file: Int
    var firstFileFrame: Int
  }

  /// Changes from one file to another that are remembered; behind them a frame's place in its file is not told.
  private static let maximumRuns = 1 << 16

  private let files: [CaptureFile]
  private var runs: [Run] = []
  /// Only some frames are lent.
  package let isFiltered: Bool

  /// Opens every file before the first frame is read.
  ///
  /// - Parameter filter: an expression of pcap-filter(7). Frames it rejects are counted, so numbers stay Wireshark's.
  package init(paths: [String], filter: String? = nil) throws(CaptureError) {
    var files: [CaptureFile] = []
    var seen: Set<FileIdentity> = []
    for path in paths {
      if let identity = FileIdentity(path: path), !seen.insert(identity).inserted {
        throw CaptureError(file: CaptureFile.name(of: path), reason: .namedTwice)
      }
      files.append(try CaptureFile(path: path, filter: filter))
    }
    self.files = files
    isFiltered = filter != nil
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

  /// Frames read so far, those that the filter rejected too.
  package var frameCount: Int { files.reduce(0) { $0 + $1.frameCount } }

  /// Where a frame of the recording lies, when several files make it up.
  package func place(of frame: Int) -> (file: String, frame: Int)? {
    guard files.count > 1, runs.count <= Self.maximumRuns, let run = runs.last(where: { $0.firstFrame <= frame })
    else { return nil }
    return (files[run.file].name, run.firstFileFrame + frame - run.firstFrame)
  }

  /// Lends every frame to `body` in order of time; files of equal time in the order given.
  package func forEachFrame(_ body: (Frame, _ file: Int, borrowing ByteView) -> Void) {
    var number = 0
    var waiting = files.indices.filter { files[$0].advance() }
    while let current = waiting.min(by: { (files[$0].time, $0) < (files[$1].time, $1) }) {
      waiting.removeAll { $0 == current }
      let limit = waiting.lazy.map { (self.files[$0].time, $0) }.min(by: <)
      let file = files[current]
      if runs.count <= Self.maximumRuns {
        runs.append(Run(firstFrame: number + 1, file: current, firstFileFrame: file.frameCount))
      }
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
