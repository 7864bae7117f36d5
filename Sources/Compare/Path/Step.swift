package import Packets
package import Rules
package import Transcripts

/// One packet or message of a connection, and what happened to it between two capture points.
package struct Step: Sendable {
  package enum Fate: Sendable {
    case same
    /// One recording has only the beginning, which is the same.
    case sameAsFarAsCaptured
    case altered([FieldChange])
    /// Seen where it was sent, and not where it should arrive.
    case dropped(Confidence, why: String)
    /// Seen where it arrives, and not where it should have been sent.
    case made(Confidence, why: String)
    /// Only one recording has it, and that says nothing about the path.
    case notRecorded(why: String)
  }

  /// Copies that did not arrive before the one that did.
  package struct Loss: Sendable {
    /// When it was sent first; nil where that is the frame of the step.
    package var first: FrameStamp?
    /// How much later the copy that arrived was sent.
    package var delay: TimeSpan
    var confidence: Confidence
  }

  package enum Damage: Sendable {
    /// The receiver has thrown it away.
    case discarded
    /// The receiver has confirmed it all the same.
    case confirmed
    /// Nobody looked at the checksum.
    case unchecked
  }

  package enum Kind: Sendable {
    case syn, synAck, message, fin, reset
    /// Messages of which only the sum is known.
    case bulk
  }

  package var kind: Kind
  /// `NEGOTIATE request`
  package var name: String
  package var sender: Peer
  /// nil where it was not seen.
  package var near: FrameStamp?
  package var far: FrameStamp?
  package var fate: Fate
  /// How long it was on its way, by both clocks; nil when they cannot tell.
  package var transit: TimeSpan?
  /// It took far longer than others.
  package var isDelayed = false
  /// Its bytes arrived with a wrong checksum, or may have, and no good copy of them is in the recording.
  package var damage: Damage?
  /// A later copy of it arrived.
  package internal(set) var loss: Loss?
  /// Its sender sent it again, or may have.
  var wasRepeated = false
  /// The other side has already ended the connection, or it had no effect: nothing depends on it.
  package var isLate = false
  /// The number that a request and its answer share.
  var exchange: UInt64?
}

extension Step {
  /// NEGOTIATE, SESSION_SETUP, TREE_CONNECT and VALIDATE_NEGOTIATE_INFO.
  var establishes: Bool {
    kind == .message && ["NEGOTIATE", "SESSION_SETUP", "TREE_CONNECT", "VALIDATE"].contains { name.hasPrefix($0) }
  }

  /// How sure it is that the path did it.
  package var confidence: Confidence {
    switch fate {
    case .dropped(let confidence, _), .made(let confidence, _): confidence
    case .altered: damage == .confirmed || damage == .unchecked ? .likely : .proven
    case .same, .sameAsFarAsCaptured, .notRecorded: loss?.confidence ?? .proven
    }
  }

  /// It arrives, but later than it must.
  package var isHeldUp: Bool { isDelayed || loss != nil }

  /// The path did something that it must not do.
  package var isTampered: Bool {
    switch fate {
    case .altered: true
    case .dropped, .made: !isLate
    case .same, .sameAsFarAsCaptured, .notRecorded: isHeldUp
    }
  }

  package var isTheSame: Bool {
    switch fate {
    case .same, .sameAsFarAsCaptured: true
    case .altered, .dropped, .made, .notRecorded: false
    }
  }
}
