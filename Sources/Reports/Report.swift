package import Packets
package import Transcripts

/// Everything that is said about one recording: a value that every output format is written from.
package struct Report: Sendable {
  /// Of the JSON that it is written as.
  package static let schema = "smbdx-report/1"

  package var toolVersion: String
  /// Base names, in the order given.
  package var files: [String]
  /// The same as the user named them, for programs that look for the files; empty when nobody is to know.
  package var paths: [String] = []
  package var capture: CaptureFacts
  /// In the order in which they ended.
  package var connections: [ConnectionRecord]
  /// In the order in which they began.
  package var cases: [CaseRecord] = []
  /// By connection, the gravest first; those of no connection last.
  package var findings: [FindingRecord]
  package var summary: Summary
  /// Rules that were not run because the user chose others.
  package var rulesLeftOut = 0
}

extension Report {
  /// The path of one of ``files``.
  func path(of file: String) -> String {
    guard paths.count == files.count, let index = files.firstIndex(of: file) else { return file }
    return paths[index]
  }
}

/// What was counted, connections and findings that are not listed too.
package struct Summary: Sendable, Equatable {
  package internal(set) var connections = 0
  package internal(set) var failed = 0
  package internal(set) var established = 0
  package internal(set) var inconclusive = 0
  package internal(set) var notSMB = 0
  package internal(set) var critical = 0
  package internal(set) var error = 0
  package internal(set) var warning = 0
  package internal(set) var info = 0
}

/// What the capture is, apart from what it shows.
package struct CaptureFacts: Sendable {
  /// All of the files, those that the filter given with -f rejected too.
  package var frames = 0
  /// nil without a filter.
  package var rejectedFrames: Int?
  /// On the wire, which may be more than was captured.
  package var bytes = 0
  package var linkTypes: [String] = []
  package var firstTime: Timestamp?
  package var lastTime: Timestamp?
  /// False when a file is damaged or cut short.
  package var isComplete = true
  package var warnings: [CaptureWarning] = []
  /// How often each named limit was reached.
  package var limitsReached: [String: Int] = [:]
  package var tcpConnections = 0
  package var fragments = FragmentTable.Counts()
  package var malformedFrames = 0
  package var truncatedFrames = 0
  /// Packets that the recorders say they lost.
  package var lostPackets = 0
  /// The largest step back in time from one frame to the next, in nanoseconds.
  package var largestStepBack: Int64 = 0
  /// Packets left out because of their checksums; nil unless the user wants them to be looked at.
  package var wrongChecksums: Int?
  /// Segments whose bytes contradict an earlier copy.
  package var conflictingSegments = 0
  package var unreadableMessages = 0
  package var unreadableKerberosMessages = 0

  package init() {}

  /// - Parameters:
  ///   - tracker: after its `finish()`.
  ///   - frames: all of the files.
  ///   - isFiltered: the tracker saw only those that a filter let pass.
  ///   - lostPackets: as the recorders say.
  package init(
    _ tracker: Tracker, frames: Int, isFiltered: Bool, lostPackets: Int = 0, linkTypes: [String], warnings: [CaptureWarning]
  ) {
    let counts = tracker.counts
    self.frames = frames
    rejectedFrames = isFiltered ? frames - counts.frames : nil
    bytes = counts.bytes
    self.linkTypes = linkTypes
    firstTime = counts.firstTime
    lastTime = counts.lastTime
    // Without a frame it is about a file that was left out.
    isComplete = warnings.allSatisfy { $0.frame == nil }
    self.warnings = warnings
    tcpConnections = tracker.connectionCount
    fragments = counts.fragments
    noteLimit("fragments", fragments.limitsReached)
    malformedFrames = counts.malformedFrames
    truncatedFrames = counts.truncatedFrames
    self.lostPackets = lostPackets
    largestStepBack = counts.largestStepBack
    wrongChecksums = counts.wrongChecksums
    unreadableKerberosMessages = tracker.unreadableKerberosMessages
    noteLimit("open-connections", tracker.evictedConnections)
    noteLimit("held-bytes", tracker.heldLimitsReached)
    noteLimit("icmp-errors", tracker.noticesNotKept)
    noteLimit("kerberos", tracker.kerberosLimitsReached)
    noteLimit("names", tracker.nameLimitsReached)
  }

  package mutating func noteLimit(_ name: String, _ count: Int) {
    if count > 0 { limitsReached[name, default: 0] += count }
  }
}

/// Damage in a capture file, and where.
package struct CaptureWarning: Sendable, Equatable {
  package var message: String
  package var file: String
  package var frame: Int?
  /// From the start of the file; nil for a pipe.
  package var byte: Int?

  package init(message: String, file: String, frame: Int?, byte: Int?) {
    self.message = message
    self.file = file
    self.frame = frame
    self.byte = byte
  }
}

/// Where a frame of a recording of several files lies.
package struct FramePlace: Sendable, Equatable {
  package var file: String
  /// From 1, as Wireshark counts when it opens this file alone.
  package var frame: Int

  package init(file: String, frame: Int) {
    self.file = file
    self.frame = frame
  }
}
