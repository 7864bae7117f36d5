/// The messages of a connection in little memory: a recording may have a hundred thousand connections with some forty messages
/// each. Most numbers of a message equal those of the message before it, or are a little larger; and if another recording has
/// the same connection, its messages hardly differ from these.
package struct PackedMessages: Sendable {
  let contents: [UInt8]
  /// Those of the same connection in another recording, which is not based on others itself.
  private let base: [UInt8]
  private let baseCount: UInt16
  private let length: UInt16

  var count: Int { Int(length) }

  /// - Parameters:
  ///   - opened: what comes before the lists.
  ///   - other: what the other recording has.
  init(behind opened: PackedMessages? = nil, _ lists: [StoredMessage]..., beside other: PackedMessages? = nil) {
    let other = other.flatMap { $0.base.isEmpty && $0.count > 0 ? $0 : nil }
    var row = MessageRow(beside: other?.all ?? [])
    var writer: NumberWriter
    if other == nil, let opened, opened.base.isEmpty {
      for message in opened.all { row.pass(message) }
      writer = NumberWriter(opened.contents)
    } else {
      writer = NumberWriter()
      for var message in opened?.all ?? [] { row.code(&message, &writer) }
    }
    for list in lists { for var message in list { row.code(&message, &writer) } }
    length = UInt16(clamping: lists.reduce(opened?.count ?? 0) { $0 + $1.count })
    contents = writer.trimmed
    (base, baseCount) = row.isBeside ? (other?.contents ?? [], other?.length ?? 0) : ([], 0)
  }

  var all: [StoredMessage] { all(beside: nil) }

  /// - Parameter other: what may be those of the other recording, with all of them.
  func all(beside other: (packed: PackedMessages, all: [StoredMessage])?) -> [StoredMessage] {
    guard baseCount > 0 else { return Self.messages(in: contents, count: length, beside: []) }
    let isKnown = other.map { $0.packed.baseCount == 0 && $0.packed.length == baseCount && $0.packed.contents == base } ?? false
    let others = isKnown ? other?.all ?? [] : Self.messages(in: base, count: baseCount, beside: [])
    return Self.messages(in: contents, count: length, beside: others)
  }

  private static func messages(in contents: [UInt8], count: UInt16, beside others: [StoredMessage]) -> [StoredMessage] {
    var reader = NumberReader(bytes: contents)
    var row = MessageRow(beside: others)
    return (0..<count).map { _ in
      var message = StoredMessage.none
      row.code(&message, &reader)
      return message
    }
  }
}

/// Codes messages in a row.
private struct MessageRow {
  private enum Limit {
    /// How far ahead the same message is looked for in the other recording: one of the two may lack some.
    static let search = 8
  }

  private let others: [StoredMessage]
  /// Behind the last one that was the same.
  private var place = 0
  private(set) var isBeside = false
  private var around = StoredMessage.Around()

  /// - Parameter others: those of the other recording.
  init(beside others: [StoredMessage]) { self.others = others }

  /// It is written already.
  mutating func pass(_ message: StoredMessage) { around.add(message) }

  mutating func code<Coder: NumberCoder>(_ message: inout StoredMessage, _ coder: inout Coder) {
    var shape = StoredMessage.Shape()
    var found: Int?
    // Only who writes has to search: a reader finds the result in the bytes.
    if !Coder.reads {
      let last = min(others.count, place + Limit.search)
      found = (place..<last).first { others[$0].isSame(as: message) }
      shape = found == nil ? StoredMessage.Shape(message, after: around) : StoredMessage.Shape(messageBeside: message)
      if let found, found > place { shape.insert(.skips) }
    }
    coder.code(byte: &shape.rawValue)
    var same = place
    if shape.contains(.skips) {
      var skipped = UInt8((found ?? place) - place)
      coder.code(byte: &skipped)
      same += Int(skipped)
    }
    if shape.contains(.isBeside), same < others.count {
      message.code(&coder, shape, after: around, like: others[same], behind: same > 0 ? others[same - 1] : .none)
      place = same + 1
      isBeside = true
    } else {
      message.code(&coder, shape, after: around)
    }
    around.add(message)
  }
}
