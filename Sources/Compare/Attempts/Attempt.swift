import Diagnosis
package import Packets
import Protocols
import Rules
package import Transcripts

/// One attempt to reach something: what was asked, agreed and answered, without numbers that are never the same twice. It is a
/// connection with what the client asked KDCs and resolvers for it, or these inquiries alone.
package struct Attempt: Sendable {
  package private(set) var client: IPAddress
  /// nil where the attempt ends before a connection to a server.
  package private(set) var connection: Connection?
  /// Transports in which smbdx cannot read SMB. If one of them was used, the recording has no readable connection.
  package private(set) var hidden: HiddenTransport?
  package private(set) var firstFrame: Int?
  package private(set) var outcome = ConnectionOutcome.inconclusive
  package private(set) var share: String?
  package internal(set) var facts: [AttemptFact] = []
  /// What each step took, from its request to its answer.
  private(set) var times: [(step: AttemptStep, name: String, time: TimeSpan, frame: Int)] = []
  var outcomes: [AttemptStep: StageOutcome] = [:]
  /// Of what this recording lacks a part, and why.
  var gaps: [AttemptStep: String] = [:]
  /// How the connection ended.
  private(set) var end: AttemptFact?

  /// A connection to a server.
  package struct Connection: Sendable {
    package var id: Int
    package var client: Endpoint
    package var server: Endpoint
    package var tcpStream: Int
    var lastFrame: Int
  }

  package init(_ transcript: Transcript) {
    client = transcript.client.address
    connection = Connection(
      id: transcript.id, client: transcript.client, server: transcript.server, tcpStream: transcript.tcpStream,
      lastFrame: transcript.lastFrame.number)
    firstFrame = transcript.firstFrame.number
    outcome = transcript.outcome
    share = (transcript.trees.first { !$0.isPipeShare } ?? transcript.trees.first)?.share.lowercased()
    for step in AttemptStep.allCases { if let stage = step.stage { outcomes[step] = transcript.outcome(of: stage) } }
    end = Self.end(of: transcript)
    readTCP(transcript)
    readNetBIOS(transcript)
    readNegotiate(transcript)
    readSessions(transcript)
    readTrees(transcript)
    readValidation(transcript)
    readUse(transcript)
    readGaps(transcript)
  }

  /// Inquiries of one client that belong to no connection.
  package init(_ lookups: Lookups, of client: IPAddress) {
    self.client = client
    let frames = lookups.exchanges.map(\.start) + lookups.names.map(\.start)
    firstFrame = frames.map(\.number).min()
    read(lookups)
  }

  /// Traffic that may be SMB: where it goes, and whether it arrives, is all that can be read.
  package init(_ hidden: HiddenTransport) {
    client = hidden.client
    self.hidden = hidden
    firstFrame = hidden.frame
    add(.tcp, "port", hidden.kind.transport, .agreement, hidden.frame)
    if let refusal = hidden.refusal {
      let what = refusal.isOfPort ? "the port is closed" : "unreachable"
      add(.tcp, "connection", "refused by ICMP from \(refusal.reporter): \(what)", .result, refusal.frame, isFailure: true)
      outcomes[.tcp] = .failed
    } else {
      outcomes[.tcp] = .notSeen
      for step in AttemptStep.allCases where step >= .tcp { gaps[step] = "\(hidden.kind.transport) hides everything from frame \(hidden.frame) on" }
    }
  }

  package func outcome(of step: AttemptStep) -> StageOutcome {
    // What a KDC refuses is a step of its own here.
    if step == .sessionSetup, outcomes[.kerberos] == .failed, !has(.sessionSetup) { return .notReached }
    return outcomes[step] ?? (connection == nil ? .notReached : .notApplicable)
  }

  /// What the diagnosis of the whole recording decided.
  mutating func settle(_ one: DiagnosedConnection) {
    outcome = one.outcome
    for (stage, outcome) in one.stageOutcomes {
      if let step = AttemptStep.allCases.first(where: { $0.stage == stage }) { outcomes[step] = outcome }
    }
  }

  /// Something of this step is there.
  func has(_ step: AttemptStep) -> Bool { facts.contains { $0.step == step && $0.origin != .option } }

  func fact(_ step: AttemptStep, _ name: String) -> AttemptFact? { facts.first { $0.step == step && $0.name == name } }
}

extension Attempt {
  mutating func add(
    _ step: AttemptStep, _ name: String, _ value: String?, _ weight: AttemptFact.Weight, _ frame: Int? = nil,
    _ origin: AttemptFact.Origin = .step, isFailure: Bool = false
  ) {
    guard let value, !value.isEmpty, fact(step, name) == nil else { return }
    facts.append(
      AttemptFact(step: step, name: name, value: value, weight: weight, frame: frame, origin: origin, isFailure: isFailure))
  }

  mutating func time(_ step: AttemptStep, _ name: String, _ from: Timestamp?, _ stamp: MessageStamp?) {
    guard let from, let stamp, stamp.time.since(from) >= .zero else { return }
    time(step, name, stamp.time.since(from), stamp.frame)
  }

  mutating func time(_ step: AttemptStep, _ name: String, _ span: TimeSpan, _ frame: Int) {
    times.append((step, name, span, frame))
  }

  /// What came back to a request: a status, or how the wait for one ended. Where the recording does not show it there is no
  /// such fact.
  mutating func addAnswer(
    _ step: AttemptStep, _ name: String, _ status: NTStatus?, asked: Int?, answered: Int?, origin: AttemptFact.Origin = .step,
    isRefusal: Bool = true
  ) {
    if let status {
      add(step, name, "\(status)", .result, answered ?? asked, origin, isFailure: isRefusal && status != .success)
    } else if outcome(of: step) == .failed {
      let ending = end.map { "no answer: \($0.value)" } ?? "no answer"
      add(step, name, ending, .result, asked, origin, isFailure: true)
    }
  }

  /// `the server closes the connection (FIN)`
  private static func end(of transcript: Transcript) -> AttemptFact? {
    guard let ending = transcript.ending else { return nil }
    let who = transcript.peer(ending.side).rawValue
    let forged = transcript.end.kind == .forged
    let value =
      forged ? "a reset that neither host sent ends the connection"
      : ending.kind == .rst ? "the \(who) resets the connection" : "the \(who) closes the connection"
    return AttemptFact(step: .use, name: "end", value: value, weight: .result, frame: ending.stamp.number)
  }
}
