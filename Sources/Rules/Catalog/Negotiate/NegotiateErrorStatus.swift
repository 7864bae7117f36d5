import Protocols
import Transcripts

extension Rule {
  static let negotiateErrorStatus = negotiateStatus(
    id: "negotiate-error-status",
    summary: "The server refuses NEGOTIATE with an error.",
    explanation: """
      Few errors are usual here. The finding gives the status, its meaning, the usual causes and what to do. For an \
      undocumented number it says where to look it up.
      """,
    causes: ["depends on the status: the finding names the causes"],
    remedies: [.serverLogs, .checkServerService, .patchBoth], references: ["MS-SMB2 3.3.5.4", "MS-ERREF 2.3"]
  ) { $0.isError && ![.notSupported, .invalidParameter, .noPreauthHashOverlap].contains($0) }
}
