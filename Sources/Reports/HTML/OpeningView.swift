import Diagnosis
import Rules

/// The top of the page: the verdict, and what led to it.
struct OpeningView {
  struct Cause {
    var target: String
    var ends: String
    var mark: OutcomeMark
    var summary: String?
  }

  var files: String
  var extent: String
  var headline: String
  var toneOfHeadline: Tone
  var sentences: [NoteView]
  var command: String?
  var causes: [Cause]
  var moreCauses: String?
  /// Of connections and findings, when the headline does not say it.
  var count: String?
  /// What the user chose to see.
  var shownBy: String?

  init(_ page: HTMLReport) {
    let report = page.report
    files = report.fileList(limit: HTMLReport.Limit.files)
    var verdict = report.verdict(rest: .below)
    if report.summary.failedForGood > 0 {
      headline = "\(counted(report.smbConnections, "SMB connection")), \(report.failures ?? "")"
      toneOfHeadline = .critical
      verdict.removeFirst()
      // Each number once.
      extent = report.extentOfFrames
      count = report.countsBesideFailures
    } else {
      extent = report.extent
      let first = verdict.removeFirst()
      (headline, toneOfHeadline) = (first.text, first.tone)
    }
    command = verdict.first { $0.tone == .command }?.text
    sentences = verdict.filter { $0.tone != .command }.map { NoteView(text: $0.text, tone: $0.tone) }
    shownBy = report.shown?.sentence
    // What went wrong is told below, each kind once.
    guard !page.isGrouped else {
      causes = []
      return
    }
    let shown = page.shown
    causes = shown.map { record in
      Cause(
        target: "connection-\(record.id)", ends: record.endsText,
        mark: OutcomeMark(record),
        summary: page.order.findings(of: record).first?.summary)
    }
    let more = page.order.notable.count - shown.count
    moreCauses = more > 0 ? "… and \(counted(more, "more connection")) with findings that this page does not show" : nil
  }
}
