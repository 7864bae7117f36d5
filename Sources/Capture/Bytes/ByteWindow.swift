import Packets

/// A window that moves along a source. Bytes are read in large pieces and lent where they lie.
@safe struct ByteWindow: ~Copyable {
  private static let firstRead = 4 * 1024

  /// Where the window begins, in bytes from the start of the source.
  private(set) var position = 0
  /// Why the source ended early; nil at a proper end.
  private(set) var failure: SourceFailure?

  private let source: any ByteSource
  private let largestRead: Int
  private var nextRead = firstRead
  /// The window is `start..<end` of these bytes.
  // SAFETY: empty until `makeRoom` allocates; only this struct, which cannot be copied, has the pointer.
  private var storage = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)
  private var start = 0
  private var end = 0

  /// - Parameter largestRead: bytes that are read at once when many are needed.
  init(_ source: any ByteSource, largestRead: Int) {
    self.source = source
    self.largestRead = largestRead
  }

  // SAFETY: the storage was allocated here, or is empty, and no view of it outlives the struct.
  deinit { unsafe storage.deallocate() }

  /// Bytes that can be lent.
  @inline(__always) var count: Int { end - start }

  /// Makes sure that `count` bytes can be lent; false when the source ends before.
  @inline(__always)
  mutating func reach(_ count: Int) -> Bool { end - start >= count || fill(count) }

  /// Lends bytes of those that were reached, counted from where the window begins.
  @inline(__always)
  func lend<Result, Failure>(
    _ range: Range<Int>, _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    // SAFETY: the window lies within the storage, which cannot change while it is borrowed.
    let bytes = unsafe Span<UInt8>(_unsafeBytes: UnsafeRawBufferPointer(rebasing: storage[start..<end]))
    return try body(bytes.extracting(range))
  }

  /// Reads what the first `count` bytes say.
  ///
  /// - Parameter record: what they are, for a message about damage.
  @inline(__always)
  mutating func decode<Result>(
    _ record: @autoclosure () -> String, _ count: Int, _ body: (borrowing ByteView) throws(DecodeError) -> Result
  ) throws(ReadDamage) -> Result {
    guard reach(count) else { throw truncation(of: record()) }
    do throws(DecodeError) {
      return try lend(0..<count) { (bytes) throws(DecodeError) in try body(ByteView(bytes)) }
    } catch {
      throw ReadDamage(message: "the \(record()) is unreadable: \(error.reason)", byte: position)
    }
  }

  /// - Parameter start: where the record begins.
  func truncation(of record: String, at start: Int? = nil) -> ReadDamage {
    ReadDamage(
      message: failure?.message ?? "truncated: the file ends in the middle of a \(record)", byte: start ?? position)
  }

  /// Moves on; false when the source ends before.
  @inline(__always)
  mutating func skip(_ count: Int) -> Bool {
    guard count <= end - start else { return skipFar(count) }
    start += count
    position += count
    return true
  }

  /// Moves to a place of the source, in either direction. What was read already is not read again.
  ///
  /// - Parameter cursor: the source of this window.
  mutating func move(to newPosition: Int, of cursor: Cursor) {
    let distance = newPosition - position
    if distance >= 0, distance <= count {
      _ = skip(distance)
      return
    }
    cursor.offset = newPosition
    position = newPosition
    start = 0
    end = 0
    failure = nil
    nextRead = Self.firstRead
  }

  @inline(never)
  private mutating func skipFar(_ count: Int) -> Bool {
    var rest = count
    while rest > end - start {
      rest -= end - start
      position += end - start
      start = end
      guard fill(1) else { return false }
    }
    start += rest
    position += rest
    return true
  }

  @inline(never)
  private mutating func fill(_ needed: Int) -> Bool {
    guard failure == nil else { return false }
    if start > 0 {
      // SAFETY: the source range is checked, and is not longer than the storage; they may overlap.
      unsafe storage.copyMemory(from: UnsafeRawBufferPointer(rebasing: storage[start..<end]))
      end -= start
      start = 0
    }
    do throws(SourceFailure) {
      while end < needed {
        makeRoom(nextRead)
        // SAFETY: the source writes within what it is given.
        let room = unsafe UnsafeMutableRawBufferPointer(rebasing: storage[end..<(end + nextRead)])
        let count = try unsafe source.read(into: room)
        guard count > 0 else { return false }
        nextRead = min(2 * nextRead, largestRead)
        end += count
      }
    } catch {
      failure = error
      return false
    }
    return true
  }

  /// Grows as bytes come, and not as a length says that they will.
  private mutating func makeRoom(_ count: Int) {
    // SAFETY: counts alone are read here. The new storage is larger than the old one, which nothing refers to any more.
    guard unsafe storage.count < end + count else { return }
    let size = unsafe max(end + count, storage.count + storage.count / 2)
    let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
    unsafe larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: storage[..<end]))
    unsafe storage.deallocate()
    unsafe storage = larger
  }
}
