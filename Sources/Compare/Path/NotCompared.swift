/// What of a connection smbdx did not compare at two points, and why.
package struct NotCompared: Sendable, Equatable {
  /// Messages of which one recording has only a part.
  package var cut = 0
  /// Messages that only one recording has.
  package var lost = 0
  /// Messages in the middle of the connection of which one recording lacks bytes, at most.
  package var missing = 0
  /// The same where the two streams cannot be laid side by side.
  package var unplaced = 0

  package var isEmpty: Bool { self == NotCompared() }

  static func + (one: Self, other: Self) -> Self {
    Self(
      cut: one.cut + other.cut, lost: one.lost + other.lost, missing: one.missing + other.missing,
      unplaced: one.unplaced + other.unplaced)
  }
}

extension NotCompared {
  /// As sentences: what, and why.
  package var sentences: [String] {
    func messages(_ count: Int) -> String { "\(count) message\(count == 1 ? "" : "s")" }
    var sentences: [String] = []
    if cut > 0 { sentences.append("\(messages(cut)) of which one recording has only a part") }
    if lost > 0 { sentences.append("\(messages(lost)) that only one recording has") }
    if missing > 0 { sentences.append("up to \(messages(missing)) in the middle of the connection, where a recording lacks bytes") }
    if unplaced > 0 {
      sentences.append(
        "\(messages(unplaced)) in the middle of the connection: a recording begins later, or a device inserts or removes bytes")
    }
    return sentences
  }
}
