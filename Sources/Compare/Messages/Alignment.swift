import Protocols

/// Which message at one point is which at the other: lists of places, in order.
struct Alignment {
  enum Entry: Equatable {
    case both(Int, Int)
    case near(Int)
    case far(Int)
  }

  private(set) var entries: [Entry] = []

  /// - Parameters:
  ///   - near: messages of one direction, in their order.
  ///   - far: the same at the other point.
  init(_ near: [PointMessage], _ far: [PointMessage]) {
    let (ours, theirs) = (near.map(\.identity), far.map(\.identity))
    let head = zip(ours, theirs).prefix { $0 == $1 }.count
    let rest = min(ours.count, theirs.count) - head
    let tail = zip(ours.reversed(), theirs.reversed()).prefix { $0 == $1 }.count.clamped(to: 0...rest)
    entries = (0..<head).map { .both($0, $0) }
    align(near, head..<(ours.count - tail), far, head..<(theirs.count - tail))
    entries += (0..<tail).map { .both(ours.count - tail + $0, theirs.count - tail + $0) }
  }

  /// The longest common subsequence; lists are short, see ``MessageKeeper/Limit``.
  private mutating func align(
    _ near: [PointMessage], _ ours: Range<Int>, _ far: [PointMessage], _ theirs: Range<Int>
  ) {
    guard !ours.isEmpty, !theirs.isEmpty else { return addGap(near, ours, far, theirs) }
    var lengths = [[Int]](repeating: [Int](repeating: 0, count: theirs.count + 1), count: ours.count + 1)
    for one in (0..<ours.count).reversed() {
      for other in (0..<theirs.count).reversed() {
        lengths[one][other] =
          near[ours.lowerBound + one].identity == far[theirs.lowerBound + other].identity
          ? lengths[one + 1][other + 1] + 1 : max(lengths[one + 1][other], lengths[one][other + 1])
      }
    }
    var (one, other) = (0, 0)
    var gap = (ours.lowerBound, theirs.lowerBound)
    while one < ours.count, other < theirs.count {
      let (place, otherPlace) = (ours.lowerBound + one, theirs.lowerBound + other)
      if near[place].identity == far[otherPlace].identity {
        addGap(near, gap.0..<place, far, gap.1..<otherPlace)
        entries.append(.both(place, otherPlace))
        gap = (place + 1, otherPlace + 1)
        one += 1
        other += 1
      } else if lengths[one + 1][other] >= lengths[one][other + 1] {
        one += 1
      } else {
        other += 1
      }
    }
    addGap(near, gap.0..<ours.upperBound, far, gap.1..<theirs.upperBound)
  }

  /// Between the same two messages as many that are the same but for their number are the same ones.
  private mutating func addGap(_ near: [PointMessage], _ ours: Range<Int>, _ far: [PointMessage], _ theirs: Range<Int>) {
    if ours.count == theirs.count, zip(ours, theirs).allSatisfy({ near[$0].isRenumbered(as: far[$1]) }) {
      entries += zip(ours, theirs).map { .both($0, $1) }
    } else {
      entries += ours.map { .near($0) } + theirs.map { .far($0) }
    }
  }
}

extension PointMessage {
  /// MessageId and signature may differ: MS-SMB2 2.2.1.
  fileprivate func isRenumbered(as other: PointMessage) -> Bool {
    guard case .smb2 = identity.form, identity.form == other.identity.form, identity.isResponse == other.identity.isResponse,
      size == other.size, bytes.count == other.bytes.count, bytes.count >= SMB2Header.length
    else { return false }
    return bytes.indices.allSatisfy { bytes[$0] == other.bytes[$0] || (24..<32).contains($0) || (48..<64).contains($0) }
  }
}

extension Int {
  fileprivate func clamped(to range: ClosedRange<Int>) -> Int { Swift.min(Swift.max(self, range.lowerBound), range.upperBound) }
}
