import Packets
import Protocols

/// Finds what of a signed message was altered: its status, or any one byte.
package struct MessageSearch {
  /// Where the status of an answer is: MS-SMB2 2.2.1, MS-CIFS 2.2.3.1; nil in a request.
  private static func status(_ message: [UInt8]) -> Range<Int>? {
    guard message.count > 16 else { return nil }
    if message[0] == 0xff { return message[9] & 0x80 != 0 ? 5..<9 : nil }
    return message[16] & 1 != 0 ? 8..<12 : nil
  }

  /// - Parameter budget: bytes that may be signed.
  /// - Returns: nil when more was altered, or the message is too long to try.
  package static func find(_ message: [UInt8], _ keys: SessionKeys, budget: inout Int) -> Alteration? {
    find(message, budget: &budget) { candidate in
      let view = ByteView(candidate.span)
      return keys.isRight(view) == true
    }
  }

  package static func find(_ message: [UInt8], budget: inout Int, isRight: ([UInt8]) -> Bool) -> Alteration? {
    findStatus(message, isRight) ?? findField(message, isRight) ?? findByte(message, isRight, budget: &budget)
  }

  private static func findStatus(_ message: [UInt8], _ isRight: ([UInt8]) -> Bool) -> Alteration? {
    guard let place = status(message) else { return nil }
    var candidate = message
    for status in [0] + NTStatus.names.keys.sorted() {
      for index in 0..<4 { candidate[place.lowerBound + index] = UInt8(truncatingIfNeeded: status >> UInt32(8 * index)) }
      guard candidate != message, isRight(candidate), let here = try? ByteView(message.span).u32le(at: place.lowerBound) else { continue }
      return Alteration(
        place: .message, field: "Status", here: NTStatus(rawValue: here).description, signed: NTStatus(rawValue: status).description)
    }
    return nil
  }

  /// Numbers that a device may have found in the place of those that are there.
  private static func findField(_ message: [UInt8], _ isRight: ([UInt8]) -> Bool) -> Alteration? {
    let view = ByteView(message.span)
    guard message.first == 0xfe, let header = try? SMB2Header(view), let size = try? view.u16le(at: SMB2Header.length),
      let body = SMB2Layout.body(of: header.command, isResponse: header.isResponse, structureSize: Int(size))
    else { return nil }
    for field in body.fields where (2...8).contains(field.width) {
      for number in numbers(in: "\(field.name)", width: field.width) {
        var candidate = message
        let place = SMB2Header.length + field.offset
        let one = NegotiateField(offset: place, width: field.width, numbers: [number])
        guard one.set(one.values[0], in: &candidate), isRight(candidate) else { continue }
        let found = FieldPlace(at: place, in: message)
        return Alteration(place: .message, field: found.name, here: found.value(in: message), signed: found.value(in: candidate))
      }
    }
    return nil
  }

  /// Nothing, everything, and the rights that servers grant: MS-DTYP 2.4.3.
  private static func numbers(in field: String, width: Int) -> [UInt64] {
    let rights: [UInt64] = [
      0x001f01ff, 0x001200a9, 0x001301bf, 0x001301ff, 0x001f01bf, 0x001f00a9, 0x00120089, 0x0012019f, 0x00120116, 0x00100080, 0x02000000,
    ]
    return [0, .max] + (["MaximalAccess", "DesiredAccess"].contains(field) ? rights : [])
  }

  private static func findByte(_ message: [UInt8], _ isRight: ([UInt8]) -> Bool, budget: inout Int) -> Alteration? {
    var candidate = message
    for offset in candidate.indices {
      let here = candidate[offset]
      for value in UInt8.min...UInt8.max where value != here {
        candidate[offset] = value
        if isRight(candidate) {
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
}
