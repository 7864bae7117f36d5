import Packets
import Rules
import Transcripts

/// Something was sent more than once, and what arrived first is not what was sent first.
struct LaterCopy {
  /// The copy that arrived, at its sender's point; nil where only that it is another one is known.
  var frame: FrameStamp?
  var confidence: Confidence
}

extension Crossing {
  /// - Returns: the copy of a message that arrived, where those before it were lost; nil where it was sent once, all copies
  ///   arrived, or the clocks do not tell which one did.
  func laterCopy(of sent: PointMessage, _ arrived: PointMessage) -> LaterCopy? {
    let copies = self.sent.oddities.repeats.copies(of: sent)
    let further = received.oddities.repeats.copies(of: arrived).count
    guard path != .ended, copies.count > further else { return nil }
    // A copy that was sent after the arrival cannot be the one that arrived, and behind it come those that arrived later.
    let earlier = copies.dropLast(further).last { $0.time.since(toSender(arrived.stamp.time)) <= clockError + .milliseconds(1) }
    guard let earlier, toSender(arrived.stamp.time).since(earlier.time) <= timeout else { return nil }
    return LaterCopy(frame: earlier, confidence: recorderLoses.receiving ? .likely : .proven)
  }

  /// Copies of a SYN or SYN-ACK differ in what their sender's TCP counts in them.
  func laterCopy(of kind: Step.Kind) -> LaterCopy? {
    let (sent, arrived) = kind == .syn ? (sending.syn, receiving.syn) : (sending.synAck, receiving.synAck)
    guard path == .transparent, let sent, let arrived, sent.isOtherCopy(than: arrived) else { return nil }
    return LaterCopy(frame: nil, confidence: recorderLoses.receiving ? .likely : .proven)
  }
}

extension OpeningSegment {
  /// Both are of one connection, and TCP's clock (RFC 7323 3), or without it the number of the packet, went on between them.
  func isOtherCopy(than other: OpeningSegment) -> Bool {
    switch (PathNote.Options(options).timestamp, PathNote.Options(other.options).timestamp) {
    case (let ours?, let theirs?): return ours != theirs
    default:
      guard let ours = identification, let theirs = other.identification, ours != 0, theirs != 0 else { return false }
      return ours != theirs
    }
  }
}

extension Step {
  /// What arrived is this copy.
  ///
  /// - Parameter isSerious: with the copies before it, it took too long.
  mutating func take(_ copy: LaterCopy, isSerious: Bool, by context: PathContext) {
    guard let transit else { return }
    let first = sender == .client ? near : far
    let delay = copy.frame.flatMap { later in first.map { later.time.since($0.time) } } ?? transit
    if isSerious { loss = Loss(first: copy.frame == nil ? nil : first, delay: delay, confidence: copy.confidence) }
    isDelayed = false
    guard let later = copy.frame else { return }
    if sender == .client { near = later } else { far = later }
    if let near, let far { self.transit = context.transit(sender, near.time, far.time) }
  }
}
