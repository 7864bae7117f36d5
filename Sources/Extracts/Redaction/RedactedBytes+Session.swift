import Packets
import Protocols

/// NBSS packets that are no messages: RFC 1002 4.3.
extension RedactedBytes {
  mutating func redactSessionPacket(_ type: NBSSType, _ body: Range<Int>) {
    switch type {
    case .sessionRequest:
      guard let end = renameNetBIOS(at: body.lowerBound, end: body.upperBound) else { return }
      _ = renameNetBIOS(at: end, end: body.upperBound)
    case .retarget:
      if body.count >= 4 { replaceAddress(at: body.lowerBound) }
      keep(clamped(body.lowerBound + 4, 2, to: body.upperBound))
    // A code.
    case .negativeResponse: keep(body.prefix(1).indices)
    default: break
    }
  }

  /// A question for a NetBIOS name, or its answer, over UDP: RFC 1002 4.2. Other records become zeros.
  mutating func redactNetBIOSName(_ message: Range<Int>) {
    keep(message.prefix(12).indices)
    let isAnswer = u16be(4) == 0
    guard let end = renameNetBIOS(at: 12, end: message.upperBound), u16be(end) == 32 else { return }
    keep(clamped(end, isAnswer ? 10 : 4, to: message.upperBound))
    guard isAnswer, let length = u16be(end + 8) else { return }
    for entry in stride(from: end + 10, to: min(end + 10 + length, message.upperBound - 5), by: 6) {
      keep(clamped(entry, 2, to: message.upperBound))
      replaceAddress(at: entry + 2)
    }
  }

  /// RFC 1001 14.1: a label of 32 letters, each pair a byte. A scope after it is dropped with the rest.
  ///
  /// - Returns: where the next name begins.
  private mutating func renameNetBIOS(at start: Int, end: Int) -> Int? {
    guard u8(start) == 32, start + 34 <= end, u8(start + 33) == 0 else { return nil }
    let halves = original[(start + 1)..<(start + 33)].map { ($0 &- 0x41) & 0x0f }
    let bytes: [UInt8] = stride(from: 0, to: 32, by: 2).map { halves[$0] << 4 | halves[$0 + 1] }
    var name = RedactedBytes(bytes, pseudonyms)
    name.rename(0..<15, .bytes)
    // The last byte is what kind of name it is.
    name.keep(15..<16)
    keep(start..<(start + 1))
    for (index, byte) in name.result.enumerated() { put([byte >> 4 + 0x41, byte & 0x0f + 0x41], at: start + 1 + 2 * index) }
    return start + 34
  }
}
