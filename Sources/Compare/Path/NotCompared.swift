/// What of a connection smbdx did not compare at two points, and why.
package struct NotCompared: Sendable, Equatable {
  /// Messages of which one recording has only a part.
  package var cut = 0
  /// Messages that one recording has with wrong checksums.
  package var damaged = 0
  /// Messages that TCP sent again with different bytes, in segments whose checksums were not verified.
  package var unchecked = 0
  /// Messages that only one recording has.
  package var lost = 0
  /// Messages in the middle of the connection of which one recording lacks bytes, at most.
  package var missing = 0
  /// The same where the two streams cannot be laid side by side.
  package var unplaced = 0

  package var isEmpty: Bool { self == NotCompared() }

  static func + (one: Self, other: Self) -> Self {
    Self(
      cut: one.cut + other.cut, damaged: one.damaged + other.damaged, unchecked: one.unchecked + other.unchecked, lost: one.lost + other.lost, missing: one.missing + other.missing,
      unplaced: one.unplaced + other.unplaced)
  }
}

extension NotCompared {
  /// A message that both recordings have.
  mutating func add(_ fate: Step.Fate, _ damage: Step.Damage?) {
    switch fate {
    case .sameAsFarAsCaptured: cut += 1
    case .notRecorded where damage == .unchecked: unchecked += 1
    case .notRecorded: damaged += 1
    case .same, .altered, .dropped, .made: break
    }
  }

  /// As sentences: what, and why.
  package var sentences: [String] {
    func messages(_ count: Int) -> String { "\(count) message\(count == 1 ? "" : "s")" }
    var sentences: [String] = []
    if cut > 0 { sentences.append("\(messages(cut)) of which one recording has only a part") }
    if damaged > 0 { sentences.append("\(messages(damaged)) that one recording has with a wrong checksum") }
    if unchecked > 0 {
      sentences.append("\(messages(unchecked)) that TCP sent again late in a long connection, where smbdx does not look at checksums: a copy may have been damaged")
    }
    if lost > 0 { sentences.append("\(messages(lost)) that only one recording has") }
    if missing > 0 { sentences.append("up to \(messages(missing)) in the middle of the connection, where a recording lacks bytes") }
    if unplaced > 0 {
      sentences.append(
        "\(messages(unplaced)) in the middle of the connection: a recording begins later, or a device inserts or removes bytes")
    }
    return sentences
  }
}
