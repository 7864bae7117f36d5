import Transcripts

/// The sign of how a connection went.
struct OutcomeMark {
  var sign: String
  var outcome: String
  var tone: Tone

  /// - Parameter isHealthy: there is nothing to say of it.
  init(_ record: ConnectionRecord, isOvercome: Bool, isHealthy: Bool = false) {
    outcome = record.outcome.rawValue
    (sign, tone) =
      switch record.outcome {
      case .failed: isOvercome ? ("↻", .faint) : ("✗", .critical)
      case .established: isHealthy ? ("✓", .good) : ("!", .warning)
      case .inconclusive, .notSMB: isHealthy ? ("?", .faint) : ("!", .warning)
      }
  }
}
