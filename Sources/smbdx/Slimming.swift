import Capture
import Packets
import Reports
import Rules
import Transcripts

/// Writes a slim capture of a recording.
///
/// - Parameters:
///   - output: takes the bytes of the file, piece by piece.
///   - progress: hears of each frame and its size.
func slim(
  _ recording: Recording, _ options: Tracker.Options = Tracker.Options(), to output: @escaping ([UInt8]) -> Void,
  progress: (Int, Int) -> Void = { _, _ in }
) throws(PcapngWriter.Failure) -> Slimming.Result {
  var slimming = Slimming(options, recording.summary, output)
  var failure: PcapngWriter.Failure?
  let origins = recording.origins
  recording.forEachFrame { frame, file, bytes in
    guard failure == nil else { return }
    do throws(PcapngWriter.Failure) {
      try slimming.take(
        frame, bytes, origin: origins.count > file ? origins[file] : nil, interface: recording.interfaceName(frame.interface, file: file))
    } catch {
      failure = error
    }
    progress(frame.number, bytes.count)
  }
  if let failure { throw failure }
  return try slimming.finish(recording.summary, leftOut: recording.leftOutFrames)
}

/// From frames to a slim capture: the analysis sees every frame, and the bytes that it needs are written.
struct Slimming: ~Copyable {
  struct Result {
    var frames = 0
    var bytes = 0
    var keptFrames = 0
    var keptBytes = 0

    var sentence: String {
      "kept \(grouped(keptFrames)) of \(grouped(frames)) frames, \(grouped(keptBytes)) of their \(grouped(bytes)) bytes"
    }
  }

  private var tracker: Tracker
  /// Of the frames that are written.
  private var kept = FrameCounts()
  private var writer: SlimWriter
  private var result = Result()
  /// The last frame, as long as it is left out. The first and the last are written whatever they are: they say when the recording
  /// began, and when it ended.
  private var last: (frame: Frame, bytes: [UInt8], origin: String?, interface: String?)?

  /// - Parameter summary: what is known of the recording before its first frame.
  init(_ options: Tracker.Options, _ summary: SlimSummary, _ output: @escaping ([UInt8]) -> Void) {
    tracker = Tracker(options: options) { _ in }
    writer = SlimWriter(application: "smbdx \(Smbdx.version)", summary, output)
  }

  mutating func take(
    _ frame: Frame, _ bytes: borrowing ByteView, origin: String?, interface: String?
  ) throws(PcapngWriter.Failure) {
    result.bytes += bytes.count
    switch tracker.measure(frame, bytes) {
    case .nothing where kept.frames > 0: last = (frame, bytes.copy(), origin, interface)
    case .nothing: try write(frame, bytes, needed: bytes.count, origin, interface)
    case .beginning(let count): try write(frame, bytes, needed: count, origin, interface)
    case .whole: try write(frame, bytes, needed: bytes.count, origin, interface)
    }
  }

  private mutating func write(
    _ frame: Frame, _ bytes: borrowing ByteView, needed: Int, _ origin: String?, _ interface: String?
  ) throws(PcapngWriter.Failure) {
    kept.record(frame, captured: bytes.count)
    result.keptBytes += try writer.write(frame, bytes, needed: needed, origin: origin, interface: interface)
    last = nil
  }

  /// The recording is over.
  ///
  /// - Parameters:
  ///   - summary: what is known of it beside its frames.
  ///   - leftOut: what it does not have itself, because it is slim.
  mutating func finish(_ summary: SlimSummary, leftOut: LeftOutFrames = LeftOutFrames()) throws(PcapngWriter.Failure) -> Result {
    if let last {
      try write(last.frame, ByteView(last.bytes.span), needed: last.bytes.count, last.origin, last.interface)
    }
    tracker.add(leftOut)
    (result.frames, result.keptFrames) = (tracker.counts.frames, kept.frames)
    var summary = summary
    summary.leftOut = tracker.counts.leftOut(keeping: kept)
    writer.finish(summary)
    return result
  }
}
