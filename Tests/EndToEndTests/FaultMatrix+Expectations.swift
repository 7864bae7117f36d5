import Diagnosis
import Rules
import Transcripts

/// What a cell of the table demands.
struct Expectation: Equatable, CustomStringConvertible {
  /// nil when there must be nothing of error or above.
  var rule: String?
  var severity: Severity?
  var outcome: ConnectionOutcome
  /// A word of the first cause.
  var cause: String?

  var description: String { "\(rule ?? "no error") \(severity?.rawValue ?? "") \(outcome.rawValue) \(cause ?? "")" }
}

extension FaultMatrix {
  static func expectation(
    _ step: HealthyRecording.Step, _ fault: Fault, _ recording: HealthyRecording
  ) -> Expectation? {
    fault.isBehindAnswer ? behindAnswer(step, fault, recording) : owing(step, fault, recording)
  }

  private static func owing(
    _ step: HealthyRecording.Step, _ fault: Fault, _ recording: HealthyRecording
  ) -> Expectation? {
    let isSMB1 = recording.fixture.hasPrefix("smb1")
    // SMB1 is only followed while the connection is set up.
    if isSMB1, step == .use { return nil }
    let inUse = step == .use
    let outcome: ConnectionOutcome = inUse ? .established : .failed
    switch fault {
    case .confirmedThenFIN20, .confirmedThenRST60, .confirmedWaiting70:
      let rule: (String, Severity, String) =
        switch step {
        case .negotiate: ("negotiate-unanswered-60s", Severity.critical, "antivirus")
        case .firstLeg, .lastLeg: ("session-setup-unanswered", .critical, "domain controller")
        case .pipeShare, .share: ("tree-connect-unanswered", .error, "storage")
        case .validation: ("vni-unanswered", .error, "device")
        case .use: ("request-unanswered-in-use", .error, "storage")
        }
      return Expectation(rule: rule.0, severity: rule.1, outcome: outcome, cause: rule.2)
    case .confirmedWaiting12: return Expectation(outcome: inUse || step == .validation ? .established : .inconclusive)
    case .repeatedThenRST:
      // A host that answers the SYN and not the first message is there: a device drops the message.
      let cause = step == .negotiate ? "drops this message" : "went down at this moment"
      return Expectation(rule: "message-not-delivered", severity: .error, outcome: outcome, cause: cause)
    case .serverFIN, .serverRST, .serverFIN5s:
      switch step {
      case .negotiate: return isSMB1 ? nil : Expectation(rule: "negotiate-reset-by-server", severity: .critical, outcome: outcome)
      case .firstLeg, .lastLeg: return Expectation(rule: "session-setup-reset-by-server", severity: .critical, outcome: outcome)
      case .pipeShare, .share: return Expectation(rule: "tree-connect-reset", severity: .error, outcome: outcome)
      case .validation: return Expectation(rule: "vni-aborted-by-server", severity: .critical, outcome: outcome)
      case .use: return Expectation(rule: "connection-reset-in-use", severity: .error, outcome: outcome)
      }
    case .clientRST, .clientFIN5s:
      switch step {
      case .negotiate: return Expectation(rule: "negotiate-reset-by-client", severity: .error, outcome: outcome)
      case .firstLeg, .lastLeg: return Expectation(rule: "session-setup-reset-by-client", severity: .critical, outcome: outcome)
      case .pipeShare, .share: return Expectation(rule: "tree-connect-reset", severity: .error, outcome: outcome)
      case .validation: return Expectation(rule: "vni-aborted-by-client", severity: .critical, outcome: outcome)
      case .use: return Expectation(outcome: .established)
      }
    case .forgedRST:
      switch step {
      // With a SYN-ACK and nothing more to compare with, the hop limit alone speaks.
      case .negotiate: return nil
      case .firstLeg, .lastLeg: return Expectation(rule: "session-setup-reset-by-third-party", severity: .critical, outcome: outcome)
      case .validation: return Expectation(rule: "vni-aborted-by-third-party", severity: .critical, outcome: outcome)
      case .pipeShare, .share: return Expectation(rule: "rst-injected-by-third-party", severity: .critical, outcome: outcome)
      case .use: return nil
      }
    default: return nil
    }
  }

  private static func behindAnswer(
    _ step: HealthyRecording.Step, _ fault: Fault, _ recording: HealthyRecording
  ) -> Expectation? {
    let name = recording.fixture
    let isSMB1 = name.hasPrefix("smb1")
    if isSMB1 { return nil }
    let is311 = ["healthy-3.1.1", "kerberos-healthy", "healthy-share-encrypted"].contains(name)
    switch (step, fault) {
    case (.firstLeg, .answeredClientFIN), (.firstLeg, .answeredClientRST), (.firstLeg, .answeredClientFIN5s):
      return Expectation(rule: "session-setup-reset-by-client", severity: .critical, outcome: .failed)
    case (.firstLeg, .answeredServerRST): return Expectation(rule: "session-setup-reset-by-server", severity: .critical, outcome: .failed)
    case (.lastLeg, .answeredClientFIN), (.lastLeg, .answeredClientRST):
      return Expectation(rule: "session-rejected-by-client", severity: .error, outcome: .failed, cause: "signature")
    case (.lastLeg, .answeredClientFIN5s): return Expectation(outcome: .inconclusive)
    case (.lastLeg, .answeredServerRST): return Expectation(rule: "session-setup-reset-by-server", severity: .critical, outcome: .failed)
    case (.pipeShare, .answeredClientFIN), (.share, .answeredClientFIN), (.pipeShare, .answeredClientRST), (.share, .answeredClientRST):
      return Expectation(rule: "tree-rejected-by-client", severity: .error, outcome: .failed)
    case (.pipeShare, .answeredClientFIN5s), (.share, .answeredClientFIN5s): return Expectation(outcome: .established)
    case (.pipeShare, .answeredServerRST), (.share, .answeredServerRST):
      return Expectation(rule: "tree-connect-reset", severity: .error, outcome: .failed)
    case (.validation, .answeredClientFIN), (.validation, .answeredClientRST):
      return Expectation(rule: "vni-aborted-by-client", severity: .critical, outcome: .failed)
    case (.validation, _): return nil
    case (.use, _): return nil
    case (.negotiate, .answeredClientFIN), (.negotiate, .answeredClientRST):
      // By an address, or with a name, it wanted to log on.
      return is311 ? Expectation(rule: "negotiate-reset-by-client", severity: .error, outcome: .failed) : Expectation(outcome: .inconclusive)
    case (.negotiate, .answeredClientFIN5s): return nil
    case (.negotiate, .answeredServerRST): return Expectation(rule: "negotiate-reset-by-server", severity: .critical, outcome: .failed)
    case (_, .answerRepeated):
      return Expectation(rule: "message-not-delivered", severity: .error, outcome: .failed, cause: "went down at this moment")
    case (_, .answeredWaiting12): return Expectation(outcome: step == .pipeShare || step == .share ? .established : .inconclusive)
    case (.firstLeg, .answeredForged), (.lastLeg, .answeredForged):
      return Expectation(rule: "session-setup-reset-by-third-party", severity: .critical, outcome: .failed)
    case (.pipeShare, .answeredForged), (.share, .answeredForged):
      return Expectation(rule: "rst-injected-by-third-party", severity: .critical, outcome: .failed)
    case (.negotiate, .answeredForged): return nil
    default: return nil
    }
  }
}
