package import Packets

/// Damaged frames among those that matter: a checksum is wrong, or the receiver flagged the frame.
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

    mutating func count(_ isRight: Bool) { if isRight { right += 1 } else { wrong += 1 } }
  }

  private struct Doubt {
    var sender: IPAddress
    var isMarked: Bool
  }

  /// A value, changed as a whole: each access to a part of an object is checked at run time, and this happens for each frame.
  private struct Hosts {
    /// A host's place in ``tallies``.
    var places: [IPAddress: Int] = [:]
    var tallies: [Tally] = []
    /// Whose frames came lately: looking for them in ``places`` takes longer than to count.
    var recent = [(address: IPAddress, place: Int)?](repeating: nil, count: Limit.recent)
    var all = Tally()

    mutating func count(_ sender: IPAddress, isRight: Bool) {
      if let place = place(of: sender) { tallies[place].count(isRight) }
      all.count(isRight)
    }

    /// nil when the table is full.
    mutating func place(of sender: IPAddress) -> Int? {
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
  }

  private var hosts = Hosts()
  /// The last frame whose checksum said something.
  private(set) var lastFrame = 0
  /// Packets that were looked at before they were read.
  private(set) var checks = 0
  private var doubts: [Int: Doubt] = [:]
  private var lastVerdict: (frame: Int, offset: Int, size: Int, verdict: ChecksumVerdict)?

  package init() {}

  package func record(_ verdict: ChecksumVerdict, isMarked: Bool, sender: IPAddress, frame: Int) {
    guard verdict != .unknown || isMarked else { return }
    lastFrame = frame
    let isRight = verdict == .right && !isMarked
    hosts.count(sender, isRight: isRight)
    if !isRight, doubts.count < Limit.frames { doubts[frame] = Doubt(sender: sender, isMarked: isMarked) }
  }

  /// To add up all bytes takes long, and what is looked at before it is read is asked for once more behind that.
  func verdict(of packet: borrowing Packet, in bytes: borrowing ByteView, frame: Int) -> ChecksumVerdict {
    if let known = lastVerdict, known.frame == frame, known.offset == packet.payloadOffset, known.size == bytes.count { return known.verdict }
    let verdict = packet.checksumVerdict(in: bytes)
    lastVerdict = (frame, packet.payloadOffset, bytes.count, verdict)
    return verdict
  }

  /// Whether a receiver throws this packet away: its checksum is wrong, and the sender's others so far are right.
  func isThrownAway(_ packet: borrowing Packet, _ bytes: borrowing ByteView, frame: Int) -> Bool {
    checks &+= 1
    return verdict(of: packet, in: bytes, frame: frame) == .wrong ? trusts(packet.source.address) : false
  }

  /// The checksums of this host are right, as far as they have been looked at.
  package func trusts(_ sender: IPAddress) -> Bool { hosts.place(of: sender).map { hosts.tallies[$0].isTrusted } ?? false }

  /// The damaged frames among some, in order.
  func damaged(_ frames: ClosedRange<Int>) -> [Int] {
    guard !doubts.isEmpty else { return [] }
    return doubts.filter { frames.contains($0.key) && isBelieved($0.value) }.map(\.key).sorted()
  }

  private func isBelieved(_ doubt: Doubt) -> Bool {
    if doubt.isMarked { return true }
    guard let place = hosts.places[doubt.sender] else { return false }
    let (host, all) = (hosts.tallies[place], hosts.all)
    // An address that nothing else bears may be the damage itself.
    return host.isTrusted || host.right == 0 && host.wrong <= 2 && all.right >= 8 * all.wrong
  }
}
