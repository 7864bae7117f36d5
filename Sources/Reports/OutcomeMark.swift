import Diagnosis
import Transcripts

/// The sign of how a connection went.
struct OutcomeMark {
  var sign: String
  var outcome: String
  var tone: Tone

  /// - Parameter isHealthy: there is nothing to say of it.
  init(_ record: DiagnosedConnection, isHealthy: Bool = false) {
    outcome = record.outcome.rawValue
    (sign, tone) =
      switch record.outcome {
      case .failed: record.isSuperseded ? ("↻", .faint) : ("✗", .critical)
      case .established: isHealthy ? ("✓", .good) : ("!", .warning)
      case .inconclusive, .notSMB: isHealthy ? ("?", .faint) : ("!", .warning)
      }
  }
}
