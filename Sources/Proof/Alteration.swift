import Packets
import Protocols

/// What was changed on the way, found by undoing it: with this value the signature is right.
package struct Alteration: Sendable, Codable, Equatable {
  package enum Place: Sendable, Codable, Equatable {
    case negotiateRequest, negotiateResponse
    /// The request of a leg of the logon, or an answer that does not end it.
    case sessionSetup(isResponse: Bool)
    /// The signed message itself.
    case message
  }

  package var place: Place
  /// As the specification calls it.
  package var field: String
  /// In the recording.
  package var here: String
  /// As it was signed: what the other side has sent, or has received.
  package var signed: String
}

/// A field of an SMB2 message, by a byte of it.
struct FieldPlace {
  var name: String
  var range: Range<Int>

  init(at offset: Int, in message: [UInt8]) {
    self = Self.find(offset, message) ?? Self(name: "byte \(offset)", range: offset..<(offset + 1))
  }

  private init(name: String, range: Range<Int>) { (self.name, self.range) = (name, range) }

  private init?(_ structure: WireStructure, from start: Int, at offset: Int) {
    guard let field = structure.fields.first(where: { $0.range.contains(offset - start) }) else { return nil }
    self.init(name: "\(field.name)", range: (start + field.offset)..<(start + field.offset + field.width))
  }

  private static func find(_ offset: Int, _ message: [UInt8]) -> Self? {
    if message.first == 0xff { return offset < SMB1Header.length ? Self(SMB1Layout.header, from: 0, at: offset) : nil }
    if offset < SMB2Header.length { return Self(SMB2Layout.header, from: 0, at: offset) }
    let view = ByteView(message.span)
    guard let header = try? SMB2Header(view), let size = try? view.u16le(at: SMB2Header.length) else { return nil }
    if let structure = SMB2Layout.body(of: header.command, isResponse: header.isResponse, structureSize: Int(size)),
      let field = Self(structure, from: SMB2Header.length, at: offset)
    {
      return field
    }
    return header.command == .negotiate ? inNegotiate(offset, view, isResponse: header.isResponse) : nil
  }

  /// Dialects and contexts.
  private static func inNegotiate(_ offset: Int, _ message: borrowing ByteView, isResponse: Bool) -> Self? {
    let body = SMB2Header.length
    if !isResponse, let count = try? message.u16le(at: body + 2), (body + 36..<body + 36 + 2 * Int(count)).contains(offset) {
      let start = offset - offset % 2
      return Self(name: "Dialects", range: start..<(start + 2))
    }
    if isResponse, (body + 48..<body + 56).contains(offset) { return Self(name: "ServerStartTime", range: (body + 48)..<(body + 56)) }
    if offset < body + (isResponse ? 64 : 36) { return Self(name: "Reserved", range: (offset - offset % 2)..<(offset - offset % 2 + 2)) }
    if isResponse, let token = try? message.u16le(at: body + 56), let length = try? message.u16le(at: body + 58),
      (Int(token)..<(Int(token) + Int(length))).contains(offset)
    {
      return Self(name: "SecurityBuffer, byte \(offset - Int(token))", range: offset..<(offset + 1))
    }
    guard let start = try? message.u32le(at: body + (isResponse ? 60 : 28)),
      let count = try? message.u16le(at: body + (isResponse ? 6 : 32))
    else { return nil }
    var place = Int(start)
    for _ in 0..<min(Int(count), 64) {
      place += (8 - place % 8) % 8
      guard let type = try? message.u16le(at: place), let length = try? message.u16le(at: place + 2) else { return nil }
      if (place..<place + 8 + Int(length)).contains(offset) {
        // Lists of 16-bit numbers, most of them.
        let word = offset - offset % 2
        let part = [0: ", ContextType", 2: ", DataLength", 4: ", Reserved", 6: ", Reserved"][word - place] ?? ""
        let name = SMB2NegotiateContext.name(ofType: type)
        return Self(
          name: (name.hasPrefix("context") ? name : "\(name) context") + part, range: word..<min(word + 2, message.count))
      }
      place += 8 + Int(length)
    }
    return nil
  }

  /// The field in these bytes, as the number it is.
  func value(in message: [UInt8]) -> String {
    guard range.upperBound <= message.count else { return "nothing" }
    let bytes = message[range]
    guard range.count <= 8 else { return bytes.map { hexadecimal($0).dropFirst(2) }.joined() }
    return "0x" + bytes.reversed().map { hexadecimal($0).dropFirst(2) }.joined()
  }
}
