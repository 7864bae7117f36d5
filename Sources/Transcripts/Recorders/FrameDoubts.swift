package import Packets

/// Frames that matter and whose bytes are not what was sent: a checksum is wrong, or the receiver says so.
///
/// A network card that fills in checksums leaves all of one host wrong, and a device that rewrites packets those of many:
/// a wrong one counts where that host's others are right.
package final class FrameDoubts {
  private enum Limit {
    /// Hosts whose checksums are counted.
    static let hosts = 4096
    /// Damaged frames that are remembered; with more of them the whole recording is damaged.
    static let frames = 1024
    /// Hosts that are found without a search. Ten bits of a hash give the place.
    static let recent = 1024
  }

  private struct Tally {
    var right = 0
    var wrong = 0
    var isTrusted: Bool { right >= 2 * wrong && right > 0 }
  }

  private struct Doubt {
    var sender: IPAddress
    var isMarked: Bool
  }

  /// A host's place in ``tallies``.
  private var places: [IPAddress: Int] = [:]
  private var tallies: [Tally] = []
  /// Whose frames came lately: looking for them in ``places`` takes longer than to count.
  private var recent = [(address: IPAddress, place: Int)?](repeating: nil, count: Limit.recent)
  private var all = Tally()
  /// The last frame whose checksum said something.
  private(set) var lastFrame = 0
  /// Packets that were looked at before they were read.
  private(set) var checks = 0
  private var doubts: [Int: Doubt] = [:]

  package init() {}

  package func record(_ verdict: ChecksumVerdict, isMarked: Bool, sender: IPAddress, frame: Int) {
    guard verdict != .unknown || isMarked else { return }
    lastFrame = frame
    let isRight = verdict == .right && !isMarked
    if let place = place(of: sender) {
      if isRight { tallies[place].right += 1 } else { tallies[place].wrong += 1 }
    }
    if isRight { all.right += 1 } else { all.wrong += 1 }
    if !isRight, doubts.count < Limit.frames { doubts[frame] = Doubt(sender: sender, isMarked: isMarked) }
  }

  /// nil where there is no more room.
  private func place(of sender: IPAddress) -> Int? {
    let slot = Int((sender.low &* 0x9e37_79b9_7f4a_7c15) >> 54)
    if let found = recent[slot], found.address == sender { return found.place }
    let known = places[sender]
    guard known != nil || tallies.count < Limit.hosts else { return nil }
    let place = known ?? tallies.count
    if known == nil {
      places[sender] = place
      tallies.append(Tally())
    }
    recent[slot] = (sender, place)
    return place
  }

  /// Whether a receiver throws this packet away: its checksum is wrong, and the sender's others so far are right.
  func isThrownAway(_ packet: borrowing Packet, _ bytes: borrowing ByteView) -> Bool {
    checks &+= 1
    return packet.checksumVerdict(in: bytes) == .wrong ? trusts(packet.source.address) : false
  }

  /// The checksums of this host are right, as far as they have been looked at.
  package func trusts(_ sender: IPAddress) -> Bool { place(of: sender).map { tallies[$0].isTrusted } ?? false }

  /// The damaged frames among some, in order.
  func damaged(_ frames: ClosedRange<Int>) -> [Int] {
    guard !doubts.isEmpty else { return [] }
    return doubts.filter { frames.contains($0.key) && isBelieved($0.value) }.map(\.key).sorted()
  }

  private func isBelieved(_ doubt: Doubt) -> Bool {
    if doubt.isMarked { return true }
    guard let place = places[doubt.sender] else { return false }
    let host = tallies[place]
    // An address that nothing else bears may be the damage itself.
    return host.isTrusted || host.right == 0 && host.wrong <= 2 && all.right >= 8 * all.wrong
  }
}
