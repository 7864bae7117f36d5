import Packets
import Protocols
import Transcripts

/// A request of the client that the server owes an answer to, and what became of the connection instead.
struct AwaitedReply {
  enum Fate {
    /// The client waited long and left.
    case givenUp(Closing)
    /// The connection is still there.
    case stillWaiting
    case closed(Peer, Closing)
    case resetByThirdParty(Attribution)
  }

  /// A client that waits this long for an answer gives up on it; before, it leaves on purpose.
  static let patience: Int64 = 10_000_000_000

  /// "In progress" counts as a sign of life.
  var lastSign: MessageStamp
  var hasInterim: Bool
  /// Nanoseconds.
  var waited: Int64
  var fate: Fate

  /// nil when nothing can be said: the answer may be missing from the capture, or the capture ends too soon.
  init?(_ request: MessageStamp, interim: MessageStamp?, from peer: Peer = .server, in transcript: Transcript) {
    guard !transcript.visibility.mayHideMessages(from: peer) else { return nil }
    lastSign = interim ?? request
    hasInterim = interim != nil
    guard let closing = transcript.ending else {
      waited = transcript.captureEnd.since(lastSign.time)
      fate = .stillWaiting
      guard waited >= Transcript.patience else { return nil }
      return
    }
    guard closing.stamp.number > request.frame else { return nil }
    waited = closing.stamp.time.since(lastSign.time)
    if let forged = transcript.forgedReset, forged.thirdParty == .likely || forged.signs.contains(where: { $0.weight == .strong }) {
      fate = .resetByThirdParty(forged)
    } else {
      let sender = transcript.peer(closing.side)
      fate = sender == .client && peer == .server && waited >= Self.patience ? .givenUp(closing) : .closed(sender, closing)
    }
  }

  /// Nobody answered in the time that people and programs allow.
  var isSilence: Bool {
    switch fate {
    case .givenUp, .stillWaiting: true
    case .closed, .resetByThirdParty: false
    }
  }

  /// ` in 60 s`, with how the waiting ended.
  func waiting(in transcript: Transcript) -> String {
    var text = " in \(milliseconds(waited))" + (hasInterim ? " after the server's STATUS_PENDING" : "")
    if case .givenUp = fate { text += "; then the client closed the connection" }
    return text + transcript.noteOnLostAnswer
  }

  func evidence(in transcript: Transcript) -> [Evidence] {
    switch fate {
    case .stillWaiting: []
    case .givenUp(let closing), .closed(_, let closing): [transcript.evidence(of: closing, after: lastSign)]
    case .resetByThirdParty(let forged):
      [transcript.evidence(of: forged.closing, after: lastSign)]
        + forged.signs.map { Evidence(forged.closing.stamp.number, nil, $0.note) }
    }
  }
}

extension Transcript {
  /// The server's later segments stand behind bytes that nobody received.
  var noteOnLostAnswer: String {
    let count = visibility.unseenServerTail
    return count == 0
      ? "" : "; the server did send \(count) bytes, as its sequence numbers show, but they were lost on the way"
  }
}
