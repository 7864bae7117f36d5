import Packets
import Transcripts

/// Segments of a recording whose checksums are wrong, so that their receivers have thrown them away.
final class SegmentDamage {
  private enum Limit {
    /// Frames that are remembered; of a recording with more, further ones are read as they are.
    static let frames = 1024
  }

  private let doubts = FrameDoubts()
  /// The frame in progress is one of them.
  private(set) var isOfCurrent = false
  /// The checksum of the frame in progress was looked at.
  private(set) var isJudged = false
  private var frames: Set<Int> = []
  private(set) var limitsReached = 0

  /// A frame whose checksum was not looked at.
  func pass() { (isOfCurrent, isJudged) = (false, false) }

  /// A frame whose checksum says this.
  func record(_ verdict: ChecksumVerdict, of packet: borrowing Packet, _ frame: FrameStamp) {
    isJudged = true
    isOfCurrent = verdict == .wrong ? doubts.trusts(packet.source.address) : false
    doubts.record(verdict, isMarked: false, sender: packet.source.address, frame: frame.number)
    guard isOfCurrent else { return }
    if frames.count < Limit.frames { frames.insert(frame.number) } else { limitsReached += 1 }
  }

  func contains(_ frame: Int) -> Bool { !frames.isEmpty && frames.contains(frame) }
}
