import Packets
import Protocols

/// A number in NEGOTIATE, and what a device may have found in its place.
struct NegotiateFields {
  var offset: Int
  var width: Int
  var values: [UInt64]

  /// - Returns: false when the message ends before.
  func set(_ value: UInt64, in message: inout [UInt8]) -> Bool {
    guard offset + width <= message.count else { return false }
    for index in 0..<width { message[offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index)) }
    return true
  }

  static func all(in message: [UInt8]) -> [Self] {
    let view = ByteView(message.span)
    guard let header = try? SMB2Header(view) else { return [] }
    return header.isResponse ? response : request(view)
  }

  private static let dialects: [UInt64] = [0x0202, 0x0210, 0x0300, 0x0302, 0x0311, 0x02ff, 0, 0xffff]
  private static let modes = [UInt64](0...3)
  private static let capabilities = [UInt64](0...0xff) + [0xffff_ffff]
  /// Powers of two, as servers and devices set them.
  private static let sizes = (12...26).map { UInt64(1) << $0 }
  /// What hides a number.
  private static let blanks: [UInt64] = [0, .max]

  private static func request(_ view: borrowing ByteView) -> [Self] {
    let body = SMB2Header.length
    let count = min(Int((try? view.u16le(at: body + 2)) ?? 0), 16)
    return [
      Self(offset: body + 4, width: 2, values: modes), Self(offset: body + 8, width: 4, values: capabilities),
      Self(offset: body + 12, width: 8, values: blanks),
    ] + (0..<count).map { Self(offset: body + 36 + 2 * $0, width: 2, values: dialects) }
  }

  private static let response: [Self] = {
    let body = SMB2Header.length
    return [
      Self(offset: body + 2, width: 2, values: modes), Self(offset: body + 4, width: 2, values: dialects),
      Self(offset: body + 24, width: 4, values: capabilities),
    ] + [28, 32, 36].map { Self(offset: body + $0, width: 4, values: sizes) }
      + [40, 48].map { Self(offset: body + $0, width: 8, values: blanks) }
  }()
}

/// NEGOTIATE with other lists of dialects and contexts, its offsets and counts set accordingly.
struct NegotiateLists {
  var bytes: [UInt8]
  var field: String
  var here: String
  var value: String

  private enum Limit {
    /// More than there are kinds.
    static let contexts = 8
  }

  private struct Context {
    var type: UInt16
    var data: [UInt8]
    var name: String { SMB2NegotiateContext.name(ofType: type) }
  }

  static func variants(of message: [UInt8]) -> [Self] {
    let view = ByteView(message.span)
    guard let header = try? SMB2Header(view) else { return [] }
    let contexts = contexts(of: view, isResponse: header.isResponse)
    guard !contexts.isEmpty, contexts.count <= Limit.contexts else { return [] }
    return withoutContexts(message, contexts, header.isResponse) + withFurtherContexts(message, contexts, header.isResponse)
      + (header.isResponse ? [] : withOtherDialects(message, contexts))
  }

  // MARK: Contexts

  private static func contexts(of view: borrowing ByteView, isResponse: Bool) -> [Context] {
    let body = SMB2Header.length
    guard let start = try? view.u32le(at: body + (isResponse ? 60 : 28)),
      let count = try? view.u16le(at: body + (isResponse ? 6 : 32))
    else { return [] }
    var contexts: [Context] = []
    var place = Int(start)
    for _ in 0..<min(Int(count), Limit.contexts + 1) {
      place += (8 - place % 8) % 8
      guard let type = try? view.u16le(at: place), let length = try? view.u16le(at: place + 2),
        let data = try? view.view(at: place + 8, count: Int(length))
      else { return [] }
      contexts.append(Context(type: type, data: data.copy()))
      place += 8 + Int(length)
    }
    return contexts
  }

  /// Any of them left out, which is what the other side has when a device adds some.
  private static func withoutContexts(_ message: [UInt8], _ contexts: [Context], _ isResponse: Bool) -> [Self] {
    (1..<(1 << contexts.count)).compactMap { mask in
      let kept = contexts.indices.filter { mask >> $0 & 1 == 1 }.map { contexts[$0] }
      return kept.count < contexts.count ? variant(message, contexts, kept, isResponse) : nil
    }
  }

  /// One more, which is what the other side has when a device takes one away.
  private static func withFurtherContexts(_ message: [UInt8], _ contexts: [Context], _ isResponse: Bool) -> [Self] {
    further(isResponse).filter { more in !contexts.contains { $0.type == more.type } }.flatMap { more in
      (0...contexts.count).compactMap { place in
        var list = contexts
        list.insert(more, at: place)
        return variant(message, contexts, list, isResponse)
      }
    }
  }

  /// As Windows, Samba and Linux send them.
  private static func further(_ isResponse: Bool) -> [Context] {
    let ciphers: [[UInt8]] = isResponse ? (1...4).map { [1, 0, $0, 0] } : [
      [4, 0, 2, 0, 1, 0, 4, 0, 3, 0], [2, 0, 2, 0, 1, 0], [2, 0, 1, 0, 2, 0], [4, 0, 1, 0, 2, 0, 3, 0, 4, 0],
    ]
    let signing: [[UInt8]] = isResponse ? (0...2).map { [1, 0, $0, 0] } : [
      [3, 0, 2, 0, 1, 0, 0, 0], [2, 0, 2, 0, 1, 0], [1, 0, 1, 0], [3, 0, 0, 0, 1, 0, 2, 0],
    ]
    return ciphers.map { Context(type: 2, data: $0) } + signing.map { Context(type: 8, data: $0) }
  }

  private static func variant(_ message: [UInt8], _ old: [Context], _ new: [Context], _ isResponse: Bool) -> Self? {
    guard let bytes = rebuilt(message, contexts: new, isResponse: isResponse) else { return nil }
    return Self(bytes: bytes, field: "NegotiateContextList", here: names(old), value: names(new))
  }

  private static func names(_ contexts: [Context]) -> String {
    contexts.isEmpty ? "none" : contexts.map(\.name).joined(separator: ", ")
  }

  /// The message up to its contexts, and others behind.
  private static func rebuilt(_ message: [UInt8], contexts: [Context], isResponse: Bool) -> [UInt8]? {
    let body = SMB2Header.length
    let view = ByteView(message.span)
    guard let start = try? view.u32le(at: body + (isResponse ? 60 : 28)), Int(start) <= message.count else { return nil }
    var bytes = Array(message[..<Int(start)])
    for context in contexts {
      while bytes.count % 8 != 0 { bytes.append(0) }
      bytes += word(context.type) + word(UInt16(truncatingIfNeeded: context.data.count)) + [0, 0, 0, 0] + context.data
    }
    let count = body + (isResponse ? 6 : 32)
    bytes.replaceSubrange(count..<(count + 2), with: word(UInt16(contexts.count)))
    return bytes
  }

  // MARK: Dialects

  /// Each selection of those there are, in the order in which clients name them.
  private static func withOtherDialects(_ message: [UInt8], _ contexts: [Context]) -> [Self] {
    let known: [UInt16] = [0x0202, 0x0210, 0x0300, 0x0302, 0x0311]
    let body = SMB2Header.length
    let view = ByteView(message.span)
    guard let old = (try? SMB2NegotiateRequest(view))?.dialects.map(\.rawValue) else { return [] }
    return (1..<(1 << known.count)).compactMap { mask in
      let dialects = known.indices.filter { mask >> $0 & 1 == 1 }.map { known[$0] }
      var bytes = Array(message[..<(body + 36)])
      for dialect in dialects { bytes += word(dialect) }
      while bytes.count % 8 != 0 { bytes.append(0) }
      let start = UInt32(bytes.count)
      bytes.replaceSubrange((body + 2)..<(body + 4), with: word(UInt16(dialects.count)))
      bytes.replaceSubrange((body + 28)..<(body + 32), with: word(UInt16(start)) + [0, 0])
      guard let whole = rebuilt(bytes, contexts: contexts, isResponse: false) else { return nil }
      return Self(bytes: whole, field: "Dialects", here: list(old), value: list(dialects))
    }
  }

  private static func list(_ dialects: [UInt16]) -> String { dialects.map { hexadecimal($0) }.joined(separator: " ") }

  private static func word(_ value: UInt16) -> [UInt8] { [UInt8(truncatingIfNeeded: value), UInt8(value >> 8)] }
}
