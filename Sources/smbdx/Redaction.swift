import Capture
import Diagnosis
import Extracts
import Packets
import Rules

/// Frames of a recording that are shown redacted.
final class Redaction {
  private var redactor: Redactor

  /// Goes through the frames once.
  ///
  /// - Parameters:
  ///   - ports: where KDCs listen.
  ///   - other: of another recording of the same hosts, whose replacements are used here too.
  ///   - isChosen: whether a frame is shown at all.
  init(
    _ recording: Recording, ports: ServicePorts = ServicePorts(),
    generator: any RandomNumberGenerator = SystemRandomNumberGenerator(), sharing other: Redaction? = nil,
    where isChosen: (Frame, borrowing ByteView) -> Bool = { _, _ in true }
  ) {
    var redactor = if let other { Redactor(sharing: other.redactor) } else { Redactor(ports: ports, generator: generator) }
    recording.forEachFrame { frame, _, bytes in
      if isChosen(frame, bytes) { redactor.learn(frame, bytes) }
    }
    redactor.finishLearning()
    self.redactor = redactor
  }

  /// Before each time that the frames are gone through.
  func rewind() { redactor.rewind() }

  func redact(_ frame: Frame, _ bytes: borrowing ByteView, _ body: (borrowing ByteView) -> Void) {
    let redacted = redactor.redact(frame, bytes)
    body(ByteView(redacted.span))
  }

  /// The accepted findings without the user's reasons, which are private.
  func redact(_ acceptances: [Acceptance]) -> [Acceptance] {
    acceptances.map { entry in
      Acceptance(rule: entry.rule, hosts: entry.hosts.map { redactor.replacement(of: $0) }, reason: "accepted")
    }
  }

  /// What a user should know of it, as sentences.
  var remarks: [String] {
    var remarks: [String] = []
    if redactor.blankFrames > 0 {
      remarks.append("\(redactor.blankFrames) frames of unknown tunnels or link types contain only zeros")
    }
    if redactor.limitsReached > 0 { remarks.append("the capture is large, so smbdx replaced more data with zeros than necessary") }
    return remarks
  }
}
