/// The lines of a text, one after the other, without their ends.
struct TextLines: ~Copyable {
  private enum Limit {
    /// What is kept of a line, in bytes. What is read here comes at its beginning.
    static let line = 4_096
  }

  /// Of the current line, from 1.
  private(set) var number = 0

  private var window: ByteWindow
  private var content = 0..<0
  /// The current line and its end.
  private var length = 0
  /// The rest of a long line comes first.
  private var isInLongLine = false

  init(_ window: consuming ByteWindow) { self.window = window }

  /// Why the text ended early; nil at a proper end.
  var failure: SourceFailure? { window.failure }

  func lend<Result>(_ body: (Span<UInt8>) -> Result) -> Result { window.lend(content, body) }

  /// Moves to the next line; false at the end.
  mutating func next() -> Bool {
    repeat {
      _ = window.skip(length)
      (content, length) = (0..<0, 0)
      guard find() else { return false }
    } while skipsRest()
    number += 1
    return true
  }

  /// Whether the piece was the rest of a long line.
  private mutating func skipsRest() -> Bool {
    defer { isInLongLine = !hasEnd && length > Limit.line }
    return isInLongLine
  }

  private var hasEnd = false

  /// The next piece: up to the end of the line, or what is there of a long one.
  private mutating func find() -> Bool {
    var scanned = 0
    while true {
      if let end = window.lend(scanned..<window.count, Self.lineEnd) {
        take(scanned + end, hasEnd: true)
        return true
      }
      scanned = window.count
      if scanned > Limit.line || !window.reach(scanned + 1) {
        take(scanned, hasEnd: false)
        return scanned > 0
      }
    }
  }

  private mutating func take(_ count: Int, hasEnd: Bool) {
    self.hasEnd = hasEnd
    length = count + (hasEnd ? 1 : 0)
    var end = min(count, Limit.line)
    // Terminals write CR once or twice before LF.
    while end > 0, window.lend((end - 1)..<end, { $0[0] }) == UInt8(ascii: "\r") { end -= 1 }
    content = 0..<end
  }

  private static func lineEnd(_ bytes: Span<UInt8>) -> Int? {
    for index in bytes.indices where bytes[index] == UInt8(ascii: "\n") { return index }
    return nil
  }
}
