import Packets

/// Fragments of one IP packet after another in any order, overlapping and contradicting each other, against the same
/// model: in the whole packet the first copy of each byte stands.
///
/// Input: for each fragment offset in 8 bytes 1, length 1, more fragments 1 bit, change 7 bits.
func fuzzFragments(_ input: borrowing ByteView) {
  var table = FragmentTable()
  var model = FragmentModel()
  for index in 0..<min(input.count / 3, 2_000) {
    guard let place = try? input.u8(at: 3 * index), let length = try? Int(input.u8(at: 3 * index + 1)),
      let last = try? input.u8(at: 3 * index + 2)
    else { return }
    let isLast = last & 1 == 0
    let offset = Int(place) * 8
    let size = isLast ? length : length & ~7
    let bytes = (0..<size).map { UInt8(truncatingIfNeeded: offset + $0) ^ last >> 1 }
    let field = UInt16(place) | (isLast ? 0 : 0x2000)
    let total = UInt16(20 + size)
    let packet: [UInt8] =
      [0x45, 0, UInt8(total >> 8), UInt8(truncatingIfNeeded: total), 0, 7, UInt8(field >> 8), UInt8(truncatingIfNeeded: field)]
      + [64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2] + bytes
    // Only up to the table's limit, which is tested elsewhere.
    guard model.pieces < FragmentTable.Limit.pieces else { return }
    let whole = table.take(ByteView(packet.span), time: Timestamp(nanoseconds: Int64(index)))
    let expected = model.take(bytes, at: offset, isLast: isLast)
    guard whole.map({ Array($0.dropFirst(20)) }) == expected else {
      fatalError("model: \(String(describing: expected))\ntable: \(String(describing: whole))")
    }
  }
  _ = table.finish()
}

private struct FragmentModel {
  private var first: [Int: UInt8] = [:]
  private var length: Int?
  private(set) var pieces = 0

  mutating func take(_ bytes: [UInt8], at offset: Int, isLast: Bool) -> [UInt8]? {
    guard !bytes.isEmpty else { return nil }
    pieces += 1
    for (index, byte) in bytes.enumerated() where first[offset + index] == nil { first[offset + index] = byte }
    if isLast, length == nil { length = offset + bytes.count }
    guard let length, (0..<length).allSatisfy({ first[$0] != nil }) else { return nil }
    defer { self = FragmentModel() }
    return (0..<length).compactMap { first[$0] }
  }
}
