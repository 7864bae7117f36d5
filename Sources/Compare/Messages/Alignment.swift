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
    align(ours, head..<(ours.count - tail), theirs, head..<(theirs.count - tail))
    entries += (0..<tail).map { .both(ours.count - tail + $0, theirs.count - tail + $0) }
  }

  /// The longest common subsequence; lists are short, see ``MessageKeeper/Limit``.
  private mutating func align(
    _ near: [PointMessage.Identity], _ ours: Range<Int>, _ far: [PointMessage.Identity], _ theirs: Range<Int>
  ) {
    guard !ours.isEmpty, !theirs.isEmpty else { return addGap(near, ours, far, theirs) }
    var lengths = [[Int]](repeating: [Int](repeating: 0, count: theirs.count + 1), count: ours.count + 1)
    for one in (0..<ours.count).reversed() {
      for other in (0..<theirs.count).reversed() {
        lengths[one][other] =
          near[ours.lowerBound + one] == far[theirs.lowerBound + other]
          ? lengths[one + 1][other + 1] + 1 : max(lengths[one + 1][other], lengths[one][other + 1])
      }
    }
    var (one, other) = (0, 0)
    var gap = (ours.lowerBound, theirs.lowerBound)
    while one < ours.count, other < theirs.count {
      let (place, otherPlace) = (ours.lowerBound + one, theirs.lowerBound + other)
      if near[place] == far[otherPlace] {
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

  /// Between the same two messages as many of the same command are the same ones, with another number.
  private mutating func addGap(
    _ near: [PointMessage.Identity], _ ours: Range<Int>, _ far: [PointMessage.Identity], _ theirs: Range<Int>
  ) {
    let isSwapped = ours.count == theirs.count
      && zip(ours, theirs).allSatisfy { near[$0].form == far[$1].form && near[$0].isResponse == far[$1].isResponse }
    if isSwapped {
      entries += zip(ours, theirs).map { .both($0, $1) }
    } else {
      entries += ours.map { .near($0) } + theirs.map { .far($0) }
    }
  }
}

extension Int {
  fileprivate func clamped(to range: ClosedRange<Int>) -> Int { Swift.min(Swift.max(self, range.lowerBound), range.upperBound) }
}
