package import Packets

/// Counts of the frames of a recording.
package struct FrameCounts: Sendable, Codable {
  package var frames = 0
  package var bytes = 0
  package var truncatedFrames = 0
  package var fragments = FragmentTable.Counts()
  package var malformedFrames = 0
  /// Packets left out because their checksums are wrong; nil if checksums are not checked.
  package var wrongChecksums: Int?
  package var firstTime: Timestamp?
  package var lastTime: Timestamp?
  /// The longest part that was kept of a frame that was cut.
  package var snapshotLength = 0
  package var misorderedFrames = 0
  package var firstMisorderedFrame: Int?
  /// The largest step back in time.
  package var largestStepBack = TimeSpan.zero

  /// Frames of a link whose headers are not understood.
  package struct UnreadLink: Sendable, Codable {
    package var type: LinkType
    package var frames: Int
    package var firstFrame: Int
  }

  /// Frames that are encrypted, or in an encapsulation that is not read.
  package struct Unread: Sendable, Codable {
    package var content: UnreadContent
    package var frames: Int
    package var firstFrame: Int
  }

  private enum Limit {
    /// Link types that are counted separately; there are a few hundred.
    static let links = 64
  }

  /// Frames that may contain unknown SMB, by kind.
  package private(set) var unreadLinks: [UnreadLink] = []
  /// The same of what is in the frames.
  package private(set) var unread: [Unread] = []
  /// Unreadable frames that may contain SMB.
  package var unreadFrames: Int { unreadLinks.reduce(0) { $0 + $1.frames } + unread.reduce(0) { $0 + $1.frames } }
  /// Nearly always the same as that of the frame before.
  private var supportedLink = LinkType.ethernet

  package init() {}

  /// One call for each frame: every access to a part of the tracker is checked at run time.
  package mutating func record(_ frame: Frame, captured: Int) {
    frames += 1
    bytes += max(frame.originalLength, captured)
    if frame.linkType != supportedLink { recordLink(of: frame) }
    if captured < frame.originalLength {
      truncatedFrames += 1
      snapshotLength = max(snapshotLength, captured)
    }
    if let last = lastTime {
      if frame.time < last { recordStepBack(to: frame, from: last) } else { lastTime = frame.time }
    } else {
      firstTime = frame.time
      lastTime = frame.time
    }
  }

  private mutating func recordLink(of frame: Frame) {
    guard !frame.linkType.isSupported else { return supportedLink = frame.linkType }
    if let index = unreadLinks.firstIndex(where: { $0.type == frame.linkType }) {
      unreadLinks[index].frames += 1
    } else if unreadLinks.count < Limit.links {
      unreadLinks.append(UnreadLink(type: frame.linkType, frames: 1, firstFrame: frame.number))
    }
  }

  mutating func record(_ content: UnreadContent, in frame: Int) {
    if let index = unread.firstIndex(where: { $0.content == content }) {
      unread[index].frames += 1
    } else if unread.count < Limit.links {
      unread.append(Unread(content: content, frames: 1, firstFrame: frame))
    }
  }

  private mutating func recordStepBack(to frame: Frame, from last: Timestamp) {
    misorderedFrames += 1
    if firstMisorderedFrame == nil { firstMisorderedFrame = frame.number }
    largestStepBack = max(largestStepBack, last.since(frame.time))
  }
}
