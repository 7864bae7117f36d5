import Capture
import Packets
import TestSupport

/// Events of a trace, in buffers that are sound: number of the processor 1, flags 1 (bit 0: packed), length 2, bytes.
func fuzzTraces(_ input: borrowing ByteView) {
  var trace = EventTraceBytes()
  var offset = 0
  while let processor = try? input.u8(at: offset), let flags = try? input.u8(at: offset + 1), let length = try? input.u16le(at: offset + 2) {
    let count = min(Int(length), input.count - offset - 4)
    guard let content = try? input.view(at: offset + 4, count: count) else { break }
    let isPacked = flags & 1 != 0
    var buffer = EventTraceBytes.buffer(content.copy(), processor: UInt16(processor), sequence: UInt64(offset))
    if isPacked { buffer = buffer.setting(UInt16(0x60), at: 52).setting(UInt32(72 + 16 * count), at: 48) }
    trace.add(buffer: buffer)
    offset += 4 + count
  }
  guard let recording = try? Recording(captures: [trace.bytes]) else { return }
  var pipeline = Pipeline()
  recording.forEachFrame { frame, _, bytes in pipeline.accept(frame, bytes) }
  pipeline.finish()
}
