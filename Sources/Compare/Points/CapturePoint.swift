package import Diagnosis
package import Packets
package import Proof
import Transcripts

/// One recording of an incident, made somewhere between its client and its server.
package struct CapturePoint: Sendable {
  /// As the user names it.
  package var name: String
  /// What the recording says by itself.
  package var diagnosis: Diagnosis
  /// In the order in which they began.
  package var connections: [PointConnection]
  package var frames: Int
  package var first: Timestamp
  package var last: Timestamp
  /// Times that less was kept for the comparison than there is.
  package var limitsReached: Int
  /// The recorder says itself that it lost packets.
  package var hasLostPackets: Bool
  /// Names and addresses were replaced: what is cut cannot be replaced as what is whole.
  let isRedacted: Bool
  /// What the kept bytes of messages are based on.
  let templates: MessageTemplates

  package var span: TimeSpan { last.since(first) }

  /// The recorder says so, or bytes are missing that the other host confirmed.
  var losesPackets: Bool {
    hasLostPackets || connections.contains { one in
      [one.clientStream, one.serverStream].contains { $0.missing > 0 || $0.confirmed > $0.end + 1 }
    }
  }
}

/// Reads one recording: for its own diagnosis, and for the comparison with others.
package struct PointReader {
  private var analysis: Analysis
  private let follower: PointFollower
  private let name: String
  private let isRedacted: Bool
  private var frames = 0
  private var first: Timestamp?
  private var last = Timestamp(nanoseconds: 0)

  /// - Parameters:
  ///   - other: a recording of the same incident that was read before: what this one has of the same connections then takes little
  ///     room.
  ///   - checkedSegments: how many segments' checksums are looked at; nil for as many as usual.
  package init(
    name: String, _ options: Analysis.Options = Analysis.Options(), beside other: CapturePoint? = nil, isRedacted: Bool = false,
    checkedSegments: Int? = nil
  ) {
    (self.name, self.isRedacted) = (name, isRedacted)
    let memory = PointMemory(beside: other.map(KnownConnections.init), OddityTable(checkedSegments: checkedSegments))
    follower = PointFollower(options.tracking, memory)
    analysis = Analysis(options, segments: follower)
  }

  /// What became of the keys; nil without any.
  package var keyUse: KeyUse? { analysis.keyUse }

  package mutating func accept(_ frame: Frame, _ bytes: borrowing ByteView) {
    analysis.accept(frame, bytes)
    frames += 1
    if first.map({ frame.time < $0 }) ?? true { first = frame.time }
    if last < frame.time { last = frame.time }
  }

  /// The recording is over. Can be asked once.
  package mutating func finish(_ source: CaptureSource = CaptureSource()) -> CapturePoint {
    let connections = follower.finish()
    var diagnosis = analysis.finish(source)
    diagnosis.keepWhatWasFound()
    return CapturePoint(
      name: name, diagnosis: diagnosis, connections: connections, frames: frames,
      first: first ?? last, last: last, limitsReached: follower.limitsReached,
      hasLostPackets: source.lostPackets.contains { $0.count > 0 }, isRedacted: isRedacted, templates: follower.templates)
  }
}
