import Diagnosis
import Packets
import Rules
import TestSupport
import Transcripts

/// What the rules say of built frames: of each connection, and of the recording as a whole.
struct Judged {
  private(set) var findings: [Finding] = []
  private(set) var ofRecording: [Finding] = []
  /// Of the cases that the connections make up.
  private(set) var ofCases: [Finding] = []
  private(set) var cases: [Case] = []
  /// What was asked of KDCs and resolvers for no case.
  private(set) var ofOthers: [Finding] = []
  private(set) var facts = RecordingFacts()
  private(set) var transcripts: [Transcript] = []

  init(
    _ frames: [TestFrame], damage: [CaptureWarning] = [], lostPackets: [RecordingFacts.LostPackets] = []
  ) {
    var transcripts: [Transcript] = []
    var tracker = Tracker { transcripts.append($0) }
    for (index, frame) in frames.enumerated() {
      var about = Frame(
        number: index + 1, time: frame.time, originalLength: frame.originalLength ?? frame.bytes.count, linkType: .ethernet)
      about.hostDrop = frame.hostDrop
      tracker.accept(about, ByteView(frame.bytes.span))
    }
    let lookups = tracker.finish()
    for index in transcripts.indices { _ = tracker.hindsight.complete(&transcripts[index]) }
    var facts = tracker.facts
    facts.damage = damage
    facts.lostPackets = lostPackets
    self.transcripts = transcripts
    findings = transcripts.flatMap { Engine().judge($0).findings }
    ofRecording = Engine().judge(facts)
    let sorted = CaseBook.cases(of: transcripts.map { ConnectionBrief($0) }, joining: lookups)
    cases = sorted.cases
    ofCases = cases.flatMap { Engine().judge($0) }
    ofOthers = Engine().judge(sorted.others)
    self.facts = facts
  }

  init(_ conversation: Conversation) { self.init(conversation.frames) }

  init(_ build: (inout Conversation) -> Void) {
    var conversation = Conversation()
    conversation.open()
    build(&conversation)
    self.init(conversation)
  }

  /// Rules of single connections that need to know what the others of the case did.
  static let rulesOfCases: Set<String> = ["nbss-session-refused", "tree-dfs-not-covered"]

  /// Those of the recording last.
  var all: [Finding] { findings + ofRecording }

  /// Identifier, severity and confidence of what fired in these phases.
  func fired(in phases: Set<Phase>) -> [String] {
    (findings + ofCases.filter { Self.rulesOfCases.contains($0.rule.id) } + ofRecording).filter { phases.contains($0.rule.phase) }
      .map { "\($0.rule.id) \($0.severity) \($0.observation.confidence)" }
  }

  /// Identifiers and severities of the rules that fired, in order: `auth-logon-failure error`.
  func fired(except ignored: Set<String> = []) -> [String] {
    findings.filter { !ignored.contains($0.rule.id) }.map { "\($0.rule.id) \($0.severity.rawValue)" }
  }
}

/// A conversation, and the rules of some phases that must fire on it: identifier and severity.
struct RuleCase: CustomStringConvertible, Sendable {
  var description: String
  var expected: [String]
  var build: @Sendable (inout Conversation) -> Void

  init(_ description: String, _ expected: String..., build: @escaping @Sendable (inout Conversation) -> Void) {
    (self.description, self.expected, self.build) = (description, expected, build)
  }

  /// What fired of these phases.
  func fired(_ phases: Set<Phase>) -> [String] {
    let judged = Judged(build)
    return (judged.findings + judged.ofCases.filter { Judged.rulesOfCases.contains($0.rule.id) })
      .filter { phases.contains($0.rule.phase) }.map { "\($0.rule.id) \($0.severity.rawValue)" }
  }
}
