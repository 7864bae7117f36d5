import Capture
import Glibc
import Packets

/// A file without a name, written anew for each input.
private let file = unsafe fileno(tmpfile())

/// Any bytes as a capture file, read to the report.
func fuzzCapture(_ input: borrowing ByteView) {
  let bytes = input.copy()
  guard ftruncate(file, 0) == 0, unsafe pwrite(file, bytes, bytes.count, 0) == bytes.count,
    let recording = try? Recording(paths: ["/proc/self/fd/\(file)"])
  else { return }
  var pipeline = Pipeline()
  recording.forEachFrame { frame, _, bytes in pipeline.accept(frame, bytes) }
  pipeline.finish()
}
