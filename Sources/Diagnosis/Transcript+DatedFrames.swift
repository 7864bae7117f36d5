import Algorithms
import Packets
import Transcripts

extension Transcript {
  /// Enough for the frames that findings cite of one connection; each takes 16 bytes.
  private static let mostDatedFrames = 48

  /// Frames of this connection of which the time is known, in order: its ends, and the messages that establish something.
  var datedFrames: [FrameStamp] {
    var stamps = [firstFrame, lastFrame] + closings.map(\.stamp)
    stamps += [lastRequestConfirmed].compactMap(\.self)
    for peer in [Peer.client, .server] {
      if let again = sending(of: peer).retransmission { stamps += [again.first, again.last] }
    }
    if let smb1, smb1.requestFrame > 0 { stamps.append(FrameStamp(number: smb1.requestFrame, time: smb1.requestTime)) }
    var messages = [negotiation?.requestStamp, negotiation?.responseStamp]
    for validation in validations { messages += [validation.requestStamp, validation.responseStamp] }
    for session in sessions { messages += [session.requestStamp, session.pendingStamp, session.replyStamp] }
    for tree in trees { messages += [tree.requestStamp, tree.pendingStamp, tree.replyStamp] }
    stamps += messages.compactMap { $0.map { FrameStamp(number: $0.frame, time: $0.time) } }
    return stamps.filter { $0.number > 0 }.uniqued().prefix(Self.mostDatedFrames).sorted { $0.number < $1.number }
  }
}
