/// Bytes that come once, in order: of a file, a pipe or memory, as they are or unpacked.
protocol ByteSource: AnyObject {
  /// Reads at most as many bytes as `target` holds, which is never empty.
  ///
  /// - Returns: how many came; 0 at the end and only there.
  func read(into target: UnsafeMutableRawBufferPointer) throws(SourceFailure) -> Int
}

extension ByteSource {
  /// The same into a part of an array.
  func read(into array: inout [UInt8], _ range: Range<Int>) throws(SourceFailure) -> Int {
    // SAFETY: the slice is checked to lie within the array, and the source writes within what it is given.
    try unsafe array.withUnsafeMutableBufferPointer { bytes throws(SourceFailure) in
      try unsafe read(into: UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: bytes[range])))
    }
  }
}

/// Why no more bytes come, as part of a sentence.
struct SourceFailure: Error {
  var message: String
}

/// Bytes that can be read from any place.
protocol RandomAccessBytes: AnyObject {
  var size: Int { get }
  /// - Returns: how many bytes came; 0 at the end and behind it.
  func read(at offset: Int, into target: UnsafeMutableRawBufferPointer) throws(SourceFailure) -> Int
}

/// A place in bytes that moves on as they are read, and can be set.
final class Cursor: ByteSource {
  private let bytes: any RandomAccessBytes
  var offset = 0

  init(_ bytes: any RandomAccessBytes) { self.bytes = bytes }

  func read(into target: UnsafeMutableRawBufferPointer) throws(SourceFailure) -> Int {
    // SAFETY: `target` is the caller's, and is handed on for the call only.
    let count = try unsafe bytes.read(at: offset, into: target)
    offset += count
    return count
  }
}

/// Bytes of an array.
final class MemoryBytes: RandomAccessBytes {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// All that a source brings.
  ///
  /// - Returns: nil when that is more than the limit.
  convenience init?(_ source: any ByteSource, limit: Int) throws(SourceFailure) {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 64 * 1024)
    while case let count = try source.read(into: &piece, 0..<piece.count), count > 0 {
      guard bytes.count + count <= limit else { return nil }
      bytes += piece[..<count]
    }
    self.init(bytes)
  }

  var size: Int { bytes.count }

  func read(at offset: Int, into target: UnsafeMutableRawBufferPointer) -> Int {
    guard bytes.indices.contains(offset) else { return 0 }
    let piece = bytes[offset...].prefix(target.count)
    // SAFETY: the piece is no longer than `target`.
    unsafe target.copyBytes(from: piece)
    return piece.count
  }
}
