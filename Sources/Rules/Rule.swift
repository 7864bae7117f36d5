package import Packets
package import Transcripts

/// One diagnosis: when it holds, what it means and what to do.
package struct Rule: Sendable {
  /// What kind of fact a finding is. The graver kind explains the lesser: a wrong value beats a status, a status
  /// beats a reset, a reset beats silence. Of silence, a reset or a status there is nothing to say where everything went well, so
  /// such rules are not asked there: see ``Transcripts/Transcript/isUneventful``.
  package enum Nature: Int, Sendable, Comparable {
    case note, silence, reset, status, wrongValue

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  /// What a rule looks at. All are pure: no bytes, no clock, no files, no state.
  package enum Judge: Sendable {
    case connection(@Sendable (Transcript) -> [Observation])
    /// Looks at what one client asked of KDCs and resolvers: for one case, or outside of any.
    case lookups(@Sendable (Lookups, Case?) -> [Observation])
    /// Needs several connections of one attempt, or what was asked beside them; judged when the case is closed.
    case attempt(@Sendable (Case) -> [Observation])
    /// Needs to know what the same server and client did elsewhere in the recording; judged at its end.
    case recordingIndex(@Sendable (Candidate, RecordingIndex) -> [Observation])
    /// Looks at the recording as a whole.
    case capture(@Sendable (RecordingFacts) -> [Observation])
  }

  package var id: String
  package var severity: Severity
  package var phase: Phase
  package var nature: Nature
  /// What the capture must show before the rule can be judged.
  package var needs: [Need]
  /// One sentence with a capital and a full stop.
  package var summary: String
  /// What was seen, why it matters, what to look at first.
  package var explanation: String
  /// When it is no fault, or what looks like it and is not reported.
  package var whenBenign: String
  /// How to make sure of it before anything is changed.
  package var howToVerify: String
  /// Most likely first.
  package var causes: [String]
  package var remedies: [Remedy]
  package var references: [String]
  package var judge: Judge
  /// What it says of the connections of a case together, where one by itself does not tell.
  package private(set) var judgeOfCase: (@Sendable (Case) -> [Observation])?
  /// It says that an attempt failed: reaching the same goal soon after makes it a note.
  package var supersededBySuccess = false
  /// It says that a second way to log on is closed, which a client takes when the first has failed.
  package private(set) var isOfFallback = false
  /// The user whom it names did not get in, even if the client's other connections work.
  package private(set) var isOfLogon = false
  /// It is a guess that each further connection of the same client confirms.
  package private(set) var isConfirmedByRepetition = false
  /// nil unless a site may set it otherwise.
  package private(set) var threshold: Threshold?
  /// The user wants findings to have the rule's severity, however the rule grades them.
  private var hasChosenSeverity = false

  init(
    id: String, severity: Severity, phase: Phase, nature: Nature, needs: [Need] = [], supersededBySuccess: Bool = false,
    summary: String, explanation: String, whenBenign: String = "", howToVerify: String = "", causes: [String] = [],
    remedies: [Remedy] = [], references: [String], _ judge: @escaping @Sendable (Transcript) -> [Observation]
  ) {
    self.init(
      id: id, severity: severity, phase: phase, nature: nature, needs: needs, supersededBySuccess: supersededBySuccess,
      summary: summary, explanation: explanation, whenBenign: whenBenign, howToVerify: howToVerify, causes: causes,
      remedies: remedies, references: references, judge: .connection(judge))
  }

  /// A rule that goes by a threshold, which a site may set otherwise.
  init(
    id: String, severity: Severity, phase: Phase, nature: Nature, needs: [Need] = [], supersededBySuccess: Bool = false,
    summary: String, explanation: String, whenBenign: String = "", howToVerify: String = "", causes: [String] = [],
    remedies: [Remedy] = [], references: [String], threshold standard: TimeSpan,
    judge: @escaping @Sendable (_ limit: TimeSpan) -> Judge
  ) {
    self.init(
      id: id, severity: severity, phase: phase, nature: nature, needs: needs, supersededBySuccess: supersededBySuccess,
      summary: summary, explanation: explanation, whenBenign: whenBenign, howToVerify: howToVerify, causes: causes,
      remedies: remedies, references: references, judge: judge(standard))
    threshold = Threshold(standard: standard, judge: judge)
  }

  init(
    id: String, severity: Severity, phase: Phase, nature: Nature, needs: [Need] = [], supersededBySuccess: Bool = false,
    summary: String, explanation: String, whenBenign: String = "", howToVerify: String = "", causes: [String] = [],
    remedies: [Remedy] = [], references: [String], judge: Judge
  ) {
    self.id = id
    self.severity = severity
    self.phase = phase
    self.nature = nature
    self.needs = needs + (remedies.contains { $0.otherSideQuestion != nil } ? [.otherSide] : [])
    self.supersededBySuccess = supersededBySuccess
    self.summary = summary
    self.explanation = explanation
    self.whenBenign = whenBenign
    self.howToVerify = howToVerify
    self.causes = causes
    self.remedies = remedies
    self.references = references
    self.judge = judge
  }
}

extension Rule {
  /// The same rule, which also looks at a case as a whole.
  func alsoJudging(_ judge: @escaping @Sendable (Case) -> [Observation]) -> Rule {
    var rule = self
    rule.judgeOfCase = judge
    return rule
  }

  /// The same rule, which explains less than why the client had to take this way.
  func ofFallback() -> Rule {
    var rule = self
    rule.isOfFallback = true
    return rule
  }

  /// The same rule, which tells of a user's logon, whatever else the client does.
  func ofLogon() -> Rule {
    var rule = self
    rule.isOfLogon = true
    return rule
  }

  /// The same rule, whose guess becomes likely when a client does the same again and again.
  func confirmedByRepetition() -> Rule {
    var rule = self
    rule.isConfirmedByRepetition = true
    return rule
  }

  /// From when on something is slow, or far apart.
  package struct Threshold: Sendable {
    package var standard: TimeSpan
    let judge: @Sendable (_ limit: TimeSpan) -> Judge
  }

  /// The same rule with another threshold; itself where it has none.
  package func tuned(to limit: TimeSpan) -> Rule {
    guard let threshold else { return self }
    var rule = self
    rule.judge = threshold.judge(limit)
    return rule
  }

  /// The same rule with another severity, for all of its findings but those that what came later makes up for.
  package func graded(_ severity: Severity) -> Rule {
    var rule = self
    rule.severity = severity
    rule.hasChosenSeverity = true
    return rule
  }

  /// What the user chose, or how the rule grades what it saw.
  package func severity(of observation: Observation) -> Severity {
    hasChosenSeverity ? severity : observation.severity ?? severity
  }
}

extension Rule {
  /// Every rule, phase by phase. The order is that of lists; it decides nothing.
  package static let all: [Rule] =
    transportRules + nameRules + negotiateRules + sessionSetupRules + kerberosRules + treeConnectRules
    + validateNegotiateRules + signingRules + encryptionRules + middleboxRules + captureRules
    + [rstInjectedByThirdParty]

  private static let byID = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) })

  package static func named(_ id: String) -> Rule? { byID[id] }
}

extension Rule {
  /// Whether a pattern means it: its identifier, or the beginning of it and an asterisk.
  package func matches(_ pattern: String) -> Bool {
    pattern.hasSuffix("*") ? id.hasPrefix(pattern.dropLast()) : id == pattern
  }
}
