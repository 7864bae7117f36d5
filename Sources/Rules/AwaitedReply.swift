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
    if let forged = transcript.forgedReset, forged.thirdParty == .likely {
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

  /// ` within 60 s`, with how the waiting ended.
  var waiting: String {
    let interim = hasInterim ? " after the server's STATUS_PENDING" : ""
    switch fate {
    case .givenUp: return " in \(milliseconds(waited))\(interim); then the client closed the connection"
    default: return " in \(milliseconds(waited))\(interim)"
    }
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
