/// Bytes of a frame or message under construction, field after field.
package struct ByteWriter {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  private func adding(_ more: some Sequence<UInt8>) -> Self {
    var copy = self
    copy.bytes.append(contentsOf: more)
    return copy
  }

  package func u8(_ value: UInt8) -> Self { adding([value]) }
  package func u16le(_ value: UInt16) -> Self { adding([UInt8].littleEndian(value)) }
  package func u32le(_ value: UInt32) -> Self { adding([UInt8].littleEndian(value)) }
  package func u64le(_ value: UInt64) -> Self { adding([UInt8].littleEndian(value)) }
  package func u16be(_ value: UInt16) -> Self { adding([UInt8].littleEndian(value.byteSwapped)) }
  package func u32be(_ value: UInt32) -> Self { adding([UInt8].littleEndian(value.byteSwapped)) }
  package func u64be(_ value: UInt64) -> Self { adding([UInt8].littleEndian(value.byteSwapped)) }
  package func zeros(_ count: Int) -> Self { adding(repeatElement(0, count: count)) }
  package func raw(_ more: [UInt8]) -> Self { adding(more) }
  package func ascii(_ text: String) -> Self { adding(text.utf8) }

  /// Zeros up to the next multiple of `alignment`, counted from the first byte plus `base`.
  package func align(_ alignment: Int, base: Int = 0) -> Self {
    zeros((alignment - (base + bytes.count) % alignment) % alignment)
  }
}

extension [UInt8] {
  package static func littleEndian<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    (0..<(Number.bitWidth / 8)).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
  }

  /// A copy with `number` written over the bytes at `offset`, little-endian.
  package func setting<Number: FixedWidthInteger>(_ number: Number, at offset: Int) -> [UInt8] {
    var copy = self
    copy.replaceSubrange(offset..<(offset + Number.bitWidth / 8), with: Self.littleEndian(number))
    return copy
  }

  /// A copy with `number` written over the bytes at `offset`, big-endian.
  package func settingBigEndian<Number: FixedWidthInteger>(_ number: Number, at offset: Int) -> [UInt8] {
    setting(number.byteSwapped, at: offset)
  }

  package init(utf16 text: String) { self = text.utf16.flatMap { Self.littleEndian($0) } }

  /// `0, 1, 2 …`: bytes that tell their place.
  package static func counting(_ count: Int, from start: Int = 0) -> [UInt8] {
    (start..<(start + count)).map { UInt8(truncatingIfNeeded: $0) }
  }
}
