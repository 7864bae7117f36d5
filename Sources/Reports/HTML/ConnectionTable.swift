import Diagnosis
import Rules
import Transcripts

/// All connections, one in a line. Written without templates: there may be many thousands.
struct ConnectionTable {
  /// Up to here each connection is told by itself.
  static let fewConnections = 10

  private let page: HTMLReport

  init(_ page: HTMLReport) { self.page = page }

  func write(to write: (String) -> Void) {
    write("""
      <section class="part" id="connections">
      <h2>Connections</h2>
      <p class="onpaper">The printed page lists only connections that failed or have findings.</p>
      <div class="scroll" tabindex="0" role="region" aria-label="All connections">
      <table class="list">
      <thead><tr><th scope="col">No.</th><th scope="col">Began</th><th scope="col">Outcome</th><th scope="col">Client</th><th scope="col">Server</th><th scope="col">Share</th><th scope="col">User</th><th scope="col">SMB</th><th scope="col">Found</th></tr></thead>
      <tbody>

      """)
    var rows = ""
    for connection in page.report.connections where connection.outcome != .notSMB {
      append(connection, to: &rows)
      if rows.utf8.count > 1 << 16 {
        write(rows)
        rows = ""
      }
    }
    write(rows + "</tbody>\n</table>\n</div>\n")
    let more = page.order.unlisted
    if more > 0 { write("<p class=\"faint\">… and \(counted(more, "more connection")) without a fault</p>\n") }
    write("</section>\n")
  }

  private func append(_ connection: DiagnosedConnection, to rows: inout String) {
    let findings = page.order.findings(of: connection)
    let group = page.overview.groupOfConnection[connection.id]
    let isFine = group == nil && connection.outcome == .established
    let mark = OutcomeMark(connection, isHealthy: group == nil && connection.outcome != .failed)
    let number = page.isTold(connection) ? "<a href=\"#connection-\(connection.id)\">\(connection.id)</a>" : "\(connection.id)"
    rows += isFine ? "<tr class=\"fine\"><td>" : "<tr><td>"
    rows += number
    cell(page.clock.seconds(connection.startTime) ?? "", to: &rows)
    rows += "</td><td><span class=\"mark \(mark.tone)\">\(mark.sign)</span> \(connection.outcome.rawValue)"
    cell(connection.clientText, to: &rows)
    cell(connection.serverText, to: &rows)
    cell(connection.shareText ?? "", to: &rows)
    cell(connection.identityText ?? "", to: &rows)
    cell(connection.dialect ?? "", to: &rows)
    rows += "</td><td>"
    var known: Set<String> = []
    if let group, page.folded.contains(group) {
      rows += "<a href=\"#group-\(group + 1)\">\(page.overview.groups[group].rule.id)</a> "
      known.insert(page.overview.groups[group].rule.id)
    }
    for finding in findings where known.insert(finding.rule.id).inserted { rows += finding.rule.id + " " }
    rows += "</td></tr>\n"
  }

  private func cell(_ text: String, to rows: inout String) {
    rows += "</td><td>"
    rows += HTMLText.escaped(text)
  }
}
