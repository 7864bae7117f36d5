import Packets
import Rules
import Transcripts

/// What one direction of a connection looks like at the point of its sender and at that of its receiver.
struct Crossing {
  let sender: Peer
  let sending: PointConnection
  let receiving: PointConnection
  let path: PathKind
  let sendingSpan: ClosedRange<Timestamp>
  let receivingSpan: ClosedRange<Timestamp>
  /// A moment of the sender's clock, converted to the receiver's clock.
  let toReceiver: (Timestamp) -> Timestamp
  let toSender: (Timestamp) -> Timestamp
  /// How wrong the clocks may be, and how long packets take.
  let timeout: TimeSpan
  let clockError: TimeSpan
  let names: (sending: String, receiving: String)
  /// Packets are missing in the recording of either point that were there.
  let recorderLoses: (sending: Bool, receiving: Bool)

  var sent: PointConnection.Stream { sending.stream(of: sender) }
  var received: PointConnection.Stream { receiving.stream(of: sender) }

  /// A place in the sender's stream at the sender's point, counted as at the receiver's point.
  private func receiverOffset(_ offset: Int) -> Int { offset + shift }
  private func senderOffset(_ offset: Int) -> Int { offset - shift }
  var shift: Int { path == .transparent ? Int(Int32(bitPattern: sent.base &- received.base)) : 0 }
  private var isTransparent: Bool { path != .ended }

  /// Where a message was read from damaged segments: whether the recording of its sender has it so, and what became of it at
  /// its receiver.
  func damage(_ message: PointMessage, _ arrived: PointMessage) -> (sent: Bool, received: Step.Damage?) {
    let isSentDamaged = sent.oddities.isOfDamage(message.frames)
    guard received.oddities.isOfDamage(arrived.frames) else {
      return (isSentDamaged, sending.isUnchecked(message.frames) || receiving.isUnchecked(arrived.frames) ? .unchecked : nil)
    }
    return (isSentDamaged, received.confirmed >= arrived.reach ? .confirmed : .discarded)
  }

  /// The other point has everything around a message, and no room for it.
  static func cutOut(_ name: String) -> String {
    "in \(name) the stream continues without its bytes, and nothing is missing there: a device corrects the sequence numbers"
  }

  /// The fate of a message that only the sender's point has.
  ///
  /// - Parameters:
  ///   - isAnswered: the receiver's point has the answer to it.
  ///   - isCutOut: the receiver's point has what comes before and behind it, side by side.
  func fate(ofSent message: FrameStamp, reach: Int, isAnswered: Bool, isCutOut: Bool) -> Step.Fate {
    // Nothing else tells of the clocks, so times say nothing.
    if !isTransparent, receiving.isAttempt, let syn = receiving.handshake.syn {
      let why = "in \(names.receiving) \(receiving.fateOfAttempt) (frame \(syn.number))"
      return .dropped(.likely, why: "the device that terminates TCP between the two points gets no connection to the \(sender.other.rawValue): \(why)")
    }
    if let why = absence(message.time, receivingSpan, toReceiver, names.receiving, own: sendingSpan) { return .notRecorded(why: why) }
    // Without the receiver's data it is unknown what it received.
    if let peer = [sender.other, sender].first(where: { !receiving.hasSeen($0) }) {
      return .notRecorded(why: "\(names.receiving) has nothing that the \(peer.rawValue) sent")
    }
    if isAnswered {
      return .notRecorded(why: "the \(sender.other.rawValue) answered it, so the recorder there lost it")
    }
    if isTransparent, received.confirmed >= receiverOffset(reach) {
      return .notRecorded(
        why: "the \(sender.other.rawValue) acknowledged its bytes: the recorder there may have lost it, or cut it")
    }
    if !isTransparent {
      if received.missing > 0 || receiving.isCut, !isCutOut {
        return .notRecorded(why: "bytes are missing in \(names.receiving): the recorder there may have lost it")
      }
      return .dropped(.likely, why: "the device that terminates TCP between the two points did not forward it")
    }
    if receiving.isCut, received.end >= receiverOffset(reach) {
      return .notRecorded(why: "\(names.receiving) has its packets, but only their beginnings")
    }
    if !recorderLoses.receiving, isTransparent, isForestalled(reach) {
      return .dropped(.likely, why: "in its place a reset arrives that the \(sender.rawValue) did not send")
    }
    // The other recording has to show that it never came.
    guard isRefuted(behind: message.time) else {
      return .notRecorded(why: "nothing shows whether it arrived: the recorder there may have lost it")
    }
    if sent.confirmed >= reach {
      return .dropped(.likely, why: "its bytes were acknowledged, but not by the \(sender.other.rawValue): a device received them and did not forward them")
    }
    let mayComeLater = receivingSpan.upperBound.since(toReceiver(message.time)) < .seconds(1)
    return .dropped(
      mayComeLater ? .likely : .proven,
      why: mayComeLater
        ? "\(names.receiving) ends soon after it"
        : "the \(sender.other.rawValue) never acknowledged its bytes")
  }

  /// The fate of a message that only the receiver's point has.
  func fate(ofReceived message: FrameStamp, reach: Int) -> Step.Fate {
    if let why = absence(message.time, sendingSpan, toSender, names.sending, own: receivingSpan) { return .notRecorded(why: why) }
    guard sending.hasSeen(sender) else { return .notRecorded(why: "\(names.sending) has nothing that the \(sender.rawValue) sent") }
    if isTransparent {
      let end = senderOffset(reach)
      if sent.end >= end || sent.confirmed >= end {
        return .notRecorded(why: "the \(sender.rawValue)'s sequence numbers show that it sent these bytes: the recorder there may have lost them, or cut them")
      }
      if sending.isCut, sent.end >= end { return .notRecorded(why: "\(names.sending) has its packets, but only their beginnings") }
      guard isDenied(behind: message.time) else {
        return .notRecorded(why: "nothing shows whether the \(sender.rawValue) sent it: the recorder there may have lost it")
      }
      return .made(.proven, why: "the \(sender.rawValue) never sent these bytes, and continues without them")
    }
    if sent.missing > 0 || sending.isCut { return .notRecorded(why: "bytes are missing in \(names.sending): the recorder there may have lost it") }
    return .made(.likely, why: "the device that terminates TCP between the two points sent it by itself")
  }

  /// At the receiver's point the receiver goes on without having got it, or the sender tries again and again.
  private func isRefuted(behind time: Timestamp) -> Bool {
    if let last = receiving.stream(of: sender.other).lastTime, last.since(toReceiver(time)) > timeout { return true }
    return sent.retransmission.map { $0.copies >= 2 && $0.last.time >= time } ?? false
  }

  /// A reset that the sender did not send ends its stream for the receiver before this.
  private func isForestalled(_ reach: Int) -> Bool {
    received.end < receiverOffset(reach) && receiving.terminations.contains { reset in
      guard reset.kind == .rst, receiving.peer(reset.side) == sender, !reset.isIgnored, reset.position < receiverOffset(reach) else { return false }
      return !sending.terminations.contains { sending.peer($0.side) == sender && isSame($0, reset, shift: 0) }
    }
  }

  /// At the sender's point either goes on, and the sender has not sent it.
  private func isDenied(behind time: Timestamp) -> Bool {
    [Peer.client, .server].contains { peer in
      sending.stream(of: peer).lastTime.map { $0.since(toSender(time)) > timeout } ?? false
    }
  }

  private enum Limit {
    /// A recording with nothing more in it for longer than this was stopped.
    static let silence = TimeSpan.seconds(10)
    /// What one recording shows for so long behind something is not the end of both.
    static let proof = TimeSpan.seconds(1)
  }

  /// The other recording was not running at that time.
  ///
  /// - Parameters:
  ///   - translate: to the clock of the other point.
  ///   - span: of the other recording.
  ///   - own: of the one that has it.
  ///   - isEnd: nothing is expected behind it.
  func absence(
    _ time: Timestamp, _ span: ClosedRange<Timestamp>, _ translate: (Timestamp) -> Timestamp, _ name: String,
    own: ClosedRange<Timestamp>, isEnd: Bool = false
  ) -> String? {
    let there = translate(time)
    if there + timeout < span.lowerBound { return "\(name) begins later" }
    let gap = there.since(span.upperBound)
    guard gap > .zero else { return nil }
    let goesOn = isEnd || own.upperBound.since(time) > Limit.proof
    return gap < (isEnd ? Limit.proof : Limit.silence) && goesOn ? nil : "\(name) ends before"
  }

  // MARK: FIN and RST

  /// The fate of a FIN or RST that only the sender's point has.
  func fate(ofSent termination: PointClosing) -> Step.Fate {
    if let why = absence(termination.stamp.time, receivingSpan, toReceiver, names.receiving, own: sendingSpan) { return .notRecorded(why: why) }
    let end = receiverOffset(termination.end)
    if termination.kind == .fin, isTransparent, received.confirmed > end {
      return .notRecorded(why: "the \(sender.other.rawValue) acknowledged it: the recorder there may have lost it")
    }
    // Nothing depends on a FIN, which its sender repeats.
    let isUnseen = !receiving.hasSeen(sender) && received.confirmed > 0
    guard termination.kind == .rst, !recorderLoses.receiving, !isUnseen else { return .notRecorded(why: "the recorder there may have lost it") }
    return .dropped(.likely, why: "it is not in \(names.receiving)")
  }

  /// The fate of a FIN or RST that only the receiver's point has.
  func fate(ofReceived termination: PointClosing) -> Step.Fate {
    if let why = absence(termination.stamp.time, sendingSpan, toSender, names.sending, own: receivingSpan, isEnd: termination.kind == .rst) { return .notRecorded(why: why) }
    if termination.kind == .fin, isTransparent, sent.confirmed > senderOffset(termination.end) {
      return .notRecorded(why: "the \(sender.other.rawValue) acknowledged it: the recorder there may have lost it")
    }
    guard sending.hasSeen(sender) else { return .notRecorded(why: "\(names.sending) has nothing that the \(sender.rawValue) sent") }
    let isProven = goesOn(after: termination) || differs(termination) != nil
    guard isProven || termination.kind == .rst && !recorderLoses.sending else {
      return .notRecorded(why: "the recorder there may have lost it")
    }
    return .made(isProven ? .proven : .likely, why: reasons(termination))
  }

  /// The sender, at its own point, sends behind what it is said to have ended with.
  private func goesOn(after termination: PointClosing) -> Bool {
    let times = [sent.lastTime, sent.retransmission?.last.time].compactMap(\.self)
    guard let last = times.max() else { return false }
    return last.since(toSender(termination.stamp.time)) > timeout
  }

  /// What shows that it comes from elsewhere.
  private func differs(_ termination: PointClosing) -> String? {
    let usual = received.lowestHopLimit...max(received.lowestHopLimit, received.highestHopLimit)
    guard received.segments > 0, !usual.contains(termination.hopLimit) else { return nil }
    return "its TTL is \(termination.hopLimit), other segments of the \(sender.rawValue) arrive with \(usual.lowerBound == usual.upperBound ? "\(usual.lowerBound)" : "\(usual.lowerBound) to \(usual.upperBound)")"
  }

  private func reasons(_ termination: PointClosing) -> String {
    var reasons = ["it is not in \(names.sending)"]
    if goesOn(after: termination) { reasons.append("there the \(sender.rawValue) continues to send") }
    if let difference = differs(termination) { reasons.append(difference) }
    return reasons.joined(separator: "; ")
  }
}
