package import Diagnosis
import Packets
package import Rules
import Transcripts

/// A finding of one recording, and what the other recording says about it.
package struct Settlement: Sendable {
  package enum Outcome: String, Sendable {
    /// The path did it.
    case proven
    /// The path did not do it.
    case refuted
    /// The finding is wrong: it only looks so at its capture point.
    case overturned
    /// The other recording says nothing to it.
    case open
  }

  /// The place of the recording.
  package var point: Int
  package var finding: Finding
  package var outcome: Outcome
  /// How sure the comparison is of that.
  package var confidence: Confidence
  /// What the other recording shows; nil when nothing.
  package var sentence: String?
  /// Those that the other recording does not exclude.
  package var causes: [String]
}

extension HopComparison {
  /// What each of the two recordings finds on a connection, and what becomes of it.
  package func settlements(of place: Int, _ points: [CapturePoint]) -> [Settlement] {
    let pair = pairs[place]
    let all =
      Self.findings(on: pair.near.tcpStream, points[near]).map { settle($0, near, pair) }
      + Self.findings(on: pair.far.tcpStream, points[far]).map { settle($0, far, pair) }
    // The hop that harms the connection says what becomes of them.
    return toldElsewhere.contains(place) && !pair.isTampered ? [] : all
  }

  private static func findings(on stream: Int, _ point: CapturePoint) -> [Finding] {
    guard let id = point.diagnosis.connections.first(where: { $0.tcpStream == stream })?.id else { return [] }
    return point.diagnosis.findings.filter { $0.connections.contains(id) && ($0.isPrimary || $0.severity > .info) }
  }

  private func settle(_ finding: Finding, _ point: Int, _ pair: PairComparison) -> Settlement {
    let judgement = missedAttempt(finding, point, pair) ?? Judge(finding: finding, pair: pair, isNear: point == near).judgement
    let causes: [String] =
      switch judgement.outcome {
      case .proven: finding.causes.filter(Blame.isOnPath)
      case .refuted: finding.causes.filter { !Blame.isOnPath($0) }
      // The path itself is the cause of what only looks so.
      case .overturned: []
      case .open: finding.causes
      }
    return Settlement(
      point: point, finding: finding, outcome: judgement.outcome, confidence: judgement.confidence, sentence: judgement.sentence,
      causes: causes)
  }

  /// The server's recording misses an attempt to the usual port, which the client's has.
  private func missedAttempt(_ finding: Finding, _ point: Int, _ pair: PairComparison) -> Judge.Judgement? {
    guard point == far, finding.summary.contains(Claim.oldPortOnly),
      let attempt = onlyNear.first(where: { $0.client.address == pair.near.client.address && $0.server.address == pair.near.server.address && $0.server.port == 445 })
    else { return nil }
    return Judge.Judgement(outcome: .overturned, sentence: "the client does try port 445 (frame \(attempt.firstFrame.number) at its point), which does not arrive here")
  }
}
