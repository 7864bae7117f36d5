import Diagnosis
import Packets
import Rules
import Transcripts

extension TextReport {
  private enum Table {
    static let rows = 200
    static let nameWidth = 40
    static let columnWidth = 9
  }

  /// Response times of servers: a line for each kind of request.
  func writeResponseTimes() {
    let rows = report.diagnosis.responseTimes.rows
    guard !rows.isEmpty else { return }
    out.separate()
    out.line(Self.line("response times", ["count", "median", "95 %", "max"]), .strong)
    var last: IPAddress?
    for (key, histogram) in rows.prefix(Table.rows) {
      if key.server != last { out.line("\(key.server)", indent: 2) }
      last = key.server
      let name = "    \(key.step.rawValue)" + (key.share.map { " \(Escaping.clipped(Escaping.visible($0)))" } ?? "")
      let figures = [histogram.percentile(50), histogram.percentile(95), histogram.longest].map { $0?.description ?? "" }
      out.line(Self.line(name, [grouped(histogram.count)] + figures))
    }
    if rows.count > Table.rows { out.line("… and \(grouped(rows.count - Table.rows)) more; --format json has all", .faint, indent: 2) }
  }

  private static func line(_ name: String, _ cells: [String]) -> String {
    let gap = String(repeating: " ", count: max(1, Table.nameWidth - displayWidth(name)))
    return name + gap + cells.map { String(repeating: " ", count: max(1, Table.columnWidth - displayWidth($0))) + $0 }.joined()
  }
}
