import Diagnosis
import Packets
import Rules
import Transcripts

/// Compares the findings of one recording about a connection with what the other recording shows.
struct Judge {
  struct Judgement {
    var outcome: Settlement.Outcome
    var confidence = Confidence.proven
    var sentence: String?
  }

  let finding: Finding
  let pair: PairComparison
  /// It is of the recording nearer to the client.
  let isNear: Bool

  private func frame(_ step: Step) -> Int { (isNear ? step.near : step.far)?.number ?? 0 }
  private func isCited(_ step: Step) -> Bool {
    if isNear == (step.sender == .client), let first = step.loss?.first, finding.frames.contains(first.number) { return true }
    return finding.frames.contains(frame(step))
  }
  private var questions: [OtherSideQuestion] { finding.rule.remedies.compactMap(\.otherSideQuestion) }
  private var tampered: [Step] { pair.steps.filter(\.isTampered) }
  private var looksForRewriting: Bool { questions.contains(.rewriting) || finding.phase == .middlebox }

  var judgement: Judgement {
    ofReset ?? ofStripping ?? ofLoss ?? ofDelay ?? ofAlteration ?? ofInnocence
  }

  // MARK: Resets

  /// A reset that its sender did not send: this finding is about it, or about what came of it.
  private var ofReset: Judgement? {
    let made = tampered.filter(\.isMadeEnd)
    if let end = made.first(where: isCited) {
      // The one rule says what the recording of the other host now shows; the others believed the reset.
      if finding.rule.suspectsThirdParty { return Judgement(outcome: .proven, confidence: end.confidence) }
      return Judgement(
        outcome: .overturned, confidence: end.confidence,
        sentence: "the \(end.sender.rawValue) did not send this \(end.name): it was created on the path")
    }
    // The host that got it has ended the connection for itself.
    guard let end = made.first else { return nil }
    let receiver = end.sender.other
    if pair.steps.contains(where: { $0.sender == receiver && isCited($0) && !$0.isMadeEnd && $0.isEnd }) {
      return Judgement(
        outcome: .overturned, confidence: end.confidence,
        sentence: "a reset that was created on the path had reached the \(receiver.rawValue): it did not end the connection by itself")
    }
    guard questions.contains(.silence), isNear == (end.sender == .client) else { return nil }
    return Judgement(
      outcome: finding.phase == .transport ? .proven : .overturned, confidence: end.confidence,
      sentence: "a reset that was created on the path had reached the \(receiver.rawValue), which then answered nothing")
  }

  // MARK: Signatures

  /// A message that is as unsigned where it was sent was stripped of nothing.
  private var ofStripping: Judgement? {
    guard finding.rule.suspectsStripping else { return nil }
    let cited = pair.steps.filter { $0.kind == .message && isCited($0) }
    if cited.contains(where: { $0.changes.contains { ["Signature", "Flags"].contains($0.name) } }) { return Judgement(outcome: .proven) }
    let unsigned = cited.filter { $0.near != nil && $0.far != nil && $0.isTheSame }
    guard !unsigned.isEmpty else { return nil }
    let message = "the \(unsigned[unsigned.count - 1].name) is the same at both points: its sender did not sign it"
    guard let cause = pair.steps.first(where: { $0.isAltered && $0.name.hasPrefix("NEGOTIATE") }) else {
      return Judgement(outcome: .refuted, sentence: message)
    }
    return Judgement(outcome: .overturned, sentence: message + "; what the path changes in the \(cause.name) makes it look wrong")
  }

  // MARK: Losses

  private var ofLoss: Judgement? {
    if finding.phase == .transport, let opening = tampered.first(where: \.isDroppedOpening) {
      return Judgement(
        outcome: .proven, confidence: opening.confidence,
        sentence: "the \(opening.sender.rawValue) did send the \(opening.name): it was dropped on the path")
    }
    guard questions.contains(.silence), let lost = tampered.first(where: \.isDroppedMessage) else { return nil }
    let sentence =
      lost.sender == .client
      ? "the \(lost.name) did not arrive: it was dropped on the path"
      : "the server did send the \(lost.name): it was dropped on the path"
    // Rules about TCP say no more than that it did not get through; others may say themselves that it was lost.
    let saysSo = lost.sender == .server && finding.summary.contains(Claim.lostAnswer)
    return Judgement(outcome: finding.phase == .transport || saysSo ? .proven : .overturned, confidence: lost.confidence, sentence: sentence)
  }

  /// What took long passed between the points.
  private var ofDelay: Judgement? {
    guard let late = tampered.first(where: { $0.isHeldUp && ($0.kind != .message || isCited($0) || isOfExchange($0) || finding.phase == .transport) }),
      let transit = late.transit, questions.contains(.silence) || finding.phase == .transport || finding.causes.contains(where: Blame.isOnPath)
    else { return nil }
    let sentence =
      late.loss.map { "the \(late.name) was dropped on the path, and the copy that arrived was sent \($0.delay) later" }
      ?? "the \(late.name) took \(transit) from one point to the other"
    return Judgement(outcome: finding.phase == .transport ? .proven : .overturned, sentence: sentence)
  }

  /// It cites the request or an answer to it.
  private func isOfExchange(_ step: Step) -> Bool {
    step.exchange != nil && pair.steps.contains { $0.exchange == step.exchange && $0.kind == .message && isCited($0) }
  }

  // MARK: Alterations

  /// What it rests on is not what was sent, or not what the other host got.
  private var ofAlteration: Judgement? {
    let altered = tampered.filter(\.isAltered)
    guard !altered.isEmpty else { return nil }
    if looksForRewriting {
      return altered.contains { isCited($0) || $0.establishes } ? Judgement(outcome: .proven) : Judgement(outcome: .open)
    }
    for step in altered where step.isAlteredInMeaning {
      // What a host sent is as its own recording shows it.
      let isArrived = isNear != (step.sender == .client)
      guard isArrived && isCited(step) || step.sender == .client && answers(to: step).contains(where: isCited) else { continue }
      let changes = FieldChange.list(step.changes.map(\.deed))
      return Judgement(outcome: .overturned, sentence: "it rests on the \(step.name), in which the path \(changes)")
    }
    return nil
  }

  private func answers(to request: Step) -> [Step] {
    pair.steps.filter { $0.kind == .message && $0.exchange != nil && $0.exchange == request.exchange && $0.sender != request.sender }
  }

  // MARK: Innocence

  private var ofInnocence: Judgement {
    guard tampered.isEmpty, pair.sameMessages > 0 else { return Judgement(outcome: .open) }
    if finding.rule.suspectsThirdParty {
      // The reset has to be in both recordings.
      guard pair.steps.contains(where: { $0.isEnd && $0.isTheSame && isCited($0) }) else { return Judgement(outcome: .open) }
      return Judgement(
        outcome: .refuted,
        sentence: "the reset is in both recordings: it was created on the host itself (security software), or beyond its capture point")
    }
    if finding.phase == .transport, !PathNote.lostCopies(pair.near, pair.far).isEmpty {
      return Judgement(outcome: .open, sentence: "a segment was sent more often than it arrived: the path or a recorder lost the other copies")
    }
    // What is not compared may have been changed.
    guard pair.hasComparedOpening else { return Judgement(outcome: .open) }
    if let question = questions.first { return Judgement(outcome: .refuted, sentence: Self.innocence(question)) }
    let blames = finding.phase == .middlebox || finding.causes.contains(where: Blame.isOnPath)
    return blames
      ? Judgement(outcome: .refuted, sentence: "nothing changed between the two capture points") : Judgement(outcome: .open)
  }

  /// What it means that nothing is changed between the points.
  private static func innocence(_ question: OtherSideQuestion) -> String {
    switch question {
    case .rewriting: "NEGOTIATE and Validate Negotiate are the same at both points: one of the hosts sent them this way, or a device outside the two points changed them"
    case .reset: "the path did not send the reset"
    case .silence: "the request arrived, and no answer was lost on the path"
    }
  }
}

extension PairComparison {
  /// No message that sets up the connection is missing at one point, or known only in part.
  fileprivate var hasComparedOpening: Bool {
    steps.allSatisfy { step in
      guard step.establishes else { return true }
      if case .same = step.fate { return true }
      return false
    }
  }
}

extension Step {
  /// A FIN or RST.
  fileprivate var isEnd: Bool { kind == .reset || kind == .fin }

  /// A FIN or RST that its sender did not send.
  fileprivate var isMadeEnd: Bool {
    guard isEnd, case .made = fate else { return false }
    return true
  }

  fileprivate var isDroppedMessage: Bool {
    guard kind == .message, case .dropped = fate else { return false }
    return true
  }

  fileprivate var isDroppedOpening: Bool {
    guard kind == .syn || kind == .synAck, case .dropped = fate else { return false }
    return true
  }

  fileprivate var isAltered: Bool { if case .altered = fate { true } else { false } }

  fileprivate var changes: [FieldChange] { if case .altered(let changes) = fate { changes } else { [] } }

  /// More than what only counts messages.
  fileprivate var isAlteredInMeaning: Bool {
    changes.contains { change in
      !["CreditCharge", "CreditRequest", "CreditResponse", "ChannelSequence", "Reserved", "MessageId"].contains(change.name)
    }
  }
}
