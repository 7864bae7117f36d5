import Packets
import Protocols
import TestSupport
import Transcripts

/// Follows frames the whole way and collects what came of them.
final class Recorded: MessageObserver {
  private(set) var transcripts: [Transcript] = []
  private(set) var messages: [ObservedMessage] = []
  private(set) var counts: FrameCounts?
  private(set) var connectionCount = 0
  private(set) var lookups = Lookups()

  init(_ frames: [TestFrame], linkType: LinkType = .ethernet) {
    var tracker = Tracker(messages: self) { [weak self] in self?.transcripts.append($0) }
    for (index, frame) in frames.enumerated() {
      tracker.accept(
        Frame(
          number: index + 1, time: frame.time, originalLength: frame.originalLength ?? frame.bytes.count,
          linkType: linkType),
        ByteView(frame.bytes.span))
    }
    lookups = tracker.finish()
    counts = tracker.counts
    connectionCount = tracker.connectionCount
  }

  convenience init(_ conversation: Conversation) { self.init(conversation.frames) }

  func observe(_ message: ObservedMessage) { messages.append(message) }

  /// MessageId and last frame of each SMB2 message, in the order they were observed.
  var smb2: [[Int]] {
    messages.compactMap {
      if case .smb2(let header, _) = $0.content { [Int(truncatingIfNeeded: header.messageID), $0.origin.lastFrame] } else { nil }
    }
  }
}

extension Transcript {
  /// The outcomes of all stages, in order.
  var outcomes: [StageOutcome] { Stage.allCases.map { outcome(of: $0) } }
}
