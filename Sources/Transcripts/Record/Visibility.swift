package import Packets

/// The parts of a connection that the capture does not show.
package struct Visibility: Sendable {
  /// Neither SYN nor SYN-ACK: the connection was there before the capture.
  package var startsMidstream = false
  /// Bytes that the capture lacks, by sender.
  package var missingFromClient = 0
  package var missingFromServer = 0
  /// Bytes that the server sent last, by its own sequence numbers, and that neither the capture nor the client has.
  package var unseenServerTail = 0
  /// Bytes that each side sent while the capture ran, as far as sequence numbers tell, before the first that could be read:
  /// of a connection that was there before it.
  package var unseenClientHead = 0
  package var unseenServerHead = 0
  /// The client took its next step without an answer to the one before: it has had one.
  package var lacksAnswers = false
  /// The side of which the capture has no segment at all.
  package var unseenPeer: Peer?
  /// The first few gaps in bytes that were needed.
  package var lost: [LostBytes] = []
  package var lostNotKept = 0
  /// Compressed messages that could not be read, by sender: nothing of them is known.
  package var unreadableFromClient = 0
  package var unreadableFromServer = 0
  /// Messages that each side began and the capture never shows to their end: the frames that brought the beginnings.
  @OptionalFrame package var unfinishedFromClient: Int?
  @OptionalFrame package var unfinishedFromServer: Int?
  /// The last IOCTL request of which only the beginning was captured: it may ask for a DFS referral.
  @OptionalFrame package var cutIoctlFrame: Int?
  /// Some of them because the snapshot length cut a frame.
  package var isCut = false
  /// Either side sent at least one byte.
  package var hasPayload = false
  /// Segments whose bytes contradict an earlier copy.
  package var conflictingSegments = 0
  /// Limits on held bytes or open requests that were reached.
  package var limitsReached = 0
}

/// Bytes of a message that the capture lacks.
package struct LostBytes: Sendable, Codable {
  package var sender: Peer
  /// The frame behind the gap.
  package var frame: Int
  package var time = Timestamp(nanoseconds: 0)
  package var count: Int
  /// They belong to one message, whose kind and status are known nevertheless.
  package var isEndOfMessage = false
}
