import Packets
import Protocols

/// Finds what of a signed message was altered: its status, or any one byte.
package struct MessageSearch {
  /// Where the status of an answer is: MS-SMB2 2.2.1.
  private static let status = 8..<12

  /// - Parameter budget: bytes that may be signed.
  /// - Returns: nil when more was altered, or the message is too long to try.
  package static func find(_ message: [UInt8], _ keys: SessionKeys, budget: inout Int) -> Alteration? {
    findStatus(message, keys) ?? findByte(message, keys, budget: &budget)
  }

  private static func findStatus(_ message: [UInt8], _ keys: SessionKeys) -> Alteration? {
    guard message.count > 16, message[16] & 1 != 0 else { return nil }
    var candidate = message
    for status in [0] + NTStatus.names.keys.sorted() {
      for index in 0..<4 { candidate[Self.status.lowerBound + index] = UInt8(truncatingIfNeeded: status >> UInt32(8 * index)) }
      guard candidate != message, isRight(candidate, keys), let here = try? ByteView(message.span).u32le(at: 8) else { continue }
      return Alteration(
        place: .message, field: "Status", here: NTStatus(rawValue: here).description, signed: NTStatus(rawValue: status).description)
    }
    return nil
  }

  private static func findByte(_ message: [UInt8], _ keys: SessionKeys, budget: inout Int) -> Alteration? {
    var candidate = message
    for offset in candidate.indices {
      let here = candidate[offset]
      for value in UInt8.min...UInt8.max where value != here {
        candidate[offset] = value
        if isRight(candidate, keys) {
          let field = FieldPlace(at: offset, in: message)
          return Alteration(
            place: .message, field: field.name, here: field.value(in: message), signed: field.value(in: candidate))
        }
      }
      candidate[offset] = here
      budget -= 255 * message.count
      guard budget > 0 else { return nil }
    }
    return nil
  }

  private static func isRight(_ candidate: [UInt8], _ keys: SessionKeys) -> Bool {
    let view = ByteView(candidate.span)
    return keys.isRight(view) == true
  }
}
