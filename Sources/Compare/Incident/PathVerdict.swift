package import Rules

/// What the comparison of two capture points says about connections that are alike in it.
package struct PathVerdict: Sendable {
  package enum Kind: String, Sendable {
    case altered, dropped, made, reset, delayed, unseen
    /// The path does no harm.
    case untouched
    /// As far as the recordings show, the path does no harm.
    case partly
    /// The recordings do not show enough.
    case unclear
    /// What one of the hosts did, where the path has no part in it.
    case host
  }

  package var kind: Kind
  package var confidence: Confidence
  /// A sentence without frames: the same for connections that fared alike.
  package var deed: String
  /// What shows it.
  package var why: String?
  /// The frames of the first connection that shows it, by the place of their point.
  package var frames: [Place]
  /// Places of the pairs that show it.
  package var pairs: [Int]
  /// Something on the path did what it must not do.
  package var matters: Bool
  /// It is about the connections that other verdicts are not about.
  package var isOfOthers = false
  package var notCompared = NotCompared()

  package struct Place: Sendable, Equatable {
    package var point: Int
    package var frame: Int

    package init(point: Int, frame: Int) { (self.point, self.frame) = (point, frame) }
  }
}
