import Packets
import Protocols

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
      + withOtherContents(message, contexts, header.isResponse)
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

  /// The same kinds of contexts, one of which names other algorithms, or others first.
  private static func withOtherContents(_ message: [UInt8], _ contexts: [Context], _ isResponse: Bool) -> [Self] {
    contexts.indices.flatMap { place in
      contents(ofType: contexts[place].type, isResponse).compactMap { data in
        // Then it is something else, such as what is reserved.
        guard data != contexts[place].data else { return nil }
        var list = contexts
        list[place].data = data
        guard let bytes = rebuilt(message, contexts: list, isResponse: isResponse) else { return nil }
        return Self(
          bytes: bytes, field: "\(contexts[place].name) context", here: text(contexts[place]), value: text(list[place]))
      }
    }
  }

  /// MS-SMB2 2.2.3.1.2, 2.2.3.1.3, 2.2.3.1.7: a count, and so many algorithms. An answer names one, or with compression some.
  private static func contents(ofType type: UInt16, _ isResponse: Bool) -> [[UInt8]] {
    func list(_ algorithms: [UInt16], _ head: [UInt8] = []) -> [UInt8] {
      word(UInt16(algorithms.count)) + head + algorithms.flatMap(word)
    }
    let most = isResponse ? 1 : 8
    return switch type {
    case 2: orders(of: isResponse ? [0, 1, 2, 3, 4] : [1, 2, 3, 4], most: most).map { list($0) }
    case 3:
      // Padding, and flags: whether algorithms are chained.
      orders(of: [1, 2, 3, 4, 5], most: 5).flatMap { order in [0, 1].map { list(order, [0, 0, $0, 0, 0, 0]) } } + [list([0], [0, 0, 0, 0, 0, 0])]
    case 8: orders(of: [0, 1, 2], most: most).map { list($0) }
    default: []
    }
  }

  /// Each selection of at most so many, in each order.
  private static func orders(of numbers: [UInt16], most: Int) -> [[UInt16]] {
    guard most > 0 else { return [] }
    return numbers.flatMap { first in
      [[first]] + orders(of: numbers.filter { $0 != first }, most: most - 1).map { [first] + $0 }
    }
  }

  private static func text(_ context: Context) -> String {
    let view = ByteView(context.data.span)
    guard let count = try? view.u16le(at: 0) else { return "nothing" }
    let start = context.type == 3 ? 8 : 2
    let numbers = (0..<min(Int(count), 16)).compactMap { try? view.u16le(at: start + 2 * $0) }
    let isChained = context.type == 3 && (try? view.u32le(at: 4)) == 1
    let names = numbers.map { number in
      switch context.type {
      case 2: SMB2Cipher(rawValue: number).description
      case 8: SMB2NegotiateContext.signingName(number)
      default: hexadecimal(number)
      }
    }
    return names.joined(separator: ", ") + (isChained ? ", chained" : "")
  }

  /// As Windows, Samba and Linux send them.
  private static func further(_ isResponse: Bool) -> [Context] {
    let ciphers: [[UInt8]] = isResponse ? (1...4).map { [1, 0, $0, 0] } : [
      [4, 0, 2, 0, 1, 0, 4, 0, 3, 0], [2, 0, 2, 0, 1, 0], [2, 0, 1, 0, 2, 0], [4, 0, 1, 0, 2, 0, 3, 0, 4, 0],
    ]
    let signing: [[UInt8]] = isResponse ? (0...2).map { [1, 0, $0, 0] } : [
      [3, 0, 2, 0, 1, 0, 0, 0], [2, 0, 2, 0, 1, 0], [1, 0, 1, 0], [3, 0, 0, 0, 1, 0, 2, 0],
    ]
    let compression: [[UInt8]] = (isResponse ? [[1], [2], [3], [4], [5], [2, 4], [1, 4], [3, 4]] : [[2, 3, 1], [3, 2, 1], [4, 2, 3, 1], [4, 2, 3, 1, 5], [1]])
      .flatMap { (algorithms: [UInt8]) in
        [0, 1].map { [UInt8(algorithms.count), 0, 0, 0, $0, 0, 0, 0] + algorithms.flatMap { [$0, 0] } }
      }
    return ciphers.map { Context(type: 2, data: $0) } + signing.map { Context(type: 8, data: $0) }
      + compression.map { Context(type: 3, data: $0) } + [Context(type: 6, data: [1, 0, 0, 0]), Context(type: 7, data: [1, 0, 0, 0, 0, 0, 0, 0, 1, 0])]
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
