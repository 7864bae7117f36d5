import Algorithms
import HeapModule
package import Packets
import System

/// Capture files that together are one recording, ordered by time.
package final class Recording {
  enum Limit {
    /// Files that are read at the same time because they overlap; more than that are not read.
    static let overlapping = 4_000
    /// Files that stay open from the start, so that a few files are opened only once.
    static let filesKeptOpen = 16
    /// With more files each gets a small buffer.
    static let filesWithLargeBuffers = 64
    /// Bytes read at once: 4 KiB would need many system calls.
    static let largeBuffer = 256 * 1024
    /// The same if there are so many files that large buffers would add up.
    static let smallBuffer = 32 * 1024
    /// Changes from one file to another that are remembered; after that the report does not give a frame's place in its file.
    static let runs = 1 << 16
  }

  /// The file whose next frame has this time. Files of equal time come in the order given.
  private struct Turn: Comparable {
    var time: Timestamp
    var file: Int

    static func < (left: Self, right: Self) -> Bool { (left.time, left.file) < (right.time, right.file) }
  }

  let files: [CaptureFile]
  private let filter: FrameFilter?
  private(set) var runs: [SlimSummary.Run] = []
  /// Files that are not read, and why.
  let unreadable: [CaptureError]
  /// Where the files of a slim capture begin in ``fileNames``; once it is asked for.
  lazy var originPlaces: [Int] = files.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.origins.count) }
  /// Reading was stopped by the user before the end.
  package private(set) var isInterrupted = false
  /// Only some frames are lent.
  package var isFiltered: Bool { filter != nil }

  /// The files of the paths: captures, and the captures in directories.
  package static func files(at paths: [String]) throws(CaptureError) -> [String] {
    try CapturePath.expand(paths).filter { $0.fault == nil }.map(\.path)
  }

  /// Opens every file once before the first frame is read.
  ///
  /// - Parameters:
  ///   - paths: files, and directories with captures; `-` is standard input.
  ///   - filter: an expression of pcap-filter(7). Frames it rejects are counted, so numbers stay Wireshark's.
  ///   - isTolerant: what cannot be read is left out, and not only where it was found in a directory.
  package convenience init(paths: [String], filter: String? = nil, isTolerant: Bool = false) throws(CaptureError) {
    try self.init(paths: paths, OpenFiles(), filter: filter, isTolerant: isTolerant)
  }

  convenience init(paths: [String], _ openFiles: OpenFiles, filter: String? = nil, isTolerant: Bool = false) throws(CaptureError) {
    let paths = try CapturePath.expand(paths)
    let bufferSize = paths.count > Limit.filesWithLargeBuffers ? Limit.smallBuffer : Limit.largeBuffer
    var files: [CaptureFile] = []
    var leftOut: [CaptureError] = []
    for path in paths {
      do throws(CaptureError) {
        if let fault = path.fault { throw fault }
        files.append(try CaptureFile(.path(path.path, openFiles), bufferSize: bufferSize))
        if files.count > Limit.filesKeptOpen { files.last?.rest() }
      } catch {
        guard path.isInDirectory || isTolerant else { throw error }
        leftOut.append(error)
      }
    }
    try self.init(files, leftOut: leftOut, filter: filter)
  }

  /// A capture that comes while it is made.
  convenience init(stream: any ByteSource, name: String) throws(CaptureError) {
    try self.init([try CaptureFile(.stream(name: name, source: stream), bufferSize: Limit.largeBuffer)], leftOut: [], filter: nil)
  }

  /// Captures that lie in memory.
  package convenience init(captures: [[UInt8]], filter: String? = nil) throws(CaptureError) {
    var files: [CaptureFile] = []
    for (index, bytes) in captures.enumerated() {
      files.append(try CaptureFile(.memory(name: "\(index + 1)", bytes: bytes), bufferSize: Limit.smallBuffer))
    }
    try self.init(files, leftOut: [], filter: filter)
  }

  private init(_ files: [CaptureFile], leftOut: [CaptureError], filter: String?) throws(CaptureError) {
    // A recorder makes its next file before it has anything to write there.
    if let first = files.first, files.allSatisfy(\.isEmpty) {
      throw CaptureError(file: first.name, reason: .notACapture("it is empty"))
    }
    if files.isEmpty, let first = leftOut.first { throw first }
    self.files = files
    unreadable = leftOut
    guard let filter else {
      self.filter = nil
      return
    }
    let linkType = files.lazy.flatMap(\.linkTypes).first { $0.isSupported }
    do throws(FrameFilter.BadFilter) {
      self.filter = try FrameFilter(filter, linkType: linkType ?? .ethernet)
    } catch {
      throw CaptureError(file: files.first?.name ?? "", reason: .badFilter(error.message))
    }
  }

  /// Of all files; nil when that of one is not known, or less than that of its frames.
  package var byteCount: Int? {
    guard slimFile == nil else { return nil }
    return files.reduce(Optional(0)) { sum, file in sum.flatMap { sum in file.size.map { sum + $0 } } }
  }

  /// Frames each file has brought so far, in the order of ``fileNames``.
  package var frameCounts: [Int] { files.map(\.frameCount) }

  /// What people call the interface of a frame of this file, while the frame is lent.
  package func interfaceName(_ number: UInt32, file: Int) -> String? { number == 0 ? nil : files[file].interfaceName(number) }

  /// Frames read so far, those that the filter rejected too.
  package var frameCount: Int { files.reduce(0) { $0 + $1.frameCount } }

  /// Lends every frame to `body` in order of time; files of equal time in the order given.
  package func forEachFrame(_ body: (Frame, _ file: Int, borrowing ByteView) -> Void) {
    var number = 0
    var weight = files.lazy.filter(\.isOpen).reduce(0) { $0 + $1.weight }
    var turns = Heap(files.indices.filter { files[$0].hasFrame }.map { Turn(time: files[$0].record.time, file: $0) })
    while let current = turns.popMin() {
      let file = files[current.file]
      if !file.isOpen {
        guard Self.resume(file, beside: weight) else { continue }
        weight += file.weight
      }
      let next = turns.min
      if runs.count <= Limit.runs {
        let leftOut = file.record.leftOutBefore
        runs.append(
          SlimSummary.Run(firstFrame: number + 1, file: current.file, firstFileFrame: file.frameCount - leftOut))
      }
      let hasMore = file.lendFrames { time in
        !Interruption.isRequested && next.map { Turn(time: time, file: current.file) < $0 } ?? true
      } _: { record, bytes in
        number += 1 + record.leftOutBefore
        guard filter.map({ $0.accepts(record, bytes) }) ?? true else { return }
        body(Frame(number, record), current.file, ByteView(bytes))
      }
      guard !Interruption.isRequested else {
        isInterrupted = true
        return
      }
      if hasMore {
        turns.insert(Turn(time: file.record.time, file: current.file))
      } else {
        weight -= file.weight
      }
    }
  }
}

extension Recording {
  /// Opens a file again whose turn has come.
  ///
  /// - Parameter weight: of the files that are open.
  /// - Returns: false when there are too many, or it cannot be opened.
  private static func resume(_ file: CaptureFile, beside weight: Int) -> Bool {
    guard weight + file.weight <= Limit.overlapping else {
      file.giveUp(
        "more than \(Limit.overlapping) files overlap in time (a compressed file or an event trace counts as 8); join them with Wireshark's mergecap first"
      )
      return false
    }
    file.resume()
    return file.isOpen
  }
}

extension Frame {
  @inline(__always)
  fileprivate init(_ number: Int, _ record: FrameRecord) {
    self.init(number: number, time: record.time, originalLength: record.originalLength, linkType: record.linkType)
    interface = record.interface
    hostDrop = record.hostDrop
  }
}
