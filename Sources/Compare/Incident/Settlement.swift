package import Diagnosis
import Packets
import Rules
import Transcripts

/// What one recording alone finds, and what the other says to it.
package struct Settlement: Sendable {
  package enum Outcome: String, Sendable {
    /// The path did it.
    case proven
    /// The path did not do it.
    case refuted
    /// It believed something that only looks so at its capture point.
    case overturned
    /// The other recording says nothing to it.
    case open
  }

  /// The place of the recording.
  package var point: Int
  package var finding: Finding
  package var outcome: Outcome
  /// What the other recording shows; nil when nothing.
  package var sentence: String?
  /// Those that the other recording does not exclude.
  package var causes: [String]
}

extension HopComparison {
  /// What each of the two recordings finds on a connection, and what becomes of it.
  package func settlements(of place: Int, _ points: [CapturePoint]) -> [Settlement] {
    let pair = pairs[place]
    return Self.findings(on: pair.near.tcpStream, points[near]).map { settle($0, near, pair) }
      + Self.findings(on: pair.far.tcpStream, points[far]).map { settle($0, far, pair) }
  }

  private static func findings(on stream: Int, _ point: CapturePoint) -> [Finding] {
    guard let id = point.diagnosis.connections.first(where: { $0.tcpStream == stream })?.id else { return [] }
    return point.diagnosis.findings.filter { $0.connections.contains(id) && ($0.isPrimary || $0.severity > .info) }
  }

  private func settle(_ finding: Finding, _ point: Int, _ pair: PairComparison) -> Settlement {
    let (outcome, sentence) = judge(finding, pair, isNear: point == near)
    let causes =
      switch outcome {
      case .proven: finding.causes.filter(Blame.isOnPath)
      case .refuted, .overturned: finding.causes.filter { !Blame.isOnPath($0) }
      case .open: finding.causes
      }
    return Settlement(point: point, finding: finding, outcome: outcome, sentence: sentence, causes: causes)
  }

  private func judge(_ finding: Finding, _ pair: PairComparison, isNear: Bool) -> (Settlement.Outcome, String?) {
    let questions = finding.rule.remedies.compactMap(\.otherSideQuestion)
    let tampered = pair.steps.filter(\.isTampered)
    if let end = tampered.first(where: { $0.isMadeEnd && finding.frames.contains((isNear ? $0.near : $0.far)?.number ?? 0) }) {
      // The one rule says what the recording of the other host now shows; the others believed the reset.
      if finding.rule.suspectsThirdParty { return (.proven, nil) }
      return (.overturned, "the \(end.sender.rawValue) did not send this \(end.name): it was created on the path")
    }
    if questions.contains(.silence), let lost = tampered.first(where: \.isDropped) {
      let sentence =
        lost.sender == .client
        ? "the \(lost.name) did not arrive: it was dropped on the path"
        : "the server did send the \(lost.name): it was dropped on the path"
      // Rules about TCP say no more than that it did not get through.
      return (finding.phase == .transport ? .proven : .overturned, sentence)
    }
    let isAltered = tampered.contains { if case .altered = $0.fate { true } else { false } }
    if isAltered, questions.contains(.rewriting) || finding.phase == .middlebox { return (.proven, nil) }
    guard tampered.isEmpty, pair.sameMessages > 0 else { return (.open, nil) }
    if finding.rule.suspectsThirdParty {
      return (.refuted, "the reset is in both recordings: it was created on the host itself (security software), or beyond its capture point")
    }
    if let question = questions.first { return (.refuted, Self.innocence(question)) }
    let blames = finding.phase == .middlebox || finding.causes.contains(where: Blame.isOnPath)
    return blames ? (.refuted, "nothing changed between the two capture points") : (.open, nil)
  }

  /// What it means that nothing is changed between the points.
  private static func innocence(_ question: OtherSideQuestion) -> String {
    switch question {
    case .rewriting: "NEGOTIATE is the same at both points: one of the hosts sent it this way, or a device outside the two points changed it"
    case .reset: "the path did not send the reset"
    case .silence: "the request arrived, and no answer was lost on the path"
    }
  }
}

extension Step {
  /// A FIN or RST that its sender did not send.
  fileprivate var isMadeEnd: Bool {
    guard kind == .reset || kind == .fin, case .made = fate else { return false }
    return true
  }

  fileprivate var isDropped: Bool {
    guard kind == .message, case .dropped = fate else { return false }
    return true
  }
}
