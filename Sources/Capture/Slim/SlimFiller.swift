/// Restores the length of a slim capture's frames: zeros take the place of bytes that nothing reads.
final class SlimFiller {
  private var bytes: [UInt8] = []
  /// Everything after these bytes is zero.
  private var used = 0

  func lend(_ head: borrowing Span<UInt8>, upTo length: Int, _ body: (Span<UInt8>) -> Void) {
    // Out of this object: the body may take long, and an access is checked at run time.
    var frame = bytes
    bytes = []
    if frame.count < length { frame += [UInt8](repeating: 0, count: length - frame.count) }
    for index in head.indices { frame[index] = head[index] }
    if used > head.count { for index in head.count..<used { frame[index] = 0 } }
    used = head.count
    body(frame.span.extracting(0..<length))
    bytes = frame
  }
}
