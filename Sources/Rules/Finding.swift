package import Packets
package import Transcripts

package enum Severity: String, Sendable, Codable, CaseIterable, Comparable {
  case info, warning, error, critical

  package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// How sure a finding is: the bytes say it, state and timing say it, or a rule of thumb does.
package enum Confidence: String, Sendable, Codable, CaseIterable, Comparable {
  case possible, likely, proven

  package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

package enum Phase: String, Sendable, CaseIterable {
  case transport, negotiate, sessionSetup = "session-setup", kerberos, treeConnect = "tree-connect"
  case validateNegotiate = "validate-negotiate", signing, encryption, middlebox, capture
}

/// Where a frame of a recording of several files lies.
package struct FramePlace: Hashable, Sendable, Codable {
  /// The file's place among those of the recording, from 0.
  package var file: Int
  /// From 1, as Wireshark counts when it opens this file alone.
  package var frame: Int

  package init(file: Int, frame: Int) {
    self.file = file
    self.frame = frame
  }
}

/// A frame, and what it shows.
package struct Evidence: Hashable, Sendable, Codable {
  package var frame: Int
  package var note: String
  /// Who sent it, when the frame is a message of one of the two.
  package var sender: Peer?
  /// Only in a recording of several files.
  package var place: FramePlace?
  /// When it was recorded; nil as long as the transcript does not say it.
  package var time: Timestamp?
  /// It ends the connection: what was wrong came before, as a rule.
  package let isEnd: Bool

  init(_ frame: Int, _ sender: Peer?, _ note: String, isEnd: Bool = false) {
    self.frame = frame
    self.sender = sender
    self.note = note
    self.isEnd = isEnd
  }
}

/// What to do about a finding.
package struct Remedy: Hashable, Sendable, Codable {
  package var text: String
  /// A command or setting to type, with where it applies in the text.
  package var command: String?
  /// What it costs or weakens.
  package var caution: String?
  /// The software that has what it names; empty for any, and for what lies between the two.
  package var fits: [System]
  /// What takes its place where another software is known.
  package var variants: [Remedy]

  package init(
    _ text: String, command: String? = nil, caution: String? = nil, fits: [System] = [], variants: [Remedy] = []
  ) {
    self.text = text
    self.command = command
    self.caution = caution
    self.fits = fits
    self.variants = variants
  }
}

/// What a rule says about one connection: the part that differs from case to case.
package struct Observation: Sendable, Codable {
  package var confidence: Confidence
  /// One line, lower case, no full stop.
  package var summary: String
  package var evidence: [Evidence]
  /// Replaces the rule's severity, where the catalogue grades it.
  package var severity: Severity?
  /// Replaces the rule's causes.
  package var causes: [String]?
  /// What the evidence makes likelier than all of them.
  package var firstCauses: [String] = []
  /// Replaces the rule's remedies, where the capture tells the names that belong into the commands.
  package var remedies: [Remedy]?
  /// What helps against the first causes, before all other remedies and in this order.
  package var firstRemedies: [Remedy] = []
  /// NEGOTIATE against VALIDATE_NEGOTIATE_INFO, field by field, equal fields too.
  package var comparison: [FieldComparison] = []
  /// What was to be reached, where the connection as a whole does not tell: one share of several, one user of several.
  package var goal: Goal?
  /// Of a case: those concerned; empty for all of them.
  package var connections: [Int] = []
  /// Of a recording: the one host it is about.
  package var host: IPAddress?
  /// It explains less than why the client had to take this way: see ``Rule/isOfFallback``.
  package var isOfFallback = false
  /// How the client came to the host that cannot be used: for the finding that says why it cannot.
  package var origin: Origin?
  /// The TCP stream of all the evidence, where it is not a connection's own.
  package var tcpStream: Int?

  init(
    _ confidence: Confidence, _ summary: String, evidence: [Evidence], severity: Severity? = nil,
    causes: [String]? = nil, firstRemedies: [Remedy] = [], remedies: [Remedy]? = nil, comparison: [FieldComparison] = [],
    goal: Goal? = nil, connections: [Int] = [], tcpStream: Int? = nil
  ) {
    self.confidence = confidence
    self.summary = summary
    // What the capture does not have is no evidence.
    self.evidence = evidence.filter { $0.frame > 0 }
    self.severity = severity
    self.causes = causes
    self.firstRemedies = firstRemedies
    self.remedies = remedies
    self.comparison = comparison
    self.goal = goal
    self.connections = connections
    self.tcpStream = tcpStream
  }
}

extension Observation {
  /// What sent a client to a host: one more reason for all that is wrong with this host, and what to do about it.
  package struct Origin: Sendable, Codable {
    package var cause: String
    package var remedy: Remedy
  }

  /// What whoever opens a recording says of it, of which there are no frames.
  package static func ofRecording(_ summary: String) -> Observation { Observation(.proven, summary, evidence: []) }
}
