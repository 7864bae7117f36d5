package import Packets
import Rules

/// Something new to say of a capture that is still going on.
package struct FindingChange: Sendable {
  package enum Kind: String, Sendable {
    /// It was not reported before.
    case finding
    /// Later frames changed its severity, most often because a later attempt succeeded.
    case changed
    /// Later frames refuted it, for example by an answer.
    case withdrawn
  }

  package var kind: Kind
  /// The capture's clock.
  package var time: Timestamp
  package var finding: Finding
  /// What it is about: the connection, as it stands.
  package var connection: DiagnosedConnection?
  package var one: DiagnosedCase?
  /// Only whether it is the primary finding of its case has changed, and not its severity.
  package var isAboutPrimary = false
}

extension Diagnosis {
  /// What is found of the recording as a whole, which is known at its end.
  package var changesOfRecording: [FindingChange] {
    findings.filter(\.isOfRecording).map {
      FindingChange(kind: .finding, time: capture.lastTime ?? Timestamp(nanoseconds: 0), finding: $0)
    }
  }
}

extension Diagnosis {
  /// No more than what some changes are about.
  package init(of changes: [FindingChange]) {
    self.init(capture: CaptureFacts())
    findings = changes.map(\.finding)
    connections = changes.first?.connection.map { [$0] } ?? []
  }
}
