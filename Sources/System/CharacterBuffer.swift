/// Room for a text that C writes.
package typealias CharacterBuffer = [CChar]

extension CharacterBuffer {
  /// Filled with zeros, so that what C writes ends with one.
  package init(size: Int) { self.init(repeating: 0, count: size) }

  /// What is in it up to the first zero byte.
  package var text: String { String(decoding: prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) }
}
