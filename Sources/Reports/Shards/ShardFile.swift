import Algorithms
package import Diagnosis
package import Packets
package import Rules

/// What `smbdx analyze --shard` writes and `smbdx merge` reads: a line of JSON for the share and its options, one for each
/// connection, and one at the end. A connection is in the form of ``CompactEncoder``, in Base64.
package enum ShardFile {
  package static let schema = "smbdx-shard/1"

  /// What decides how a recording is judged: the same in all shares of one.
  package struct Options: Sendable, Codable, Equatable {
    /// Identifiers, in the order in which the rules run.
    package var rules: [String]
    package var severities: [String: Severity] = [:]
    package var thresholds: [String: TimeSpan] = [:]
    package var site = Site()
    package var filter: String?
    package var verifiesChecksums = false
    package var maximumConnections = 0
    package var smbPorts: [UInt16] = []
    package var kerberosPorts: [UInt16] = []
    package var failOn = ""

    package init(rules: [String]) { self.rules = rules }
  }

  /// The first line.
  package struct Header: Sendable, Codable {
    package var schema = ShardFile.schema
    package var toolVersion: String
    package var shard: Shard
    package var options: Options
    /// See ``Report``.
    package var files: [String]
    package var paths: [String]
    package var arguments: [String]

    package init(toolVersion: String, shard: Shard, options: Options, files: [String], paths: [String], arguments: [String]) {
      self.toolVersion = toolVersion
      self.shard = shard
      self.options = options
      self.files = files
      self.paths = paths
      self.arguments = arguments
    }
  }

  /// The last line.
  package struct Closing: Sendable, Codable {
    /// Connections of the share.
    package var ownConnections: Int
    /// Of the whole recording.
    package var connections: Int
    package var frames: Int
    package var bytes: Int
    package var firstTime: Timestamp?
    package var lastTime: Timestamp?
    package var lookups: ShardLookups
    /// Only in the first share: all have the same.
    package var recording: RecordingPart?
    /// Where frames lie in the files; only in the first share of a recording of several files.
    package var places: FramePlaces?
    /// Of all lines before.
    package var checksum: UInt64 = 0

    package init(
      _ shard: Shard, ownConnections: Int, connections: Int, recording: RecordingPart, lookups: ShardLookups,
      places: FramePlaces?
    ) {
      self.ownConnections = ownConnections
      self.connections = connections
      let capture = recording.capture
      (frames, bytes, firstTime, lastTime) = (capture.frames, capture.bytes, capture.firstTime, capture.lastTime)
      self.lookups = lookups
      guard shard.number == 1 else { return }
      self.recording = recording
      self.places = places
    }
  }

  /// Around the Base64 of a connection: what JSON writers make of such a line.
  static let connectionStart = Array(#"{"connection":""#.utf8)
  static let connectionEnd = Array("\"}\n".utf8)

  /// One line: one of these.
  struct Line: Codable {
    var header: Header?
    var connection: String?
    var closing: Closing?
  }

  /// FNV-1a: tells damage, and protects from nobody.
  struct Checksum {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ bytes: some Sequence<UInt8>) {
      for byte in bytes { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    }
  }
}

/// Where frames of a recording of several files lie.
package struct FramePlaces: Sendable, Codable {
  /// Frames that follow each other in one file and in the recording.
  package struct Run: Sendable, Codable {
    package var firstFrame: Int
    package var file: Int
    package var firstFileFrame: Int

    package init(firstFrame: Int, file: Int, firstFileFrame: Int) {
      self.firstFrame = firstFrame
      self.file = file
      self.firstFileFrame = firstFileFrame
    }
  }

  private let runs: [Run]
  /// From this frame on places are not known; nil when all are.
  private let unknownFrom: Int?

  package init(_ runs: [Run], unknownFrom: Int?) {
    self.runs = runs
    self.unknownFrom = unknownFrom
  }

  package func place(of frame: Int) -> FramePlace? {
    let index = runs.partitioningIndex { $0.firstFrame > frame } - 1
    guard index >= 0, unknownFrom.map({ frame < $0 }) ?? true else { return nil }
    let run = runs[index]
    return FramePlace(file: run.file, frame: run.firstFileFrame + frame - run.firstFrame)
  }
}
