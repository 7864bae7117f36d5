package import Packets
package import Rules
package import Transcripts

/// A diagnosis: what a rule found, where, and how much it counts.
package struct Finding: Sendable {
  package enum Scope: Hashable, Sendable, Codable {
    case connection(Int)
    /// Those connections of one attempt that it is about.
    case attempt([Int])
    /// What a client asked of KDCs and resolvers, as far as it belongs to no connection.
    case client(IPAddress)
    case recording
  }

  package enum Standing: Hashable, Sendable, Codable {
    /// It contributes to the primary finding of its case.
    case contributing
    /// The one that explains its case.
    case primary
    /// A later attempt reached what this one says failed.
    case superseded
    /// It only shows that something ended. The rule of this name found the reason.
    case explained(by: String)
    /// The user knows of it.
    case accepted(reason: String, isPrimary: Bool)
  }

  package let rule: Rule
  package internal(set) var scope: Scope
  package internal(set) var standing = Standing.contributing
  /// The severity without regard to its standing.
  package let gravity: Severity
  package internal(set) var observation: Observation
  /// nil when it cites frames of several streams, or of none.
  package internal(set) var tcpStream: Int?
  /// nil for what belongs to no connection.
  package internal(set) var caseID: Int?
  /// The same for the same capture: `<connection>-<rule>`, `<phase>-<frame>-<rule>` or `capture-<rule>`, with a number
  /// from the second one on.
  package internal(set) var id = ""

  init(_ rule: Rule, _ scope: Scope, _ observation: Observation, gravity: Severity? = nil, tcpStream: Int? = nil) {
    self.rule = rule
    self.scope = scope
    self.gravity = gravity ?? rule.severity(of: observation)
    self.observation = observation
    self.tcpStream = tcpStream
  }
}

extension Finding: Codable {
  private enum CodingKeys: String, CodingKey {
    case rule, scope, standing, gravity, observation, tcpStream, caseID, id
  }

  /// The rule by its identifier: who reads it runs the same ones.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(rule.id, forKey: .rule)
    try container.encode(scope, forKey: .scope)
    try container.encode(standing, forKey: .standing)
    try container.encode(gravity, forKey: .gravity)
    try container.encode(observation, forKey: .observation)
    try container.encodeIfPresent(tcpStream, forKey: .tcpStream)
    try container.encodeIfPresent(caseID, forKey: .caseID)
    try container.encode(id, forKey: .id)
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let name = try container.decode(String.self, forKey: .rule)
    let rules = decoder.userInfo[.rules] as? [String: Rule]
    guard let rule = rules?[name] else {
      throw DecodingError.dataCorruptedError(forKey: .rule, in: container, debugDescription: "no rule \(name) was run")
    }
    self.rule = rule
    scope = try container.decode(Scope.self, forKey: .scope)
    standing = try container.decode(Standing.self, forKey: .standing)
    gravity = try container.decode(Severity.self, forKey: .gravity)
    observation = try container.decode(Observation.self, forKey: .observation)
    tcpStream = try container.decodeIfPresent(Int.self, forKey: .tcpStream)
    caseID = try container.decodeIfPresent(Int.self, forKey: .caseID)
    id = try container.decode(String.self, forKey: .id)
  }
}

extension CodingUserInfoKey {
  /// The rules that were run, by identifier: what findings need to be read.
  package static let rules = CodingUserInfoKey(rawValue: "rules")!
}

extension Finding {
  /// The connections it is about; empty for what cannot be joined to one.
  package var connections: [Int] {
    switch scope {
    case .connection(let id): [id]
    case .attempt(let ids): ids
    case .client, .recording: []
    }
  }

  /// The severity in the report: `info` for superseded and accepted findings.
  package var severity: Severity {
    switch standing {
    case .primary, .contributing: gravity
    case .superseded, .explained, .accepted: .info
    }
  }

  package var isPrimary: Bool {
    switch standing {
    case .primary: true
    case .accepted(_, let isPrimary): isPrimary
    case .contributing, .superseded, .explained: false
    }
  }

  /// Why the user accepts it.
  package var acceptance: String? { if case .accepted(let reason, _) = standing { reason } else { nil } }

  /// The rule that saw the reason for what this one saw the end of.
  package var explanation: String? { if case .explained(let rule) = standing { rule } else { nil } }

  /// About the recording as a whole, and not about what a host in it did.
  package var isOfRecording: Bool { scope == .recording }

  package var confidence: Confidence { observation.confidence }
  package var phase: Phase { rule.phase }
  package var summary: String { observation.summary }
  package var evidence: [Evidence] { observation.evidence }
  package var comparison: [FieldComparison] { observation.comparison }
  package var causes: [String] { observation.firstCauses + (observation.causes ?? rule.causes) }
  package var remedies: [Remedy] { observation.firstRemedies + (observation.remedies ?? rule.remedies) }

  /// The frames that prove it, each once, in order.
  package var frames: [Int] { Set(observation.evidence.map(\.frame)).sorted() }

  /// The evidence that shows it best: how the connection ended where that is the fault, else the last frame before.
  package var decisive: Evidence? {
    let wantsEnd = rule.nature == .reset
    return evidence.last { $0.isEnd == wantsEnd } ?? evidence.last
  }

  /// When it happened; nil for what no frame shows.
  package var time: Timestamp? { decisive?.time ?? evidence.lazy.compactMap(\.time).last }

  /// A display filter that shows the connection's frames cited here (Wireshark 4); nil when none is cited.
  package var wiresharkFilter: String? {
    let frames = frames.map(String.init).joined(separator: ", ")
    return switch (tcpStream, frames.isEmpty) {
    case (let stream?, false): "tcp.stream == \(stream) && frame.number in {\(frames)}"
    case (let stream?, true): "tcp.stream == \(stream)"
    case (nil, false): "frame.number in {\(frames)}"
    case (nil, true): nil
    }
  }

  /// The one to read first.
  package static func isGraver(_ left: Finding, _ right: Finding) -> Bool {
    if left.isPrimary != right.isPrimary { return left.isPrimary }
    return (left.severity, left.confidence) > (right.severity, right.confidence)
  }
}

extension Finding {
  /// Notes the first acceptance that covers it.
  ///
  /// - Parameter ends: the hosts it concerns.
  mutating func accept(by acceptances: [Acceptance], between ends: [IPAddress]) {
    guard let reason = acceptances.first(where: { $0.covers(self, between: ends) })?.reason else { return }
    standing = .accepted(reason: reason, isPrimary: isPrimary)
  }

  /// Whether it explains its case.
  mutating func mark(primary isPrimary: Bool) {
    switch standing {
    case .accepted(let reason, _): standing = .accepted(reason: reason, isPrimary: isPrimary)
    case .superseded, .explained: break
    case .primary, .contributing: standing = isPrimary ? .primary : .contributing
    }
  }

  /// What its identity begins with; see ``id``.
  var baseID: String {
    switch scope {
    case .connection, .attempt: "\(connections.first ?? 0)-\(rule.id)"
    case .recording: "capture-\(rule.id)"
    case .client: "\(rule.phase.rawValue)-\(frames.first ?? 0)-\(rule.id)"
    }
  }
}

extension Finding {
  /// Replaces the remedies by those for the peers and names of its connections.
  mutating func writeRemedies(from source: RemedyFacts.Source) {
    var lastWritten = LastWritten()
    writeRemedies(from: source, &lastWritten)
  }

  /// - Parameter lastWritten: of findings before.
  mutating func writeRemedies(from source: RemedyFacts.Source, _ lastWritten: inout LastWritten) {
    let written = lastWritten.write(self, RemedyFacts(source, frames: frames))
    observation.firstRemedies = []
    // Unchanged remedies share the rule's own list.
    observation.remedies = written == rule.remedies ? nil : written
  }

  /// Adds what sent the client to the host, behind the first of its own causes and remedies.
  mutating func add(_ origin: Observation.Origin) {
    var (causes, remedies) = (self.causes, self.remedies)
    guard !causes.contains(origin.cause) else { return }
    causes.insert(origin.cause, at: min(1, causes.count))
    remedies.insert(origin.remedy, at: min(1, remedies.count))
    (observation.firstCauses, observation.causes) = ([], causes)
    (observation.firstRemedies, observation.remedies) = ([], remedies)
  }

  /// A new recording is made with what Windows has.
  mutating func adviseRecordersOfWindows() {
    let written = remedies.forRecordersOfWindows
    guard written != remedies else { return }
    observation.firstRemedies = []
    observation.remedies = written
  }
}

/// The remedies that each rule was given last. A client that fails again and again does so with the same names, and to write them
/// takes longer than to judge the connection.
struct LastWritten {
  private struct Entry {
    var remedies: [Remedy]
    var first: Int
    var facts: RemedyFacts
    var written: [Remedy]
  }

  /// By rule, of which there are a few hundred.
  private var entries: [String: Entry] = [:]

  fileprivate mutating func write(_ finding: Finding, _ facts: RemedyFacts) -> [Remedy] {
    let (remedies, first) = (finding.remedies, finding.observation.firstRemedies.count)
    if let last = entries[finding.rule.id], last.first == first, last.facts == facts, last.remedies == remedies { return last.written }
    let written = remedies.written(for: facts, keeping: first)
    entries[finding.rule.id] = Entry(remedies: remedies, first: first, facts: facts, written: written)
    return written
  }
}
