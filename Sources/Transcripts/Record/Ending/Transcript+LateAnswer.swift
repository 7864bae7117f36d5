package import Packets
import Protocols

extension Transcript {
  /// An answer to a client that has left already is no answer: it was too late. What it refuses is known all the same.
  mutating func dropLateAnswer() {
    dropAnswerBehindGoodbye()
    guard let termination = ending, peer(termination.side) == .client else { return }
    func isLate(_ request: MessageStamp?, _ reply: MessageStamp?) -> Bool {
      guard let request, let reply, request.frame < termination.stamp.number, reply.frame > termination.stamp.number,
        termination.stamp.time.since(request.time) >= End.promptness
      else { return false }
      return reply.status?.isError != true || reply.status == .moreProcessingRequired
    }
    if let last = trees.indices.last {
      guard isLate(trees[last].requestStamp, trees[last].replyStamp) else { return }
      rarities.value.lateAnswer = trees[last].replyStamp?.frameStamp
      trees[last].replyStamp = nil
      trees[last].response = nil
    } else if let last = sessions.indices.last {
      guard isLate(sessions[last].requestStamp, sessions[last].replyStamp) else { return }
      rarities.value.lateAnswer = sessions[last].replyStamp?.frameStamp
      sessions[last].replyStamp = nil
      sessions[last].isAnswered = false
      sessions[last].establishedFrame = nil
    } else if isLate(negotiation?.requestStamp, negotiation?.responseStamp) {
      rarities.value.lateAnswer = negotiation?.responseStamp?.frameStamp
      negotiation?.responseStamp = nil
      negotiation?.response = nil
    }
  }

  /// A share that is connected when the client has turned away from it is no use to it either.
  private mutating func dropAnswerBehindGoodbye() {
    guard let last = trees.indices.last, let reply = trees[last].replyStamp, reply.status?.isError != true,
      let left = traffic.turnedAway, case let asked = trees[last].requestStamp, traffic.lastAsk?.number == asked.frame,
      asked.frame < left.number, left.number < reply.frame, left.time.since(asked.time) >= End.timeout
    else { return }
    rarities.value.lateAnswer = reply.frameStamp
    trees[last].replyStamp = nil
    trees[last].response = nil
  }

  /// The server answered when the client had left.
  package var lateAnswer: FrameStamp? { rarities.read { $0.lateAnswer } }
}
