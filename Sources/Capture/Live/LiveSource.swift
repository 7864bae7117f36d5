import Glibc
package import Packets
import System

/// Frames of one or several interfaces, ordered by time, as they come.
package final class LiveSource: LiveFrames {
  private enum Limit {
    /// With several interfaces a frame waits this long for an earlier one of another: longer than the kernel may keep one.
    static let holdback = TimeSpan.milliseconds(2 * Int(LiveHandle.timeout))
  }

  private let handles: [LiveHandle]
  /// Frames lent so far.
  package private(set) var frameCount = 0
  /// Gets each frame that is lent.
  package private(set) var writer: CaptureWriter?
  /// Whether each interface was up when it was last asked.
  private var wasUp: [Bool?]

  package init(interfaces: [String], _ options: LiveOptions) throws(LiveError) {
    var handles: [LiveHandle] = []
    for name in interfaces { handles.append(try LiveHandle(name, options)) }
    self.handles = handles
    wasUp = handles.map(\.isUp)
  }

  /// From now on frames are written too. Makes the first file.
  package func write(to options: CaptureWriter.Options, snapshotLength: Int) throws(CaptureWriter.Failure) {
    guard let linkType = handles.first?.linkType else { return }
    guard handles.allSatisfy({ $0.linkType == linkType }) else {
      throw CaptureWriter.Failure(
        description: "the interfaces have different link types (\(linkTypeNames.joined(separator: ", "))), and a pcap file cannot have several; capture them separately, or on “any”")
    }
    writer = try CaptureWriter(options, linkType: linkType, snapshotLength: snapshotLength)
  }

  package var names: [String] { handles.map(\.name) }

  /// Names of the link types, each once.
  package var linkTypeNames: [String] {
    handles.map(\.linkType.name).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// Readable when there are frames.
  package var descriptors: [Int32] { handles.map(\.descriptor) }

  package func statistics() -> LiveStatistics { handles.reduce(LiveStatistics()) { $0 + $1.statistics() } }

  /// Interfaces that went down or came up since this was asked last.
  package func changes() -> [(name: String, isUp: Bool)] {
    var changes: [(name: String, isUp: Bool)] = []
    for (index, handle) in handles.enumerated() {
      guard let isUp = handle.isUp, isUp != wasUp[index] else { continue }
      wasUp[index] = isUp
      changes.append((handle.name, isUp))
    }
    return changes
  }

  /// Lends frames that are there now, numbered from 1 over all calls.
  ///
  /// - Parameters:
  ///   - limit: no more than so many.
  ///   - isLast: nothing is waited for any more.
  /// - Returns: whether none is left for now.
  package func drain(
    limit: Int, isLast: Bool = false, _ body: (Frame, borrowing ByteView) -> Void
  ) throws(LiveError) -> Bool {
    guard let only = handles.first, handles.count == 1 else {
      return try merge(limit: limit, isLast: isLast, body)
    }
    for _ in 0..<limit {
      try only.advance()
      guard let record = only.record else { return true }
      lend(only, record, body)
    }
    return false
  }

  private func merge(
    limit: Int, isLast: Bool, _ body: (Frame, borrowing ByteView) -> Void
  ) throws(LiveError) -> Bool {
    let horizon = isLast ? nil : SystemClock.realTime() - Limit.holdback
    for _ in 0..<limit {
      var next: LiveHandle?
      for handle in handles {
        if handle.record == nil { try handle.advance() }
        guard let time = handle.record?.time else { continue }
        if next?.record.map({ time < $0.time }) ?? true { next = handle }
      }
      guard let next, let record = next.record else { return true }
      // An interface without frames at the moment may still deliver an earlier one.
      guard horizon.map({ record.time <= $0 }) ?? true || handles.allSatisfy({ $0.record != nil }) else { return true }
      lend(next, record, body)
      try next.advance()
    }
    return false
  }

  private func lend(_ handle: LiveHandle, _ record: FrameRecord, _ body: (Frame, borrowing ByteView) -> Void) {
    frameCount += 1
    let frame = Frame(
      number: frameCount, time: record.time, originalLength: record.originalLength, linkType: record.linkType)
    handle.lend { bytes in
      body(frame, ByteView(bytes))
      writer?.write(frame, ByteView(bytes))
    }
  }
}
