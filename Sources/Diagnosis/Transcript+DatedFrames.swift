import Algorithms
import Packets
import Transcripts

extension Transcript {
  /// Enough for the frames that findings cite of one connection; each takes 16 bytes.
  private static let mostDatedFrames = 48

  /// Frames of this connection of which the time is known, in order: its ends, and the messages that establish something.
  var datedFrames: [FrameStamp] {
    frameStamps.filter { $0.number > 0 }.uniqued().prefix(Self.mostDatedFrames).sorted { $0.number < $1.number }
  }

  /// All of which the time is known, those that matter most first; some several times.
  var frameStamps: [FrameStamp] {
    var stamps = [firstFrame, lastFrame] + terminations.map(\.stamp)
    stamps += [lastRequestConfirmed].compactMap(\.self)
    for peer in [Peer.client, .server] {
      if let again = sending(of: peer).retransmission { stamps += [again.first, again.last] }
    }
    if let asked = smb1?.requestStamp { stamps.append(asked) }
    var messages = [negotiation?.requestStamp, negotiation?.responseStamp]
    for validation in validations { messages += [validation.requestStamp, validation.responseStamp] }
    stamps += messages.compactMap { $0?.frameStamp }
    stamps += sessions.flatMap(\.frameStamps) + trees.flatMap(\.frameStamps)
    return stamps + rareStamps
  }

  /// What few findings cite.
  private var rareStamps: [FrameStamp] {
    var stamps = [
      handshake.syn, handshake.synAck, handshake.lastTry, handshake.challenge, traffic.firstTreeUse, traffic.awaited, traffic.lastAsk, traffic.turnedAway,
      traffic.lastResponse,
    ].compactMap(\.self)
    stamps += [Peer.client, .server].compactMap { trace(of: $0).zeroWindow?.since }
    stamps += notices.map(\.stamp) + [abandoned, compressedUnasked, negotiatedBefore?.frameStamp].compactMap(\.self)
    stamps += referrals.flatMap { [$0.requestStamp.frameStamp, $0.replyStamp?.frameStamp].compactMap(\.self) }
    stamps += (expiredSessions + deletedSessions).map { FrameStamp(number: $0.frame, time: $0.time) }
    return stamps
  }
}

extension Session {
  var frameStamps: [FrameStamp] {
    var stamps = [requestStamp, pendingStamp, replyStamp].compactMap { $0?.frameStamp }
    if let kerberosError { stamps.append(FrameStamp(number: kerberosError.frame, time: kerberosError.time)) }
    stamps += reauthentications.flatMap { [$0.requestStamp.frameStamp, $0.replyStamp?.frameStamp].compactMap(\.self) }
    return stamps
  }
}

extension Tree {
  var frameStamps: [FrameStamp] { [requestStamp, pendingStamp, replyStamp].compactMap { $0?.frameStamp } }
}
