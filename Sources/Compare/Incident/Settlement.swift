package import Diagnosis
import Rules
import Transcripts

/// What one recording alone finds, and what the other says to it.
package struct Settlement: Sendable {
  package enum Outcome: String, Sendable {
    /// The path did it.
    case proven
    /// The path did not do it.
    case refuted
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
    let questions = finding.rule.remedies.compactMap(\.otherSideQuestion)
    let blames = finding.causes.filter(Blame.isOnPath)
    let concerns = !questions.isEmpty || finding.phase == .middlebox || !blames.isEmpty
    var outcome = Settlement.Outcome.open
    var sentence: String?
    if concerns, pair.isTampered {
      outcome = .proven
    } else if concerns, pair.sameMessages > 0 {
      outcome = .refuted
      sentence = questions.first.map { Self.innocence($0) } ?? "between the two capture points nothing is changed"
    }
    let others = finding.causes.filter { !Blame.isOnPath($0) }
    let causes =
      switch outcome {
      case .proven: blames
      case .refuted: others
      case .open: finding.causes
      }
    return Settlement(point: point, finding: finding, outcome: outcome, sentence: sentence, causes: causes)
  }

  /// What it means that nothing is changed between the points.
  private static func innocence(_ question: OtherSideQuestion) -> String {
    switch question {
    case .rewriting: "NEGOTIATE is the same at both points: one of the hosts wrote it so, or a device outside of the two points"
    case .reset: "the path did not send the reset"
    case .silence: "the request arrived, and no answer was lost on the path"
    }
  }
}
