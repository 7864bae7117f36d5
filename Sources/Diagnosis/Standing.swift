import Rules
import Transcripts

/// Chooses the finding that explains why connections failed.
///
/// - Parameters:
///   - stages: by connection that failed for good, the stage it failed at.
///
/// - Returns: the place of one: always when a connection failed, else only when something grave was found.
func explanation(among findings: some Collection<Finding>, ofFailures stages: [Int: Stage?]) -> Int? {
  var best: (place: Int, weight: Weight)?
  for (place, finding) in findings.enumerated() where finding.standing != .superseded {
    let failed = finding.connections.compactMap { stages[$0] }
    guard finding.gravity >= .error || !failed.isEmpty && finding.gravity > .info else { continue }
    let weight = Weight(finding, stages: failed.compactMap(\.self), isAboutFailure: !failed.isEmpty)
    if best.map({ $0.weight < weight }) ?? true { best = (place, weight) }
  }
  return best?.place
}

/// How much a finding explains: a wrong value most; then an error of Kerberos before what the client did without a ticket; then
/// a finding about the stage that failed, then the graver kind of fact, and among equals the earlier one. ``Rule/Nature`` and
/// ``Phase`` say what a rule is about.
private struct Weight: Comparable {
  private let isAboutFailure: Bool
  private let isWrongValue: Bool
  private let explainsStage: Bool
  private let nature: Rule.Nature
  private let severity: Severity
  private let confidence: Confidence
  /// A Kerberos error says more than the status that comes with it.
  private let isKerberos: Bool
  /// The server refuses NTLM, which the client tried only because Kerberos had failed.
  private let isOfFallback: Bool
  private let firstFrame: Int
  private let rule: String

  init(_ finding: Finding, stages: [Stage], isAboutFailure: Bool) {
    // A warning does not explain a failure.
    nature = finding.gravity < .error ? .note : finding.rule.nature
    isWrongValue = nature == .wrongValue
    self.isAboutFailure = isAboutFailure
    // Neither does it explain the stage that failed, beside something graver.
    explainsStage = finding.gravity >= .error && stages.contains { finding.rule.phase.explains($0) }
    severity = finding.gravity
    confidence = finding.confidence
    isKerberos = finding.rule.phase == .kerberos
    isOfFallback = finding.rule.isOfFallback || finding.observation.isOfFallback
    firstFrame = finding.frames.first ?? .max
    rule = finding.rule.id
  }

  private var isFailedKerberos: Bool { isKerberos && severity >= .error }

  static func < (left: Self, right: Self) -> Bool {
    if left.isWrongValue != right.isWrongValue { return right.isWrongValue }
    if left.isOfFallback, right.isFailedKerberos { return true }
    if right.isOfFallback, left.isFailedKerberos { return false }
    if left.explainsStage != right.explainsStage { return right.explainsStage }
    if left.nature != right.nature { return left.nature < right.nature }
    if left.severity != right.severity { return left.severity < right.severity }
    if left.confidence != right.confidence { return left.confidence < right.confidence }
    if left.isKerberos != right.isKerberos { return right.isKerberos }
    if left.isAboutFailure != right.isAboutFailure { return right.isAboutFailure }
    return (left.firstFrame, left.rule) > (right.firstFrame, right.rule)
  }
}

extension Finding {
  /// Whether this finding only guesses why connections ended of which the other one knows the reason.
  func isExplained(by primary: Finding) -> Bool {
    guard standing == .contributing, confidence == .possible, [.silence, .reset].contains(rule.nature), !connections.isEmpty else {
      return false
    }
    return primary.confidence > .possible && Set(primary.connections).isSuperset(of: connections)
  }
}

extension Case {
  /// Whether what a finding says failed was reached soon after.
  func hasSuperseded(_ finding: Finding) -> Bool {
    guard !finding.connections.isEmpty else { return false }
    let isOfEnd = [.silence, .reset].contains(finding.rule.nature)
    let isBeside = finding.connections.allSatisfy { id in
      guard let connection = connection(id), isBesideMain(connection) else { return false }
      return isOfEnd || connection.isSMB1Fallback && finding.rule.phase == .negotiate
        || finding.rule.phase == .sessionSetup && connection.sessions.contains(where: \.mayBind)
    }
    if isBeside { return true }
    guard finding.rule.supersededBySuccess else { return false }
    // A refusal is over when it was given, however long the connection goes on.
    let refused = isOfEnd ? nil : finding.observation.evidence.last { !$0.isEnd }?.frame
    let lastFrame = refused ?? finding.frames.last ?? 0
    return finding.connections.allSatisfy { id in
      guard let connection = connection(id) else { return false }
      // Who had no ticket for a user, and went on without one, did not get in.
      if finding.rule.phase == .kerberos, connection.outcome == .failed, connection.hasOnlyAnonymousSessions { return false }
      // The errors of KDCs did not keep the client out.
      if finding.rule.phase == .kerberos, connection.isPastLogon { return true }
      // How a connection ended is made up for by what it failed at, which may be a later stage than the rule's.
      let failed = isOfEnd && connection.outcome == .failed ? connection.goal : nil
      var goal = finding.observation.goal ?? failed ?? finding.rule.phase.stage.map(connection.goal(of:)) ?? connection.goal
      // The success of another user does not count for this one.
      goal.user = goal.user ?? connection.user
      return isSuperseded(goal, on: connection, at: lastFrame)
    }
  }
}

extension Phase {
  /// The stage that a fault of this phase is about.
  var stage: Stage? {
    switch self {
    case .transport: .transport
    case .negotiate: .negotiate
    case .sessionSetup, .kerberos: .sessionSetup
    case .treeConnect: .treeConnect
    case .validateNegotiate: .validateNegotiate
    case .signing, .encryption, .middlebox, .capture: nil
    }
  }

  /// Whether a fault of this phase can be why an attempt got no further than a stage.
  fileprivate func explains(_ stage: Stage) -> Bool {
    switch self {
    // A fault of TCP can fail every stage.
    case .transport: true
    case .negotiate: stage == .negotiate
    case .sessionSetup, .kerberos: stage == .sessionSetup
    case .treeConnect: stage == .treeConnect
    case .validateNegotiate: stage == .validateNegotiate
    case .signing, .encryption: stage != .transport
    case .middlebox, .capture: false
    }
  }
}
