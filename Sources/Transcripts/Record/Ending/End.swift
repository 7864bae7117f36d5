package import Packets

/// How a connection ended, as facts: how far it had come, whose turn it was, whether the last message arrived, and what
/// the two then did. Which diagnosis follows is decided by one table over this value.
package struct End: DefaultInitializable, Sendable, Codable, Equatable {
  package enum Step: Int, Sendable, Codable, Comparable {
    case opened, negotiated, loggedOn
    /// IPC$ is the only share.
    case onIPC
    /// A share other than IPC$.
    case onShare
    /// A request behind that was answered, or a pipe of IPC$ was used.
    case inUse

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  /// What the server has to answer.
  package enum Question: Sendable, Codable, Equatable, CaseIterable {
    case negotiate, sessionSetup, treeConnect, validateNegotiate
    /// A DFS referral, CREATE, and whatever follows.
    case request
  }

  /// The last answer that the client received, from which it has to continue.
  package enum Answer: Sendable, Codable, Equatable, CaseIterable {
    /// The dialect 0x02FF: negotiate again.
    case upgrade
    case negotiate
    /// MORE_PROCESSING_REQUIRED.
    case challenge
    case session, pipeShare, share, validateNegotiate, request
  }

  package enum Turn: Sendable, Codable, Equatable {
    case server(Question)
    case client(Answer)
    /// No SMB, or TCP itself did not come about.
    case neither
  }

  package enum Delivery: Sendable, Codable, Equatable {
    /// TCP acknowledged it.
    case confirmed
    /// This host sent it again and again, and no acknowledgment came.
    case repeated(Peer)
    case unknown
  }

  package enum Kind: Sendable, Codable, Equatable {
    /// The last answer was an error, and nothing later reached the same.
    case refused
    /// The one whose turn it was closed.
    case debtorClosed
    /// The one who waited turned away after a long time.
    case gaveUp
    /// The one who waited closed before that.
    case leftEarly
    /// A reset that neither host sent.
    case forged
    /// The recording goes on for long enough, and nothing happens.
    case waiting
    /// The recording ends too soon to say anything.
    case cutShort
    /// LOGOFF or TREE_DISCONNECT and then a close, or a close with nothing outstanding.
    case orderly
    /// The capture lacks bytes of the one whose turn it was.
    case unseen
  }

  package var step = Step.opened
  package var turn = Turn.neither
  package var delivery = Delivery.unknown
  package var kind = Kind.orderly
  /// The message behind which the other side has to speak.
  @OptionalStamp package var last: FrameStamp?
  /// "In progress", where the server said so; else the same.
  @OptionalStamp package var lastSign: FrameStamp?
  /// From then to what ended the waiting.
  package var waited = TimeSpan.zero
  /// The request by which the client turned away; nil when it closed, or is still there.
  @OptionalStamp package var turnedAway: FrameStamp?

  package var hasInterim: Bool { lastSign != last }

  /// Who waits this long gives up; before, it leaves on purpose.
  package static let timeout = TimeSpan.seconds(10)
  /// Who leaves within this time leaves because of what was said last.
  package static let promptness = TimeSpan.seconds(1)
  /// Repetitions of a message, and the time over which they are spread, by which its loss is no accident.
  static let repetitions = 3
  static let repetitionTime = TimeSpan.milliseconds(2500)

  package init() {}
}

extension End {
  /// The stage at which the connection came to its end.
  package var stage: Stage? {
    switch turn {
    case .server(.negotiate), .client(.upgrade), .client(.negotiate): .negotiate
    case .server(.sessionSetup), .client(.challenge), .client(.session): .sessionSetup
    case .server(.treeConnect), .client(.pipeShare), .client(.share): .treeConnect
    case .server(.validateNegotiate), .client(.validateNegotiate): .validateNegotiate
    case .server(.request), .client(.request), .neither: nil
    }
  }

  /// The server owes an answer and will not give it.
  var isUnanswered: Bool {
    switch kind {
    case .debtorClosed, .gaveUp, .leftEarly, .forged, .waiting: true
    case .refused, .cutShort, .orderly, .unseen: delivery != .unknown && delivery != .confirmed
    }
  }
}
