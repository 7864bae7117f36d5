import Packets

/// Frames of any link type, one after the other: link type 2, length 2, nanoseconds to the next as a power of two 1,
/// bytes cut off at the end 1, bytes.
func fuzzFrames(_ input: borrowing ByteView) {
  var pipeline = Pipeline()
  var offset = 0
  var now: Int64 = 0
  while let head = try? input.view(at: offset, count: 6), let linkType = try? head.u16le(at: 0),
    let length = try? head.u16le(at: 2), let delay = try? head.u8(at: 4), let cut = try? head.u8(at: 5)
  {
    let rest = min(Int(length), input.count - offset - 6)
    guard let frame = try? input.view(at: offset + 6, count: rest) else { break }
    pipeline.accept(
      frame.rebased(), at: now, originalLength: rest + Int(cut), linkType: LinkType(rawValue: Int32(linkType)))
    now &+= 1 << Int64(delay % 64)
    offset += 6 + rest
  }
  pipeline.finish()
}
