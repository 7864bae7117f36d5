import Algorithms
package import Packets

// What is known about the files, apart from their frames. For a slim capture, these are the files of the original.
extension Recording {
  /// Base names, in the order given.
  package var fileNames: [String] { files.flatMap(\.origins) }

  /// Paths, as given or below a directory that was given; "standard input" for `-`.
  package var filePaths: [String] { files.flatMap { $0.origins.count == 1 ? [$0.path] : $0.origins } }

  /// Names of the link types, each once, in the order they appear.
  package var linkTypeNames: [String] {
    files.flatMap(\.linkTypes).map(\.name).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// Recorders that come with Windows made all of them.
  package var isOfWindows: Bool { files.allSatisfy { $0.slim?.isOfWindows ?? $0.isOfWindows } }

  /// What could not be read, once ``forEachFrame(_:)`` has returned.
  package var damage: [CaptureDamage] { files.flatMap { ($0.slim?.damage ?? []) + [$0.damage].compactMap(\.self) } }

  /// Frames that the capturing hosts say they lost, file by file, once ``forEachFrame(_:)`` has returned.
  package var lostFrames: [Int] {
    files.flatMap { file in
      guard let slim = file.slim else { return [file.lostFrames] }
      return file.origins.indices.map { $0 < slim.lostFrames.count ? slim.lostFrames[$0] : 0 }
    }
  }

  /// What else users should know of the files, each once with the files that it is about, once ``forEachFrame(_:)`` has returned.
  package var remarks: [(file: String, sentence: String)] {
    var remarks: [(file: String, sentence: String)] = []
    for file in files {
      for remark in (file.slim?.remarks ?? []) + file.remarks.map({ (file.name, $0) }) {
        let known = remarks.firstIndex { $0.sentence == remark.sentence }
        if let known { remarks[known].file += ", \(remark.file)" } else { remarks.append(remark) }
      }
    }
    return remarks
  }

  /// Files that are not read, and why.
  package var leftOut: [CaptureError] {
    unreadable
      + files.flatMap { ($0.slim?.skipped ?? []).map { CaptureError(file: $0.file, reason: .unreadable($0.why)) } }
  }

  /// The names of files without a byte: a recorder makes its next file before it has anything to write there.
  package var emptyFiles: [String] { files.flatMap { ($0.isEmpty ? [$0.name] : []) + ($0.slim?.emptyFiles ?? []) } }

  /// Where a frame of the recording lies, when several files make it up: the file's place in ``fileNames``, and the frame's in it.
  package func place(of frame: Int) -> (file: Int, frame: Int)? {
    guard originPlaces[files.count] > 1 else { return nil }
    guard let outer = files.count > 1 ? SlimSummary.place(of: frame, in: runs) : (0, frame) else { return nil }
    let first = originPlaces[outer.file]
    guard let slim = files[outer.file].slim, slim.files.count > 1 else { return (first, outer.frame) }
    return slim.place(of: outer.frame).map { (first + $0.file, $0.frame) }
  }
}

// Slim captures.
extension Recording {
  /// ``place(of:)`` of all frames: where each run of frames begins, and the first frame whose place is not known. Empty for one
  /// file.
  package var places: (runs: [(firstFrame: Int, file: Int, firstFileFrame: Int)], unknownFrom: Int?) {
    guard originPlaces[files.count] > 1 else { return ([], nil) }
    let runs = originRuns
    return (runs.map { ($0.firstFrame, $0.file, $0.firstFileFrame) }, runs.count > Limit.runs ? runs.last?.firstFrame : nil)
  }

  /// The first file without payload, which only some commands need; known before the first frame.
  package var slimFile: String? { files.first { $0.slim != nil }?.name }

  /// Counts of the frames that slim captures left out, once ``forEachFrame(_:)`` has returned.
  package var leftOutFrames: LeftOutFrames {
    var sum = LeftOutFrames()
    for (index, file) in files.enumerated() {
      guard var leftOut = file.slim?.leftOut else { continue }
      if let first = leftOut.firstMisorderedFrame, files.count > 1 {
        leftOut.firstMisorderedFrame = number(of: first, inFile: index)
      }
      sum.add(leftOut)
    }
    return sum
  }

  /// In the recording, of a frame of a file.
  private func number(of frame: Int, inFile file: Int) -> Int {
    let run = runs.last { $0.file == file && $0.firstFileFrame <= frame }
    return run.map { $0.firstFrame + frame - $0.firstFileFrame } ?? frame
  }

  /// What a slim capture keeps of this recording, once ``forEachFrame(_:)`` has returned; but for the counts of frames.
  package var summary: SlimSummary {
    var summary = SlimSummary()
    summary.files = originNames
    summary.lostFrames = lostFrames
    summary.linkTypes = files.flatMap(\.linkTypes).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    summary.runs = summary.files.count > 1 ? originRuns : []
    summary.damage = damage
    summary.remarks = remarks
    summary.skipped = leftOut.map { ($0.file, $0.why) }
    summary.emptyFiles = emptyFiles
    summary.isOfWindows = isOfWindows
    return summary
  }

  /// Base names, or paths of those that several files have.
  private var originNames: [String] {
    let names = fileNames
    let counts = Dictionary(grouping: names) { $0 }.mapValues(\.count)
    return zip(names, filePaths).map { counts[$0, default: 1] > 1 ? $1 : $0 }
  }

  /// By file, what is to be said of where its frames are from; nothing where there is only one, or where that is known at the
  /// end only.
  package var origins: [String?] {
    let names = originNames
    guard names.count > 1 else { return [nil] }
    return files.indices.map { files[$0].origins.count == 1 ? names[originPlaces[$0]] : nil }
  }

  /// ``runs`` in terms of the files from which slim captures were made.
  private var originRuns: [SlimSummary.Run] {
    var result: [SlimSummary.Run] = []
    let outer = runs.isEmpty ? [] : files.count > 1 ? runs : [SlimSummary.Run(firstFrame: 1, file: 0, firstFileFrame: 1)]
    for (index, run) in outer.enumerated() where result.count <= Limit.runs {
      let first = originPlaces[run.file]
      guard let inner = files[run.file].slim?.runs, !inner.isEmpty else {
        result.append(SlimSummary.Run(firstFrame: run.firstFrame, file: first, firstFileFrame: run.firstFileFrame))
        continue
      }
      let shift = run.firstFrame - run.firstFileFrame
      let end = index + 1 < outer.count ? outer[index + 1].firstFrame - shift : .max
      let start = max(0, inner.partitioningIndex { $0.firstFrame > run.firstFileFrame } - 1)
      for piece in inner[start...].prefix(while: { $0.firstFrame < end }) where result.count <= Limit.runs {
        let from = max(piece.firstFrame, run.firstFileFrame)
        result.append(
          SlimSummary.Run(
            firstFrame: from + shift, file: first + piece.file, firstFileFrame: piece.firstFileFrame + from - piece.firstFrame))
      }
    }
    return result
  }
}

extension CaptureFile {
  /// The files of which it was made, when it is slim; otherwise itself.
  var origins: [String] {
    guard let files = slim?.files, !files.isEmpty else { return [name] }
    return files
  }
}
