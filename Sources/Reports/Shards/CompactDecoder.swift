/// Reads what ``CompactEncoder`` wrote. Bytes that it did not write give an error, or values that make no sense.
struct CompactDecoder: Decoder {
  struct Damage: Error {}

  final class Source {
    private let bytes: [UInt8]
    private(set) var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    private func byte() throws -> UInt8 {
      guard position < bytes.count else { throw Damage() }
      defer { position += 1 }
      return bytes[position]
    }

    private func wide() throws -> UInt64 {
      var result: UInt64 = 0
      for shift in stride(from: UInt64(0), to: 64, by: 7) {
        let next = try byte()
        result |= UInt64(next & 0x7f) << shift
        if next < 0x80 { return result }
      }
      throw Damage()
    }

    func number<Number: FixedWidthInteger>() throws -> Number {
      let wide = try wide()
      let number = Number.isSigned ? Number(exactly: Int64(bitPattern: wide >> 1) ^ -Int64(wide & 1)) : Number(exactly: wide)
      guard let number else { throw Damage() }
      return number
    }

    func flag() throws -> Bool {
      switch try byte() {
      case 0: false
      case 1: true
      default: throw Damage()
      }
    }

    func text() throws -> String {
      let count: Int = try number()
      guard count >= 0, count <= bytes.count - position, let text = String(validating: bytes[position..<(position + count)], as: UTF8.self)
      else { throw Damage() }
      position += count
      return text
    }

    func count() throws -> Int {
      var count = 0
      for index in 0..<4 { count |= Int(try byte()) << (8 * index) }
      // No element is without a byte, but for those without fields.
      guard count <= max(bytes.count - position, 1 << 16) else { throw Damage() }
      return count
    }

    /// What comes next, without going on.
    func peek<Value>(_ read: () throws -> Value) rethrows -> Value {
      let start = position
      defer { position = start }
      return try read()
    }
  }

  let source: Source
  let userInfo: [CodingUserInfoKey: Any]
  private var depth = 0
  var codingPath: [any CodingKey] { [] }

  static func decode<Value: Decodable>(_: Value.Type, _ bytes: [UInt8], _ userInfo: [CodingUserInfoKey: Any]) throws -> Value {
    let source = Source(bytes)
    let value = try Value(from: CompactDecoder(source: source, userInfo: userInfo))
    guard source.isAtEnd else { throw Damage() }
    return value
  }

  init(source: Source, userInfo: [CodingUserInfoKey: Any]) {
    self.source = source
    self.userInfo = userInfo
  }

  /// Of a part of a value.
  fileprivate func read<Value: Decodable>(_: Value.Type) throws -> Value {
    guard depth < Limit.depth else { throw Damage() }
    var decoder = self
    decoder.depth += 1
    return try Value(from: decoder)
  }

  private enum Limit {
    /// Values inside each other; a connection has a dozen.
    static let depth = 64
  }

  func container<Key: CodingKey>(keyedBy _: Key.Type) -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(CompactReadFields<Key>(decoder: self))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer { try CompactReadList(self) }

  func singleValueContainer() -> any SingleValueDecodingContainer { CompactReadValue(decoder: self) }
}

private struct CompactReadFields<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let decoder: CompactDecoder
  private var source: CompactDecoder.Source { decoder.source }
  var codingPath: [any CodingKey] { [] }

  init(decoder: CompactDecoder) { self.decoder = decoder }

  /// Asked for enumerations: the name of the case.
  var allKeys: [Key] { [source.peek { try? source.text() }.flatMap { Key(stringValue: $0) }].compactMap(\.self) }

  func contains(_: Key) -> Bool { true }
  func decodeNil(forKey _: Key) throws -> Bool { try !source.flag() }
  func decode(_: Bool.Type, forKey _: Key) throws -> Bool { try source.flag() }
  func decode(_: String.Type, forKey _: Key) throws -> String { try source.text() }
  func decode(_: Int.Type, forKey _: Key) throws -> Int { try source.number() }
  func decode(_: Int64.Type, forKey _: Key) throws -> Int64 { try source.number() }
  func decode(_: UInt8.Type, forKey _: Key) throws -> UInt8 { try source.number() }
  func decode(_: UInt16.Type, forKey _: Key) throws -> UInt16 { try source.number() }
  func decode(_: UInt32.Type, forKey _: Key) throws -> UInt32 { try source.number() }
  func decode(_: UInt64.Type, forKey _: Key) throws -> UInt64 { try source.number() }
  func decode(_: Int8.Type, forKey _: Key) throws -> Int8 { try source.number() }
  func decode(_: Int16.Type, forKey _: Key) throws -> Int16 { try source.number() }
  func decode(_: Int32.Type, forKey _: Key) throws -> Int32 { try source.number() }
  func decode(_: UInt.Type, forKey _: Key) throws -> UInt { try source.number() }
  func decode(_: Double.Type, forKey _: Key) throws -> Double { throw CompactDecoder.Damage() }
  func decode(_: Float.Type, forKey _: Key) throws -> Float { throw CompactDecoder.Damage() }
  func decode<Value: Decodable>(_: Value.Type, forKey _: Key) throws -> Value { try decoder.read(Value.self) }

  func decodeIfPresent(_: Bool.Type, forKey _: Key) throws -> Bool? { try source.flag() ? source.flag() : nil }
  func decodeIfPresent(_: String.Type, forKey _: Key) throws -> String? { try source.flag() ? source.text() : nil }
  func decodeIfPresent(_: Int.Type, forKey _: Key) throws -> Int? { try source.flag() ? source.number() : nil }
  func decodeIfPresent(_: Int64.Type, forKey _: Key) throws -> Int64? { try source.flag() ? source.number() : nil }
  func decodeIfPresent(_: UInt8.Type, forKey _: Key) throws -> UInt8? { try source.flag() ? source.number() : nil }
  func decodeIfPresent(_: UInt16.Type, forKey _: Key) throws -> UInt16? { try source.flag() ? source.number() : nil }
  func decodeIfPresent(_: UInt32.Type, forKey _: Key) throws -> UInt32? { try source.flag() ? source.number() : nil }
  func decodeIfPresent(_: UInt64.Type, forKey _: Key) throws -> UInt64? { try source.flag() ? source.number() : nil }
  func decodeIfPresent(_: Int8.Type, forKey _: Key) throws -> Int8? { try source.flag() ? source.number() : nil }
  func decodeIfPresent(_: Int16.Type, forKey _: Key) throws -> Int16? { try source.flag() ? source.number() : nil }
  func decodeIfPresent(_: Int32.Type, forKey _: Key) throws -> Int32? { try source.flag() ? source.number() : nil }
  func decodeIfPresent(_: UInt.Type, forKey _: Key) throws -> UInt? { try source.flag() ? source.number() : nil }
  func decodeIfPresent<Value: Decodable>(_: Value.Type, forKey _: Key) throws -> Value? {
    try source.flag() ? decoder.read(Value.self) : nil
  }

  func nestedContainer<Nested: CodingKey>(keyedBy _: Nested.Type, forKey key: Key) throws -> KeyedDecodingContainer<Nested> {
    guard try source.text() == key.stringValue else { throw CompactDecoder.Damage() }
    return KeyedDecodingContainer(CompactReadFields<Nested>(decoder: decoder))
  }

  func nestedUnkeyedContainer(forKey _: Key) throws -> any UnkeyedDecodingContainer { try CompactReadList(decoder) }
  func superDecoder() -> any Decoder { decoder }
  func superDecoder(forKey _: Key) -> any Decoder { decoder }
}

private struct CompactReadList: UnkeyedDecodingContainer {
  private let decoder: CompactDecoder
  let count: Int?
  private(set) var currentIndex = 0
  var codingPath: [any CodingKey] { [] }
  var isAtEnd: Bool { currentIndex == count }

  init(_ decoder: CompactDecoder) throws {
    self.decoder = decoder
    count = try decoder.source.count()
  }

  private mutating func next() throws {
    guard !isAtEnd else { throw CompactDecoder.Damage() }
    currentIndex += 1
  }

  mutating func decodeNil() -> Bool { false }

  mutating func decode<Value: Decodable>(_: Value.Type) throws -> Value {
    try next()
    return try decoder.read(Value.self)
  }

  mutating func nestedContainer<Nested: CodingKey>(keyedBy _: Nested.Type) throws -> KeyedDecodingContainer<Nested> {
    try next()
    return decoder.container(keyedBy: Nested.self)
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try next()
    return try CompactReadList(decoder)
  }

  mutating func superDecoder() -> any Decoder { decoder }
}

private struct CompactReadValue: SingleValueDecodingContainer {
  let decoder: CompactDecoder
  private var source: CompactDecoder.Source { decoder.source }
  var codingPath: [any CodingKey] { [] }

  init(decoder: CompactDecoder) { self.decoder = decoder }

  func decodeNil() -> Bool { false }
  func decode(_: Bool.Type) throws -> Bool { try source.flag() }
  func decode(_: String.Type) throws -> String { try source.text() }
  func decode(_: Int.Type) throws -> Int { try source.number() }
  func decode(_: Int64.Type) throws -> Int64 { try source.number() }
  func decode(_: UInt8.Type) throws -> UInt8 { try source.number() }
  func decode(_: UInt16.Type) throws -> UInt16 { try source.number() }
  func decode(_: UInt32.Type) throws -> UInt32 { try source.number() }
  func decode(_: UInt64.Type) throws -> UInt64 { try source.number() }
  func decode(_: Int8.Type) throws -> Int8 { try source.number() }
  func decode(_: Int16.Type) throws -> Int16 { try source.number() }
  func decode(_: Int32.Type) throws -> Int32 { try source.number() }
  func decode(_: UInt.Type) throws -> UInt { try source.number() }
  func decode(_: Double.Type) throws -> Double { throw CompactDecoder.Damage() }
  func decode(_: Float.Type) throws -> Float { throw CompactDecoder.Damage() }
  func decode<Value: Decodable>(_: Value.Type) throws -> Value { try decoder.read(Value.self) }
}
