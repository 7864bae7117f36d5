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
      } else if one.digest != other.digest, !altered.contains(where: range.contains) {
        let doubt = doubt(range, one.frames, other.frames)
        if doubt == .damaged { unknownPackets += Int(one.packets) } else { add(range, one, other, isUnchecked: doubt == .unchecked) }
      }
    }
  }

  /// The same packets at both points: where the parts begin that both recordings have whole.
  static func moments(_ near: DigestCells, _ far: DigestCells) -> [(FrameStamp, FrameStamp)] {
    let size = max(near.size, far.size)
    return zip(near.with(size: size).cells, far.with(size: size).cells).compactMap { one, other in
      guard !one.isBroken, !other.isBroken, one.packets == other.packets, one.packets > 0, one.digest == other.digest else { return nil }
      return (one.first, other.first)
    }
  }

  private mutating func add(_ range: Range<Int>, _ one: DigestCells.Cell, _ other: DigestCells.Cell, isUnchecked: Bool) {
    if let before = differences.last, before.bytes.upperBound == range.lowerBound, before.isUnchecked == isUnchecked {
      let place = differences.count - 1
      differences[place].bytes = before.bytes.lowerBound..<range.upperBound
      differences[place].near.last = Int(one.lastFrame)
      differences[place].far.last = Int(other.lastFrame)
    } else {
      differences.append(
        Difference(bytes: range, near: (one.first, Int(one.lastFrame)), far: (other.first, Int(other.lastFrame)), isUnchecked: isUnchecked))
    }
  }
}

extension DigestCells.Cell {
  fileprivate var frames: ClosedRange<Int> { first.number...max(first.number, Int(lastFrame)) }
}
