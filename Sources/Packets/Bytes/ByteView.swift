/// A bounded, borrowed window on the bytes of one frame or message.
///
/// Every read is checked: a short buffer is a ``DecodeError``, never a trap. Offsets count from the
/// start of this view; ``base`` remembers where the view lies in the message it was cut from, so that
/// an error names a byte of the message.
///
/// The type is `@usableFromInline` because `@inlinable` has no effect on the members of one that is merely `package`.
@usableFromInline package struct ByteView: ~Escapable {
  @usableFromInline let bytes: Span<UInt8>
  /// Where byte 0 of this view lies in the message it was cut from.
  @usableFromInline package let base: Int

  @_lifetime(copy bytes)
  @inlinable @inline(__always) package init(_ bytes: Span<UInt8>, base: Int = 0) {
    self.bytes = bytes
    self.base = base
  }

  @inlinable @inline(__always) package var count: Int { bytes.count }
  @inlinable @inline(__always) package var isEmpty: Bool { bytes.isEmpty }

  @inlinable @inline(__always) package func u8(at offset: Int) throws(DecodeError) -> UInt8 {
    try check(offset, 1)
    return bytes[offset]
  }

  @inlinable @inline(__always) package func u16le(at offset: Int) throws(DecodeError) -> UInt16 {
    try check(offset, 2)
    return UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8
  }

  @inlinable @inline(__always) package func u16be(at offset: Int) throws(DecodeError) -> UInt16 {
    try check(offset, 2)
    return UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1])
  }

  @inlinable @inline(__always) package func u32le(at offset: Int) throws(DecodeError) -> UInt32 {
    try check(offset, 4)
    return UInt32(bytes[offset]) | UInt32(bytes[offset + 1]) << 8
      | UInt32(bytes[offset + 2]) << 16 | UInt32(bytes[offset + 3]) << 24
  }

  @inlinable @inline(__always) package func u32be(at offset: Int) throws(DecodeError) -> UInt32 {
    try u32le(at: offset).byteSwapped
  }

  @inlinable @inline(__always) package func u64le(at offset: Int) throws(DecodeError) -> UInt64 {
    try check(offset, 8)
    return UInt64(try u32le(at: offset)) | UInt64(try u32le(at: offset + 4)) << 32
  }

  @inlinable @inline(__always) package func u64be(at offset: Int) throws(DecodeError) -> UInt64 {
    try u64le(at: offset).byteSwapped
  }

  /// The `count` bytes at `offset`, as a view that remembers its position.
  @_lifetime(copy self)
  @inlinable @inline(__always) package func view(at offset: Int, count: Int) throws(DecodeError) -> ByteView {
    try check(offset, count)
    return ByteView(bytes.extracting(offset..<(offset + count)), base: base + offset)
  }

  /// Everything from `offset` on.
  @_lifetime(copy self)
  @inlinable @inline(__always) package func view(from offset: Int) throws(DecodeError) -> ByteView {
    try check(offset, 0)
    return ByteView(bytes.extracting(droppingFirst: offset), base: base + offset)
  }

  /// At most the first `limit` bytes.
  @_lifetime(copy self)
  @inlinable @inline(__always) package func prefix(_ limit: Int) -> ByteView {
    ByteView(bytes.extracting(first: max(0, limit)), base: base)
  }

  /// The same bytes as a message of its own, whose offsets count from its first byte.
  @_lifetime(copy self)
  @inlinable package func rebased() -> ByteView { ByteView(bytes) }

  /// The bytes themselves, for libraries that take no view.
  package var span: Span<UInt8> {
    @_lifetime(copy self) get { bytes }
  }

  /// A copy that outlives the buffer.
  package func copy() -> [UInt8] {
    [UInt8](capacity: count) { output in
      for index in 0..<count { output.append(bytes[index]) }
    }
  }

  /// Appends these bytes to an array.
  package func append(to array: inout [UInt8]) {
    // Room for twice as much: a message may come in very many pieces.
    let needed = array.count + count
    if needed > array.capacity { array.reserveCapacity(max(needed, 2 * array.capacity)) }
    for index in 0..<count { array.append(bytes[index]) }
  }

  package func expect(_ field: String, at offset: Int, equals expected: UInt16) throws(DecodeError) {
    let value = try u16le(at: offset)
    guard value == expected else {
      throw DecodeError(offset: base + offset, reason: .unexpected(field: field, value: UInt64(value)))
    }
  }

  @inlinable @inline(__always) func check(_ offset: Int, _ needed: Int) throws(DecodeError) {
    guard offset >= 0, needed >= 0, needed <= count, offset <= count - needed else {
      throw truncation(offset, needed)
    }
  }

  /// Apart, so that a read is a comparison and a load wherever it is inlined. No arithmetic here may trap either: the
  /// offset is any number.
  @usableFromInline @inline(never) func truncation(_ offset: Int, _ needed: Int) -> DecodeError {
    let available = offset >= 0 && offset < count ? count - offset : 0
    return DecodeError(offset: base &+ offset, reason: .truncated(needed: needed, available: available))
  }
}
