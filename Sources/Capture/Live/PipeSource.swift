import Glibc
package import Packets
import System

/// A capture that another program makes at this moment, and that comes through standard input: `tcpdump -U -w -`.
package final class PipeSource: LiveFrames {
  package let names = [CaptureFile.name(of: "-")]
  package private(set) var frameCount = 0
  package private(set) var writer: CaptureWriter?
  /// Once the first frame has come.
  package private(set) var recording: Recording?

  package init() {}

  /// From now on frames are written too. Makes the first file; its link type is that of the first frame.
  package func write(to options: CaptureWriter.Options, snapshotLength: Int) throws(CaptureWriter.Failure) {
    writer = try CaptureWriter(options, linkType: nil, snapshotLength: snapshotLength)
  }

  package var linkTypeNames: [String] { recording?.linkTypeNames ?? [] }

  /// Only the recording program knows its losses.
  package func statistics() -> LiveStatistics { LiveStatistics() }

  package func changes() -> [(name: String, isUp: Bool)] { [] }

  /// Lends frames until the input ends, or until `body` returns false.
  ///
  /// - Parameters:
  ///   - waitForInput: returns once the descriptor can be read; false to end.
  ///   - body: returns false to end.
  package func follow(
    waitForInput: @escaping (Int32) -> Bool, _ body: (Frame, borrowing ByteView) -> Bool
  ) throws(CaptureError) {
    let input = WatchedInput(waitForInput)
    let recording: Recording
    do throws(CaptureError) {
      recording = try Recording(stream: input, name: names[0])
    } catch {
      // A user who ends it before the first frame gets no error.
      if input.isEnded { return }
      throw error
    }
    self.recording = recording
    recording.forEachFrame { frame, _, bytes in
      guard !input.isEnded else { return }
      frameCount += 1
      writer?.write(frame, bytes)
      if !body(frame, bytes) { input.end() }
    }
    isEnded = input.isEnded
  }

  /// smbdx stopped reading by itself, so a frame that is cut off there is not damaged.
  package private(set) var isEnded = false
}

/// Standard input. It can be told to end while it waits for bytes.
private final class WatchedInput: ByteSource {
  private(set) var isEnded = false
  private let waitForInput: (Int32) -> Bool

  init(_ waitForInput: @escaping (Int32) -> Bool) { self.waitForInput = waitForInput }

  func end() { isEnded = true }

  func read(into target: UnsafeMutableRawBufferPointer) throws(SourceFailure) -> Int {
    while true {
      if !isEnded, !waitForInput(STDIN_FILENO) { isEnded = true }
      guard !isEnded else { return 0 }
      // SAFETY: read() writes at most `count` bytes at the start of `target`.
      let count = unsafe Glibc.read(STDIN_FILENO, target.baseAddress, target.count)
      if count >= 0 { return count }
      guard errno == EINTR || errno == EAGAIN else { throw SourceFailure(message: SystemError.last) }
    }
  }
}
