import Packets
import TestSupport

/// What two hosts say to each other, whatever it is, in segments as they should be.
///
/// Input: for each segment flags 1 (host, FIN, RST, lost, a minute later, SYN), length 2, payload.
func fuzzConversation(_ input: borrowing ByteView) {
  var conversation = Conversation()
  conversation.open()
  var offset = 0
  while let flags = try? input.u8(at: offset), let length = try? input.u16le(at: offset + 1) {
    let rest = min(Int(length), input.count - offset - 3)
    guard let payload = try? input.view(at: offset + 3, count: rest) else { break }
    offset += 3 + rest
    var bits: TCPFlags = [.ack]
    if flags & 0x02 != 0 { bits.insert(.fin) }
    if flags & 0x04 != 0 { bits.insert(.rst) }
    if flags & 0x20 != 0 { bits.insert(.syn) }
    if flags & 0x10 != 0 { conversation.wait(seconds: 60) }
    conversation.send(flags & 0x01 == 0 ? .client : .server, payload.copy(), flags: bits, isCaptured: flags & 0x08 == 0)
  }
  var pipeline = Pipeline()
  for frame in conversation.frames {
    pipeline.accept(ByteView(frame.bytes.span), at: frame.time.nanoseconds, linkType: .ethernet)
  }
  pipeline.finish()
}
