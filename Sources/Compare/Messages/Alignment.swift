import Protocols

/// Which message at one point is which at the other: lists of places, in order.
struct Alignment {
  enum Entry: Equatable {
    case both(Int, Int)
    case near(Int)
    case far(Int)
  }

  private(set) var entries: [Entry] = []
  /// What places at the far point have added to those at the near one, as far as messages have shown it.
  private var shift: Int?
  /// TCP says that it is one connection: what lies at the same place is the same message.
  private let isOneConnection: Bool

  /// - Parameters:
  ///   - near: messages of one direction, in their order.
  ///   - far: the same at the other point.
  ///   - shift: what offsets at the far point have added to those at the near one; nil when that is not known.
  init(_ near: [PointMessage], _ far: [PointMessage], shift: Int?, isOneConnection: Bool) {
    self.shift = shift
    self.isOneConnection = isOneConnection
    let (ours, theirs) = (near.map(\.key), far.map(\.key))
    let head = zip(ours, theirs).prefix { $0 == $1 }.count
    let rest = min(ours.count, theirs.count) - head
    let tail = zip(ours.reversed(), theirs.reversed()).prefix { $0 == $1 }.count.clamped(to: 0...rest)
    for place in 0..<head { pair(place, place, near, far) }
    align(near, head..<(ours.count - tail), far, head..<(theirs.count - tail), (ours, theirs))
    for place in 0..<tail { pair(ours.count - tail + place, theirs.count - tail + place, near, far) }
  }

  private mutating func pair(_ one: Int, _ other: Int, _ near: [PointMessage], _ far: [PointMessage]) {
    entries.append(.both(one, other))
    if let ours = near[one].packet, let theirs = far[other].packet { shift = theirs.start - ours.start }
  }

  /// The longest common subsequence; lists are short, see ``KeptMessages/Limit``.
  private mutating func align(
    _ near: [PointMessage], _ ours: Range<Int>, _ far: [PointMessage], _ theirs: Range<Int>,
    _ keys: ([PointMessage.Identity], [PointMessage.Identity])
  ) {
    guard !ours.isEmpty, !theirs.isEmpty else { return addGap(near, ours, far, theirs) }
    var lengths = [[Int]](repeating: [Int](repeating: 0, count: theirs.count + 1), count: ours.count + 1)
    for one in (0..<ours.count).reversed() {
      for other in (0..<theirs.count).reversed() {
        lengths[one][other] =
          keys.0[ours.lowerBound + one] == keys.1[theirs.lowerBound + other]
          ? lengths[one + 1][other + 1] + 1 : max(lengths[one + 1][other], lengths[one][other + 1])
      }
    }
    var (one, other) = (0, 0)
    var gap = (ours.lowerBound, theirs.lowerBound)
    while one < ours.count, other < theirs.count {
      let (place, otherPlace) = (ours.lowerBound + one, theirs.lowerBound + other)
      if keys.0[place] == keys.1[otherPlace] {
        addGap(near, gap.0..<place, far, gap.1..<otherPlace)
        pair(place, otherPlace, near, far)
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

  /// Between the same two messages: as many that are the same but for their number are the same ones, and so are those at the
  /// same place of the stream, whatever a device has made of them.
  private mutating func addGap(_ near: [PointMessage], _ ours: Range<Int>, _ far: [PointMessage], _ theirs: Range<Int>) {
    if ours.count == theirs.count, zip(ours, theirs).allSatisfy({ near[$0].isRenumbered(as: far[$1]) }) {
      for (one, other) in zip(ours, theirs) { pair(one, other, near, far) }
      return
    }
    var (one, other) = (ours.lowerBound, theirs.lowerBound)
    var alone: (near: Int, far: Int) = (one, other)
    while one < ours.upperBound, other < theirs.upperBound {
      switch order(near[one], far[other]) {
      case 0?:
        addAlone(near, alone.near..<one, far, alone.far..<other)
        pair(one, other, near, far)
        (one, other) = (one + 1, other + 1)
        alone = (one, other)
      case let order? where order > 0: other += 1
      default: one += 1
      }
    }
    addAlone(near, alone.near..<ours.upperBound, far, alone.far..<theirs.upperBound)
  }

  /// Negative when the first lies before the second in the stream; 0 when it is the same message; nil when that is not known.
  private func order(_ near: PointMessage, _ far: PointMessage) -> Int? {
    guard let shift, let ours = near.packet, let theirs = far.packet else { return nil }
    let distance = ours.start + shift - theirs.start
    guard distance == 0 else { return distance }
    guard near.member == far.member else { return Int(near.member) - Int(far.member) }
    return isOneConnection || ours.size == theirs.size || near.identity == far.identity ? 0 : -1
  }

  /// What is encrypted has no number. Where a recording has no more than its size, as many of the same sizes are the same.
  private mutating func addAlone(_ near: [PointMessage], _ ours: Range<Int>, _ far: [PointMessage], _ theirs: Range<Int>) {
    let isAlike = ours.count == theirs.count
      && zip(ours, theirs).allSatisfy {
        near[$0].identity == far[$1].identity && (near[$0].packet?.digest == nil || far[$1].packet?.digest == nil)
      }
    if isAlike {
      for (one, other) in zip(ours, theirs) { pair(one, other, near, far) }
    } else {
      entries += ours.map { .near($0) } + theirs.map { .far($0) }
    }
  }
}

extension PointMessage {
  /// By what it is found at the other point: its number, or all its bytes where it has none.
  fileprivate var key: Identity {
    guard !identity.form.isNumbered, let digest = packet?.digest else { return identity }
    var key = identity
    key.number = digest
    return key
  }

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
