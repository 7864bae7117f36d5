/// Writes values that are read back by the same version of the program: the bytes of their fields in order, without names.
/// Smaller than JSON, and less work.
///
/// Not for dictionaries, whose keys are no fields.
struct CompactEncoder: Encoder {
  final class Sink {
    var bytes: [UInt8] = []

    func put<Number: FixedWidthInteger>(number: Number) {
      // LEB128 of the number, of negative ones between the others.
      let wide = Int64(truncatingIfNeeded: number)
      var rest = Number.isSigned ? UInt64(bitPattern: wide << 1 ^ wide >> 63) : UInt64(truncatingIfNeeded: number)
      while rest >= 0x80 {
        bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
        rest >>= 7
      }
      bytes.append(UInt8(rest))
    }

    func put(flag: Bool) { bytes.append(flag ? 1 : 0) }

    func put(text: String) {
      put(number: text.utf8.count)
      bytes += text.utf8
    }

    /// Fields that are nowhere used.
    func refuse(_ value: Any) throws {
      throw EncodingError.invalidValue(value, EncodingError.Context(codingPath: [], debugDescription: "no compact form"))
    }

    func put(_ value: some Encodable) throws { try value.encode(to: CompactEncoder(sink: self)) }
  }

  let sink: Sink
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  static func encode(_ value: some Encodable) throws -> [UInt8] {
    let sink = Sink()
    try sink.put(value)
    return sink.bytes
  }

  func container<Key: CodingKey>(keyedBy _: Key.Type) -> KeyedEncodingContainer<Key> {
    KeyedEncodingContainer(CompactFields<Key>(sink: sink))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer { CompactList(sink) }

  func singleValueContainer() -> any SingleValueEncodingContainer { CompactValue(sink: sink) }
}

private struct CompactFields<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let sink: CompactEncoder.Sink
  var codingPath: [any CodingKey] { [] }

  private func put<Value: Encodable>(optional value: Value?) throws {
    sink.put(flag: value != nil)
    if let value { try sink.put(value) }
  }

  mutating func encodeNil(forKey _: Key) throws { sink.put(flag: false) }
  mutating func encode(_ value: Bool, forKey _: Key) { sink.put(flag: value) }
  mutating func encode(_ value: String, forKey _: Key) { sink.put(text: value) }
  mutating func encode(_ value: Int, forKey _: Key) { sink.put(number: value) }
  mutating func encode(_ value: Int64, forKey _: Key) { sink.put(number: value) }
  mutating func encode(_ value: UInt8, forKey _: Key) { sink.put(number: value) }
  mutating func encode(_ value: UInt16, forKey _: Key) { sink.put(number: value) }
  mutating func encode(_ value: UInt32, forKey _: Key) { sink.put(number: value) }
  mutating func encode(_ value: UInt64, forKey _: Key) { sink.put(number: value) }
  mutating func encode(_ value: Int8, forKey _: Key) { sink.put(number: value) }
  mutating func encode(_ value: Int16, forKey _: Key) { sink.put(number: value) }
  mutating func encode(_ value: Int32, forKey _: Key) { sink.put(number: value) }
  mutating func encode(_ value: UInt, forKey _: Key) { sink.put(number: value) }
  mutating func encode(_ value: Double, forKey _: Key) throws { try sink.refuse(value) }
  mutating func encode(_ value: Float, forKey _: Key) throws { try sink.refuse(value) }
  mutating func encode<Value: Encodable>(_ value: Value, forKey _: Key) throws { try sink.put(value) }

  mutating func encodeIfPresent(_ value: Bool?, forKey _: Key) throws { try put(optional: value) }
  mutating func encodeIfPresent(_ value: String?, forKey _: Key) throws { try put(optional: value) }
  mutating func encodeIfPresent(_ value: Int?, forKey _: Key) throws { try put(optional: value) }
  mutating func encodeIfPresent(_ value: Int64?, forKey _: Key) throws { try put(optional: value) }
  mutating func encodeIfPresent(_ value: UInt8?, forKey _: Key) throws { try put(optional: value) }
  mutating func encodeIfPresent(_ value: UInt16?, forKey _: Key) throws { try put(optional: value) }
  mutating func encodeIfPresent(_ value: UInt32?, forKey _: Key) throws { try put(optional: value) }
  mutating func encodeIfPresent(_ value: UInt64?, forKey _: Key) throws { try put(optional: value) }
  mutating func encodeIfPresent(_ value: Int8?, forKey _: Key) throws { try put(optional: value) }
  mutating func encodeIfPresent(_ value: Int16?, forKey _: Key) throws { try put(optional: value) }
  mutating func encodeIfPresent(_ value: Int32?, forKey _: Key) throws { try put(optional: value) }
  mutating func encodeIfPresent(_ value: UInt?, forKey _: Key) throws { try put(optional: value) }
  mutating func encodeIfPresent<Value: Encodable>(_ value: Value?, forKey _: Key) throws { try put(optional: value) }

  /// Of a case of an enumeration: its name tells which.
  mutating func nestedContainer<Nested: CodingKey>(keyedBy _: Nested.Type, forKey key: Key) -> KeyedEncodingContainer<Nested> {
    sink.put(text: key.stringValue)
    return KeyedEncodingContainer(CompactFields<Nested>(sink: sink))
  }

  mutating func nestedUnkeyedContainer(forKey _: Key) -> any UnkeyedEncodingContainer { CompactList(sink) }
  mutating func superEncoder() -> any Encoder { CompactEncoder(sink: sink) }
  mutating func superEncoder(forKey _: Key) -> any Encoder { CompactEncoder(sink: sink) }
}

/// The number of elements in four bytes, and the elements.
private struct CompactList: UnkeyedEncodingContainer {
  private let sink: CompactEncoder.Sink
  private let place: Int
  private(set) var count = 0
  var codingPath: [any CodingKey] { [] }

  init(_ sink: CompactEncoder.Sink) {
    self.sink = sink
    place = sink.bytes.count
    sink.bytes += [0, 0, 0, 0]
  }

  private mutating func countOne() {
    count += 1
    for index in 0..<4 { sink.bytes[place + index] = UInt8(truncatingIfNeeded: count >> (8 * index)) }
  }

  mutating func encodeNil() throws { try sink.refuse("nil") }

  mutating func encode<Value: Encodable>(_ value: Value) throws {
    countOne()
    try sink.put(value)
  }

  mutating func nestedContainer<Nested: CodingKey>(keyedBy _: Nested.Type) -> KeyedEncodingContainer<Nested> {
    countOne()
    return KeyedEncodingContainer(CompactFields<Nested>(sink: sink))
  }

  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    countOne()
    return CompactList(sink)
  }

  mutating func superEncoder() -> any Encoder { CompactEncoder(sink: sink) }
}

private struct CompactValue: SingleValueEncodingContainer {
  let sink: CompactEncoder.Sink
  var codingPath: [any CodingKey] { [] }

  mutating func encodeNil() { sink.put(flag: false) }
  mutating func encode(_ value: Bool) { sink.put(flag: value) }
  mutating func encode(_ value: String) { sink.put(text: value) }
  mutating func encode(_ value: Int) { sink.put(number: value) }
  mutating func encode(_ value: Int64) { sink.put(number: value) }
  mutating func encode(_ value: UInt8) { sink.put(number: value) }
  mutating func encode(_ value: UInt16) { sink.put(number: value) }
  mutating func encode(_ value: UInt32) { sink.put(number: value) }
  mutating func encode(_ value: UInt64) { sink.put(number: value) }
  mutating func encode(_ value: Int8) { sink.put(number: value) }
  mutating func encode(_ value: Int16) { sink.put(number: value) }
  mutating func encode(_ value: Int32) { sink.put(number: value) }
  mutating func encode(_ value: UInt) { sink.put(number: value) }
  mutating func encode(_ value: Double) throws { try sink.refuse(value) }
  mutating func encode(_ value: Float) throws { try sink.refuse(value) }
  mutating func encode<Value: Encodable>(_ value: Value) throws { try sink.put(value) }
}
