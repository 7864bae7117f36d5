import Diagnosis
import Packets
import Rules
import Transcripts

/// The end of the page: what belongs to no notable connection, and what the capture is.
struct ClosingView {
  struct Healthy {
    var mark: OutcomeMark
    var ends: String
    var about: String
    var remarks: [String] = []
  }

  struct NotChecked {
    var reason: String
    var scope: String
    var needs: String
    var rules: String
  }

  struct Fact {
    var name: String
    var value: String
  }

  var sections: [SectionView]
  var titleOfHealthy: String
  var healthy: [Healthy]
  var moreHealthy: String?
  var unchecked: [NotChecked]
  var moreUnchecked: String?
  var warnings: [String]
  var facts: [Fact]
  var times: [ResponseTime]
  var moreTimes: String?

  /// How long a server took to answer one thing.
  struct ResponseTime {
    var server: String
    var step: String
    var count: String
    var median: String
    var most: String
    var max: String
  }

  init(_ page: HTMLReport, sections: [SectionView]) {
    let (report, order) = (page.report, page.order)
    self.sections = sections
    // One that did not come far enough may have a fault.
    titleOfHealthy = order.healthy.allSatisfy { $0.outcome == .established } ? "Without a fault" : "Other connections"
    healthy = page.hasTable ? [] : order.healthy.prefix(HTMLReport.Limit.healthy).map { Healthy($0, order) }
    let more = order.healthy.count - healthy.count + order.unlisted
    moreHealthy = remainder(more, "connection")
    let groups = report.notCheckedGroups
    unchecked = groups.prefix(HTMLReport.Limit.reasons).map {
      NotChecked(reason: $0.reason, scope: $0.scope, needs: $0.needs, rules: $0.rules.joined(separator: ", "))
    }
    moreUnchecked = remainder(groups.count - unchecked.count, "reason")
    warnings = report.capture.sentences(limit: HTMLReport.Limit.remarks)
    facts = Self.facts(of: report)
    let rows = report.diagnosis.responseTimes.rows
    times = rows.prefix(HTMLReport.Limit.times).map { key, histogram in
      ResponseTime(
        server: key.server.description, step: [key.step.rawValue, key.share].compactMap(\.self).joined(separator: " "),
        count: grouped(histogram.count), median: histogram.percentile(50)?.description ?? "",
        most: histogram.percentile(95)?.description ?? "", max: histogram.longest.description)
    }
    moreTimes = remainder(rows.count - times.count, "line")
  }

  private static func facts(of report: Report) -> [Fact] {
    let capture = report.capture
    let facts: [(String, String?)] = [
      ("files", report.fileList(limit: HTMLReport.Limit.files)), ("frames", grouped(capture.frames)),
      ("bytes on the wire", grouped(capture.bytes)), ("link types", capture.linkTypes.joined(separator: ", ")),
      ("first frame", capture.firstTime?.rfc3339), ("last frame", capture.lastTime?.rfc3339),
      ("length of the recording", capture.lengthText == nil ? nil : capture.firstTime.flatMap { first in capture.lastTime.map { "\($0.since(first))" } }),
      ("TCP connections", grouped(capture.tcpConnections)), ("read whole", capture.isComplete ? "yes" : "no"),
      ("made by", "smbdx \(report.toolVersion)"),
    ]
    return facts.compactMap { name, value in
      value.flatMap { $0.isEmpty ? nil : Fact(name: name, value: $0) }
    }
  }
}

extension ClosingView.Healthy {
  init(_ record: DiagnosedConnection, _ order: ReadingOrder) {
    mark = OutcomeMark(record, isHealthy: true)
    ends = record.endsText
    about = [record.shareText, record.identityText, record.dialectText].compactMap(\.self).joined(separator: " · ")
    if record.outcome == .inconclusive { remarks.append(record.stageText) }
    for finding in order.findings(of: record) {
      remarks.append("\(finding.severity.rawValue)[\(finding.rule.id)] \(finding.summary)")
    }
    for message in record.unreadable { remarks.append("unreadable: \(message.description)") }
  }
}

/// What the symbols and words mean; the names are those in the template.
struct LegendView {
  struct Entry {
    var sign: String
    var meaning: String
  }

  struct Part {
    var title: String
    var entries: [Entry]
  }

  let parts = Legend.parts.map { Part(title: $0.title, entries: $0.entries.map { Entry(sign: $0.sign, meaning: $0.meaning) }) }
}

/// Findings that belong to no connection.
struct SectionView {
  var title: String
  var findings: [FindingView]
  var more: String?
}
