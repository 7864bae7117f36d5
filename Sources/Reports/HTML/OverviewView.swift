import Diagnosis
import Packets
import Rules
import Transcripts

/// What went wrong at a glance; the names are those in the template.
struct OverviewView {
  struct Bar {
    var x: Double
    var y: Int
    var height: Int
    var about: String
  }

  struct Tally {
    var name: String
    var count: String
  }

  struct Hit {
    var title: String
    var tallies: [Tally]
    var more: String?
  }

  /// Of the failed connections, by their beginning; empty when frames have no times.
  var bars: [Bar] = []
  var widthOfBar = 0.0
  var description = ""
  var hits: [Hit]

  private static let parts = 60
  private static let height = 56
  private static let named = 8

  init(_ page: HTMLReport) {
    hits = Affected(page.report).lists.map { title, tallies in
      Hit(
        title: title,
        tallies: tallies.prefix(Self.named).map {
          Tally(name: $0.name, count: "\(grouped($0.failed)) of \(grouped($0.all))")
        }, more: remainder(tallies.count - Self.named, "one").map { String($0.dropLast(4)) })
    }
    guard let span = page.overview.span else { return }
    let times = page.report.connections.compactMap { $0.outcome == .failed ? $0.startTime : nil }
    let counts = Timeline(times, span, parts: Self.parts).counts
    bars = Self.bars(counts, height: Self.height, span, page.clock)
    widthOfBar = 100 / Double(Self.parts) - 0.25
    let from = page.clock.seconds(span.from) ?? ""
    let to = page.clock.seconds(span.to) ?? ""
    description = "\(counted(times.count, "failed connection")) from \(from) to \(to), at most \(grouped(counts.max() ?? 0)) in one bar"
  }

  /// One for each part of the recording in which anything happened.
  static func bars(_ counts: [Int], height: Int, _ span: Timeline.Span, _ clock: ClockText) -> [Bar] {
    let most = max(counts.max() ?? 0, 1)
    return counts.enumerated().filter { $0.element > 0 }.map { index, count in
      let tall = max(3, count * height / most)
      let part = span.to.since(span.from) / counts.count
      let start = span.from + part * index
      return Bar(
        x: (Double(index) * 1000 / Double(counts.count)).rounded() / 10, y: height - tall, height: tall,
        about: "\(clock.seconds(start) ?? ""): \(grouped(count))")
    }
  }
}

/// The same diagnosis on the same server, folded.
struct GroupView {
  var place: Int
  var count: String
  var severity: Severity
  var summary: String
  var rule: String
  var about: [String]
  var companions: [String]
  var bars: [OverviewView.Bar] = []
  var more: String?
  var command: String?

  private static let parts = 24
  static let height = 18

  init(_ group: DiagnosisGroup, place: Int, _ page: HTMLReport) {
    self.place = place + 1
    count = "\(grouped(group.count))×"
    severity = group.severity
    summary = group.summary
    rule = group.rule.id
    about = [group.serverText, group.peopleText, page.clock.range(group.firstTime, group.lastTime), group.confidence.rawValue]
      .compactMap(\.self).filter { !$0.isEmpty }
    companions = page.overview.companions(of: group).map { "\($0.severity.rawValue)[\($0.rule.id)] \(grouped($0.count))×" }
    if let span = page.overview.span, group.count > 1 {
      bars = OverviewView.bars(Timeline(group.extent.times, span, parts: Self.parts).counts, height: Self.height, span, page.clock)
    }
    guard group.count > 1 else { return }
    more = "\(grouped(group.count - 1)) similar ones are in the table below. This command lists them:"
    command = page.report.command(listing: group)
  }
}
