package import Transcripts

extension Case {
  /// Whether what a finding says failed was reached soon after.
  package func hasOvercome(_ finding: Finding) -> Bool {
    guard finding.rule.yieldsToSuccess, !finding.connections.isEmpty else { return false }
    let lastFrame = finding.frames.last ?? 0
    return finding.connections.allSatisfy { id in
      guard let connection = connections.first(where: { $0.id == id }) else { return false }
      let goal = finding.observation.goal ?? finding.rule.phase.stage.map(connection.goal(of:)) ?? connection.goal
      return isOvercome(goal, on: connection, at: lastFrame)
    }
  }

  /// The finding that explains the case: always one when it failed, else only when something grave was found.
  ///
  /// - Parameter findings: those of this case, with the severities they end up with.
  package func primary(among findings: [Finding]) -> Int? {
    let failed = Dictionary(uniqueKeysWithValues: unovercome.map { ($0.id, $0.failedStage) })
    var best: (index: Int, weight: Weight)?
    for (index, finding) in findings.enumerated() {
      let stages = finding.connections.compactMap { failed[$0] ?? nil }
      guard finding.severity >= .error || !stages.isEmpty && finding.severity > .info else { continue }
      let weight = Weight(finding, stages: stages)
      if best.map({ $0.weight < weight }) ?? true { best = (index, weight) }
    }
    return best?.index
  }
}

/// How much a finding explains: a wrong value before all; then what belongs to the stage that failed, the graver kind
/// of fact, and among equals the earlier one.
private struct Weight: Comparable {
  private let isWrongValue: Bool
  private let explainsStage: Bool
  private let nature: Rule.Nature
  private let severity: Severity
  private let confidence: Confidence
  /// A Kerberos error says more than the status that comes with it.
  private let isKerberos: Bool
  private let firstFrame: Int

  init(_ finding: Finding, stages: [Stage]) {
    isWrongValue = finding.explanatoryNature == .wrongValue
    explainsStage = stages.contains { finding.rule.phase.explains($0) }
    nature = finding.explanatoryNature
    severity = finding.severity
    confidence = finding.observation.confidence
    isKerberos = finding.rule.phase == .kerberos
    firstFrame = finding.frames.first ?? .max
  }

  static func < (left: Self, right: Self) -> Bool {
    if left.isWrongValue != right.isWrongValue { return right.isWrongValue }
    if left.explainsStage != right.explainsStage { return right.explainsStage }
    if left.nature != right.nature { return left.nature < right.nature }
    if left.severity != right.severity { return left.severity < right.severity }
    if left.confidence != right.confidence { return left.confidence < right.confidence }
    if left.isKerberos != right.isKerberos { return right.isKerberos }
    return left.firstFrame > right.firstFrame
  }
}

extension Phase {
  /// The stage that a fault of this phase is about.
  fileprivate var stage: Stage? {
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
    // What TCP does not deliver fails every stage.
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
