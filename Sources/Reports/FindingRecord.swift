package import Rules
package import Transcripts

/// A finding as it is reported: with an identity that other commands can refer to.
package struct FindingRecord: Sendable {
  package struct Proof: Sendable, Equatable {
    package var frame: Int
    package var note: String
    package var sender: Peer?
    /// Only in a recording of several files.
    package var place: FramePlace?
  }

  /// `<connection>-<rule>`, `kerberos-<frame>-<rule>` or `capture-<rule>`, with a number from the second one on.
  package var id: String
  package var rule: String
  /// nil for what belongs to no connection.
  package var caseID: Int?
  package var severity: Severity
  /// Why the user accepts it; then ``severity`` is `info`.
  package var acceptance: String?
  package var confidence: Confidence
  package var phase: Phase
  package var isPrimary: Bool
  /// About the recording as a whole, and not about what somebody in it did.
  package var isOfRecording: Bool
  package var connections: [Int]
  /// nil when frames of several connections are cited.
  package var tcpStream: Int?
  package var summary: String
  package var evidence: [Proof]
  package var comparison: [FieldComparison]
  package var explanation: String
  package var causes: [String]
  package var remedies: [Remedy]
  package var references: [String]

  init(_ finding: Finding, id: String, locate: ((Int) -> FramePlace?)? = nil) {
    self.id = id
    rule = finding.rule.id
    caseID = finding.caseID
    severity = finding.reportedSeverity
    acceptance = finding.acceptance
    confidence = finding.observation.confidence
    phase = finding.rule.phase
    isPrimary = finding.isPrimary
    if case .capture = finding.rule.judge { isOfRecording = true } else { isOfRecording = false }
    connections = finding.connections
    tcpStream = finding.tcpStream
    summary = finding.observation.summary
    evidence = finding.observation.evidence.map {
      Proof(frame: $0.frame, note: $0.note, sender: $0.sender, place: locate?($0.frame))
    }
    comparison = finding.observation.comparison
    explanation = finding.rule.explanation
    causes = finding.causes
    remedies = finding.remedies
    references = finding.rule.references
  }

  /// A display filter that shows the connection's frames cited here (Wireshark 4); nil when none is cited.
  package var wiresharkFilter: String? {
    let frames = Set(evidence.map(\.frame)).sorted().map(String.init).joined(separator: ", ")
    return switch (tcpStream, frames.isEmpty) {
    case (let stream?, false): "tcp.stream == \(stream) && frame.number in {\(frames)}"
    case (let stream?, true): "tcp.stream == \(stream)"
    case (nil, false): "frame.number in {\(frames)}"
    case (nil, true): nil
    }
  }

  /// `likely`, `proven; accepted: the old scanner`
  var standing: String {
    acceptance.map { "\(confidence.rawValue); accepted: \(Escaping.clipped($0, to: Escaping.sentenceLimit))" } ?? confidence.rawValue
  }

  /// The one to read first.
  static func isGraver(_ left: FindingRecord, _ right: FindingRecord) -> Bool {
    if left.isPrimary != right.isPrimary { return left.isPrimary }
    return (left.severity, left.confidence) > (right.severity, right.confidence)
  }
}
