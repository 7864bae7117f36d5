import Algorithms
package import Packets
import Protocols
import Rules
package import Transcripts

/// A connection, as the diagnosis knows it once its transcript is let go.
package struct DiagnosedConnection: Sendable, Codable {
  package enum Limit {
    /// Shares named for one connection; clients connect a handful.
    package static let shares = 16
    /// Unreadable messages; the first ones show what is wrong with the others.
    static let unreadable = 8
  }

  package struct Ending: Sendable, Codable, Equatable {
    package var peer: Peer
    package var kind: Termination.Kind
    package var frame: Int
  }

  /// Rules that could not be judged, why, and what would settle them.
  package struct NotChecked: Sendable, Codable, Equatable {
    package internal(set) var reason: String
    package var rules: [String]
    package var needs: String
  }

  /// What a case keeps of it; its outcome is the one that counts everywhere.
  package internal(set) var brief: ConnectionBrief
  /// nil when a filter kept connections from being counted as Wireshark does.
  package internal(set) var tcpStream: Int?
  /// What the user calls the two hosts.
  package internal(set) var clientName: String?
  package internal(set) var serverName: String?
  /// `smb2` or `smb1`; nil when nothing tells.
  package let dialectFamily: String?
  /// `3.0.2`, or an SMB1 dialect string.
  package let dialect: String?
  package let identity: Identity?
  package let isGuest: Bool
  /// `\\server\share`, each once, as the client wrote them.
  package let shares: [String]
  package let sharesNotKept: Int
  /// In the order of ``Stage/allCases``.
  package private(set) var stages: [StageOutcome]
  package let ending: Ending?
  /// Frames of which the time is known, in order; kept only where there is more to say than that all went well.
  package internal(set) var datedFrames: [FrameStamp] = []
  package internal(set) var notChecked: [NotChecked]
  /// Messages that could not be read, the first few.
  package let unreadable: [UnreadableMessage]
  package let unreadableNotKept: Int
  /// What keys prove of its sessions; none without keys.
  package let proofs: [SessionProof]
  /// Findings that were only counted.
  package internal(set) var findingsNotKept = 0
  /// It failed, and a later connection of its case made up for it, or it was not needed (port 139 beside 445).
  package internal(set) var isSuperseded = false
  /// A finding says more than that something is worth knowing.
  package internal(set) var isNotable = false
  /// The rule that explains by itself how it ended.
  package internal(set) var primary: String?

  init(_ transcript: borrowing Transcript, notChecked: [NotChecked]) {
    brief = ConnectionBrief(transcript)
    tcpStream = transcript.tcpStream
    dialectFamily = transcript.dialectFamily
    dialect = transcript.dialect?.description ?? transcript.smb1?.chosen
    let session = transcript.mainSession
    identity = session?.identity
    isGuest = session?.flags.contains(.isGuest) ?? false
    let trees = transcript.trees
    let paths = trees.count < 2 ? trees.map(\.path) : Array(trees.map(\.path).uniqued())
    shares = Array(paths.prefix(Limit.shares))
    sharesNotKept = paths.count - shares.count
    stages = Stage.allCases.map { transcript.outcome(of: $0) }
    ending = transcript.ending.map {
      Ending(peer: transcript.peer($0.side), kind: $0.kind, frame: $0.stamp.number)
    }
    self.notChecked = notChecked
    unreadable = Array(transcript.unreadable.prefix(Limit.unreadable))
    unreadableNotKept = transcript.unreadable.count - unreadable.count + transcript.unreadableNotKept
    proofs = transcript.proofs
  }
}

extension DiagnosedConnection {
  package var id: Int { brief.id }
  package var client: Endpoint { brief.client }
  package var server: Endpoint { brief.server }
  package var firstFrame: Int { brief.firstFrame.number }
  package var startTime: Timestamp { brief.firstFrame.time }
  package var endTime: Timestamp { brief.lastFrame.time }
  package var lastFrame: Int { brief.lastFrame.number }
  package var outcome: ConnectionOutcome { brief.outcome }
  package var stageOutcomes: some Sequence<(Stage, StageOutcome)> { zip(Stage.allCases, stages) }

  /// A connection that shows no end of its own has failed when something grave explains it: a client that is refused a
  /// ticket leaves without a word to the server.
  mutating func settle(by findings: some Sequence<Finding>) {
    guard outcome == .inconclusive, !brief.isLoggingOn, let reason = findings.first(where: \.endsAttempt) else { return }
    brief.outcome = .failed
    guard brief.failedStage == nil, let stage = reason.phase.stage, let place = Stage.allCases.firstIndex(of: stage),
      [.notReached, .inconclusive].contains(stages[place])
    else { return }
    brief.failedStage = stage
    stages[place] = .failed
  }
}

extension DiagnosedConnection {
  /// No user was kept out.
  mutating func setAside() {
    brief.setAside()
    isNotable = false
    primary = nil
  }
}

extension Finding {
  /// It says why an attempt came to nothing, and not only what is odd.
  var endsAttempt: Bool {
    severity >= .error && rule.nature != .note && phase != .capture && phase != .middlebox
  }
}

extension Transcript {
  fileprivate var dialectFamily: String? {
    if negotiation == nil, let smb1, smb1.upgrade == nil { return "smb1" }
    return traffic.isSMB || negotiation != nil ? "smb2" : nil
  }
}
