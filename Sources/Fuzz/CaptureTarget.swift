import Capture
import Packets

/// Any bytes as a capture file, read to the report.
func fuzzCapture(_ input: borrowing ByteView) {
  guard let recording = try? Recording(captures: [input.copy()]) else { return }
  var pipeline = Pipeline()
  recording.forEachFrame { frame, _, bytes in pipeline.accept(frame, bytes) }
  pipeline.finish()
}
