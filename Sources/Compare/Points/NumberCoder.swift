/// Writes numbers or reads them back. A type describes its fields once, for both directions.
protocol NumberCoder {
  /// Numbers are read back.
  static var reads: Bool { get }
  /// A number that is hardly larger or smaller than another one.
  mutating func code<Number: FixedWidthInteger>(_ number: inout Number, _ before: Number)
  /// One that may be any, of so many bytes.
  mutating func code(_ number: inout UInt64, bytes: Int)
  mutating func code(byte: inout UInt8)
}

struct NumberWriter: NumberCoder {
  static var reads: Bool { false }
  private(set) var bytes: [UInt8]

  init(_ bytes: [UInt8] = []) { self.bytes = bytes }

  /// In no more room than they take.
  var trimmed: [UInt8] {
    var trimmed: [UInt8] = []
    trimmed.reserveCapacity(bytes.count)
    trimmed += bytes
    return trimmed
  }

  mutating func code<Number: FixedWidthInteger>(_ number: inout Number, _ before: Number) {
    let difference = Int64(truncatingIfNeeded: number) &- Int64(truncatingIfNeeded: before)
    // Small numbers of either sign are small.
    var rest = UInt64(bitPattern: difference << 1 ^ difference >> 63)
    while rest > 0x7f {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  mutating func code(_ number: inout UInt64, bytes count: Int) {
    for place in 0..<count { bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * place))) }
  }

  mutating func code(byte: inout UInt8) { bytes.append(byte) }
}

struct NumberReader: NumberCoder {
  static var reads: Bool { true }
  private let bytes: [UInt8]
  private var place = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func next() -> UInt64 {
    guard place < bytes.count else { return 0 }
    defer { place += 1 }
    return UInt64(bytes[place])
  }

  mutating func code<Number: FixedWidthInteger>(_ number: inout Number, _ before: Number) {
    var (rest, shift, byte): (UInt64, UInt64, UInt64) = (0, 0, 0)
    repeat {
      byte = next()
      rest |= (byte & 0x7f) << shift
      shift += 7
    } while byte > 0x7f
    let difference = Int64(bitPattern: rest >> 1) ^ -Int64(bitPattern: rest & 1)
    number = Number(truncatingIfNeeded: Int64(truncatingIfNeeded: before) &+ difference)
  }

  mutating func code(_ number: inout UInt64, bytes count: Int) {
    number = 0
    guard place + count <= bytes.count else { return }
    for offset in 0..<count { number |= UInt64(bytes[place + offset]) << UInt64(8 * offset) }
    place += count
  }

  mutating func code(byte: inout UInt8) { byte = UInt8(truncatingIfNeeded: next()) }
}
