import Diagnosis
import Packets
import Rules
import Transcripts

/// What a finding is in the words of the Elastic Common Schema.
extension Finding {
  /// The finding reports that an attempt failed, whatever happened later.
  private var isFailure: Bool {
    gravity >= .error && rule.nature != .note && phase != .capture && phase != .middlebox
  }

  private var isOfLogon: Bool { phase == .sessionSetup || phase == .kerberos }

  /// `event.kind`: what only informs, and what no longer holds, calls for no one.
  func eventKind(isWithdrawn: Bool) -> String { severity > .info && !isWithdrawn ? "alert" : "event" }

  /// `event.category`
  var eventCategories: [String] { isOfLogon ? ["authentication", "network"] : ["network"] }

  /// `event.type`
  var eventTypes: [String] {
    guard isFailure else { return ["info"] }
    if isOfLogon { return ["start"] }
    return rule.nature == .status ? ["connection", "denied"] : ["connection"]
  }

  /// `event.outcome`
  var eventOutcome: String { isFailure ? "failure" : "unknown" }

  /// `event.id`: the same whenever the same is seen, in a file and live.
  func eventID(on connection: DiagnosedConnection?, at time: Timestamp?) -> String {
    let place: String
    switch scope {
    case .client(let address): place = "\(address)"
    case .recording: place = "recording"
    case .connection, .attempt: place = connection.map { communityID($0.client, $0.server) } ?? ""
    }
    // From the second one of its kind on, its name ends with a number.
    let ordinal = id.hasSuffix(rule.id) ? "" : String(id.split(separator: "-").last ?? "")
    return EventID.make([place, rule.id, time.map { "\($0.nanoseconds)" } ?? "", ordinal])
  }
}

enum EventID {
  static func make(_ parts: [String]) -> String { SARIF.fingerprint(parts.joined(separator: "\n")) }
}

extension Severity {
  /// `event.severity`: the higher the graver.
  var eventSeverity: Int {
    switch self {
    case .info: 1
    case .warning: 2
    case .error: 3
    case .critical: 4
    }
  }
}

extension ConnectionOutcome {
  /// `event.outcome`
  var eventOutcome: String {
    switch self {
    case .established: "success"
    case .failed: "failure"
    case .inconclusive, .notSMB: "unknown"
    }
  }
}
