import Packets

// The same, faster: tokens come in groups of 32, and most of the time there is room for any group, so that nothing has to be
// checked for each token.
extension LZ77Tokens {
  private enum Room {
    /// Tokens of a group.
    static let tokens = 32
    /// Flags, and matches whose lengths take 4 bytes.
    static let input = 4 + tokens * 10
    /// Bytes that a token writes without a check: a match of at most 9 is copied as 16.
    static let token = 16
    static let output = tokens * token
  }

  /// What a group changes, in local variables while it is read.
  private struct Place {
    var input: Int
    var output: Int
    var halfByte: UInt8?
  }

  /// Unpacks whole groups while input and output have room for any. A match that is too long for the output is left to be copied.
  mutating func unpackGroups(
    _ input: borrowing ByteView, _ offset: inout Int, _ out: inout MutableSpan<UInt8>, goal: Int
  ) throws(DecodeError) {
    guard offset + Room.input <= input.count, end + Room.output <= goal else { return }
    var place = Place(input: offset, output: end, halfByte: halfByte)
    // SAFETY: the pointers are used in this call only. Groups are read only while both have the room that a group may take.
    let failure = unsafe input.span.withUnsafeBytes { source in
      unsafe out.withUnsafeMutableBytes { target -> DecodeError? in
        guard let from = source.baseAddress, let to = target.baseAddress else { return nil }
        while copyLength == 0, place.input + Room.input <= source.count, place.output + Room.output <= goal {
          if let failure = unsafe unpackGroup(from, to, &place, goal: goal) { return failure }
        }
        return nil
      }
    }
    wanted -= place.output - end
    offset = place.input
    end = place.output
    halfByte = place.halfByte
    if var failure {
      failure.offset += input.base
      throw failure
    }
  }

  private mutating func unpackGroup(
    _ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, _ place: inout Place, goal: Int
  ) -> DecodeError? {
    // SAFETY: the caller has made sure of the room for a group. Bytes behind a token's own are written over by the next ones.
    var bits = unsafe UInt32(littleEndian: source.loadUnaligned(fromByteOffset: place.input, as: UInt32.self))
    var left = Room.tokens
    place.input += 4
    while left > 0 {
      let literals = min(bits.leadingZeroBitCount, left)
      if literals > 0 {
        var copied = 0
        while copied < literals {
          let word = unsafe source.loadUnaligned(fromByteOffset: place.input + copied, as: UInt64.self)
          unsafe target.storeBytes(of: word, toByteOffset: place.output + copied, as: UInt64.self)
          copied += 8
        }
        place.input += literals
        place.output += literals
        left -= literals
        bits = literals < 32 ? bits << UInt32(literals) : 0
        continue
      }
      let match = unsafe UInt16(littleEndian: source.loadUnaligned(fromByteOffset: place.input, as: UInt16.self))
      let distance = Int(match >> 3) + 1
      guard distance <= place.output else {
        return DecodeError(offset: place.input, reason: .unexpected(field: "match offset", value: UInt64(distance)))
      }
      place.input += 2
      left -= 1
      bits <<= 1
      var length = Int(match & 7)
      if length == 7 {
        guard let long = unsafe longLength(source, &place) else {
          return DecodeError(offset: place.input, reason: .malformed("the length of a match is too small"))
        }
        length = long
      }
      length += 3
      // The tokens behind it need their room, too.
      guard length <= Room.token || place.output.clampedSum(length) <= goal - (left + 1) * Room.token else {
        (flags, flagCount, copyLength, copyDistance) = (bits, left, length, distance)
        return nil
      }
      unsafe Self.copy(target + place.output, distance, length)
      place.output += length
    }
    return nil
  }

  /// A length of 7 and more; see ``longLength(_:_:)`` of a view.
  private func longLength(_ source: UnsafeRawPointer, _ place: inout Place) -> Int? {
    // SAFETY: the room of a group is that of its longest tokens.
    func byte() -> UInt8 {
      defer { place.input += 1 }
      return unsafe source.load(fromByteOffset: place.input, as: UInt8.self)
    }
    let half: UInt8
    if let shared = place.halfByte {
      half = shared >> 4
      place.halfByte = nil
    } else {
      let fresh = byte()
      half = fresh & 15
      place.halfByte = fresh
    }
    guard half == 15 else { return 7 + Int(half) }
    let next = byte()
    guard next == 255 else { return 7 + 15 + Int(next) }
    var length = Int(byte()) | Int(byte()) << 8
    if length == 0 { length = Int(byte()) | Int(byte()) << 8 | Int(byte()) << 16 | Int(byte()) << 24 }
    return length >= 7 + 15 ? length : nil
  }

  /// Copies from `distance` before; up to 15 bytes more may be written.
  private static func copy(_ target: UnsafeMutableRawPointer, _ distance: Int, _ length: Int) {
    // SAFETY: the caller has made sure that the source lies in what was unpacked, and that there is room for 15 bytes more.
    guard distance >= 8 else {
      for index in 0..<length {
        let byte = unsafe target.load(fromByteOffset: index - distance, as: UInt8.self)
        unsafe target.storeBytes(of: byte, toByteOffset: index, as: UInt8.self)
      }
      return
    }
    var copied = 0
    repeat {
      let word = unsafe target.loadUnaligned(fromByteOffset: copied - distance, as: UInt64.self)
      unsafe target.storeBytes(of: word, toByteOffset: copied, as: UInt64.self)
      copied += 8
    } while copied < length
  }
}
