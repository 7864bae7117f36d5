import Packets

/// Messages between the first and the last ones, of which nothing is kept but what they add up to.
struct BulkComparison {
  /// A part of the stream that is not the same at both points.
  struct Difference {
    /// At the near point.
    var bytes: Range<Int>
    var near: (first: FrameStamp, last: Int)
    var far: (first: FrameStamp, last: Int)
    /// Nobody looked at the checksums of its segments.
    var isUnchecked: Bool
  }

  /// Why a part may not be the same by accident.
  enum Doubt {
    /// Segments were read as they came damaged, or may have been.
    case damaged
    /// Nobody looked at their checksums.
    case unchecked
  }

  private(set) var differences: [Difference] = []
  /// Packets in parts that one recording does not have whole.
  private(set) var unknownPackets = 0

  /// - Parameters:
  ///   - altered: where packets begin that are known to be altered.
  ///   - doubt: about some bytes that are not the same, in these frames at the two points.
  init(
    _ near: DigestCells, _ far: DigestCells, altered: Set<Int>,
    doubt: (_ bytes: Range<Int>, _ near: ClosedRange<Int>, _ far: ClosedRange<Int>) -> Doubt? = { _, _, _ in nil }
  ) {
    let size = max(near.size, far.size)
    let (ours, theirs) = (near.with(size: size), far.with(size: size))
    for place in 0..<max(ours.cells.count, theirs.cells.count) {
      let one = place < ours.cells.count ? ours.cells[place] : DigestCells.Cell()
      let other = place < theirs.cells.count ? theirs.cells[place] : DigestCells.Cell()
      let range = (place * size)..<((place + 1) * size)
      if one.isBroken || other.isBroken || one.packets != other.packets || one.bytes != other.bytes {
        unknownPackets += Int(max(one.packets, other.packets))
      } else if one.digest != other.digest, let first = one.first, let farFirst = other.first, !altered.contains(where: range.contains) {
        let (near, far) = ((first, Int(one.lastFrame)), (farFirst, Int(other.lastFrame)))
        let doubt = doubt(range, Self.frames(near), Self.frames(far))
        if doubt == .damaged { unknownPackets += Int(one.packets) } else { add(Difference(bytes: range, near: near, far: far, isUnchecked: doubt == .unchecked)) }
      }
    }
  }

  /// The same packets at both points: where the parts begin that both recordings have whole.
  static func moments(_ near: DigestCells, _ far: DigestCells) -> [(FrameStamp, FrameStamp)] {
    let size = max(near.size, far.size)
    return zip(near.with(size: size).cells, far.with(size: size).cells).compactMap { one, other in
      guard !one.isBroken, !other.isBroken, one.packets == other.packets, one.digest == other.digest, let near = one.first, let far = other.first
      else { return nil }
      return (near, far)
    }
  }

  private mutating func add(_ one: Difference) {
    if let before = differences.last, before.bytes.upperBound == one.bytes.lowerBound, before.isUnchecked == one.isUnchecked {
      let place = differences.count - 1
      differences[place].bytes = before.bytes.lowerBound..<one.bytes.upperBound
      differences[place].near.last = one.near.last
      differences[place].far.last = one.far.last
    } else {
      differences.append(one)
    }
  }

  private static func frames(_ part: (first: FrameStamp, last: Int)) -> ClosedRange<Int> {
    part.first.number...max(part.first.number, part.last)
  }
}
