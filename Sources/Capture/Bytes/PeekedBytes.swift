/// A source whose first bytes were looked at before they are read.
final class PeekedBytes: ByteSource {
  /// Enough for every signature in ``FileKind``.
  private static let headSize = 512

  /// The first bytes; fewer when there are no more, or ``failure`` says why.
  let head: [UInt8]
  /// Why not even these came.
  let failure: SourceFailure?
  private let source: any ByteSource
  private var readFromHead = 0

  init(_ source: any ByteSource) {
    self.source = source
    var head = [UInt8](repeating: 0, count: Self.headSize)
    var count = 0
    var failure: SourceFailure?
    do throws(SourceFailure) {
      while count < head.count {
        let step = try source.read(into: &head, count..<head.count)
        guard step > 0 else { break }
        count += step
      }
    } catch {
      failure = error
    }
    self.head = Array(head.prefix(count))
    self.failure = failure
  }

  func read(into target: UnsafeMutableRawBufferPointer) throws(SourceFailure) -> Int {
    // SAFETY: `rest` is no longer than `target`, which the source gets for the call only.
    let rest = head[readFromHead...].prefix(target.count)
    guard rest.isEmpty else {
      unsafe target.copyBytes(from: rest)
      readFromHead += rest.count
      return rest.count
    }
    if let failure { throw failure }
    return try unsafe source.read(into: target)
  }
}
