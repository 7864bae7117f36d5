package import Packets

/// Something new to say of a capture that is still going on.
package struct LiveUpdate: Sendable {
  package enum Kind: String, Sendable {
    /// It was not said before.
    case finding
    /// What came later changed how grave it is, most often because a later attempt succeeded.
    case changed
    /// What came later shows another picture, such as an answer after all.
    case withdrawn
  }

  package var kind: Kind
  /// The capture's clock.
  package var time: Timestamp
  package var finding: FindingRecord
  /// What it is about: the connection, as it stands.
  package var connection: ConnectionRecord?
  package var one: CaseRecord?
  /// How grave it is stayed as it was: another finding of its case is the primary one now, or this one is.
  package var isAboutPrimary = false
}

extension Report {
  /// What is found of the recording as a whole, which is known at its end.
  package var updatesOfRecording: [LiveUpdate] {
    findings.filter(\.isOfRecording).map {
      LiveUpdate(kind: .finding, time: capture.lastTime ?? Timestamp(nanoseconds: 0), finding: $0)
    }
  }
}
