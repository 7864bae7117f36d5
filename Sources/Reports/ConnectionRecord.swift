package import Packets
import Protocols
package import Transcripts

/// What a report says of one connection; the transcript is let go.
package struct ConnectionRecord: Sendable {
  enum Limit {
    /// Shares named for one connection; clients connect a handful.
    static let shares = 16
    /// Messages that could not be read; the first ones tell what is wrong with the others.
    static let unreadable = 8
  }

  package struct Ending: Sendable, Equatable {
    package var peer: Peer
    package var kind: Closing.Kind
    package var frame: Int
  }

  /// Rules that could not be judged, why, and what would settle them.
  package struct NotChecked: Sendable, Equatable {
    package var reason: String
    package var rules: [String]
    package var needs: String
  }

  package var id: Int
  /// As Wireshark counts; nil when a filter kept connections from being counted.
  package var tcpStream: Int?
  package var client: Endpoint
  package var server: Endpoint
  /// What the user calls the two hosts.
  package var clientName: String?
  package var serverName: String?
  package var firstFrame: Int
  package var startTime: Timestamp
  package var lastFrame: Int
  /// `smb2` or `smb1`; nil when nothing tells.
  package var dialectFamily: String?
  /// `3.0.2`, or an SMB1 dialect string.
  package var dialect: String?
  package var identity: Identity?
  package var isGuest: Bool
  /// `\\server\share`, each once, as the client wrote them.
  package var shares: [String]
  package var sharesNotKept: Int
  /// In the order of ``Stage/allCases``.
  package var stages: [StageOutcome]
  package var outcome: ConnectionOutcome
  package var ending: Ending?
  /// Frames of which the time is known, in order; kept only where a report tells more than that all went well.
  var datedFrames: [FrameStamp] = []
  package var notChecked: [NotChecked]
  /// Messages that could not be read, the first few.
  package var unreadable: [UnreadableMessage]
  package var unreadableNotKept: Int
  /// A finding says more than that something is worth knowing.
  package var isNotable = false
  /// Findings that were only counted.
  package var findingsNotKept = 0
  /// The rule that explains how it ended.
  package var primary: String?

  var stageOutcomes: some Sequence<(Stage, StageOutcome)> { zip(Stage.allCases, stages) }

  init(_ transcript: Transcript, notChecked: [NotChecked]) {
    id = transcript.id
    tcpStream = transcript.tcpStream
    client = transcript.client
    server = transcript.server
    firstFrame = transcript.firstFrame.number
    startTime = transcript.firstFrame.time
    lastFrame = transcript.lastFrame.number
    dialectFamily = transcript.dialectFamily
    dialect = transcript.dialect?.description ?? transcript.smb1?.chosen
    let session = transcript.mainSession
    identity = session?.identity
    isGuest = session?.flags.contains(.isGuest) ?? false
    let paths = transcript.trees.map(\.path).withoutRepetition
    shares = Array(paths.prefix(Limit.shares))
    sharesNotKept = paths.count - shares.count
    stages = Stage.allCases.map { transcript.outcome(of: $0) }
    outcome = transcript.outcome
    ending = transcript.ending.map {
      Ending(peer: transcript.peer($0.side), kind: $0.kind, frame: $0.stamp.number)
    }
    self.notChecked = notChecked
    unreadable = Array(transcript.unreadable.prefix(Limit.unreadable))
    unreadableNotKept = transcript.unreadable.count - unreadable.count + transcript.unreadableNotKept
  }
}

extension Transcript {
  fileprivate var dialectFamily: String? {
    if let smb1, smb1.upgrade == nil, negotiation == nil { return "smb1" }
    return traffic.isSMB || negotiation != nil ? "smb2" : nil
  }
}

extension Array where Element: Hashable {
  var withoutRepetition: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
