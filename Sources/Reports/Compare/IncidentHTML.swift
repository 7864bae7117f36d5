import Compare
import Diagnosis
import Packets
import Rules
import Transcripts

extension IncidentReport {
  /// Writes a page for people: one file that loads nothing, with the ladders of both recordings side by side.
  package func writeHTML(to write: (String) -> Void) {
    write(HTMLPage.head)
    write(Template(ComparePage.opening).render(CompareOpening(self)))
    for hop in comparison.hops where problemText == nil {
      write(Template(ComparePage.verdicts).render(HopView(self, hop)))
      let told = hop.pairs.tamperedPlaces
      for place in (told.isEmpty ? Array(hop.pairs.indices.prefix(1)) : told).prefix(PairView.most) {
        write(Template(ComparePage.pair).render(PairView(self, hop, place)))
      }
    }
    write(ComparePage.end)
  }

  /// The gravest verdict, or why there is none.
  var headline: String {
    if let problemText { return problemText }
    return comparison.hops.flatMap(\.verdicts).first(where: \.matters)?.deed ?? closing
  }

  /// `client: client.pcapng, 36 frames, 1 SMB connection`
  var recordings: [String] {
    zip(points, labels).map { "\($1): \($0.name), \(counted($0.frames, "frame")), \(counted($0.connections.count, "SMB connection"))" }
  }
}

/// The head of a page about a comparison.
struct CompareOpening {
  var headline: String
  var tone: String
  var recordings: [String]
  var sentences: [String] = []
  var warnings: [String] = []

  init(_ report: IncidentReport) {
    headline = report.headline
    tone = report.problemText != nil ? Tone.warning.rawValue : report.comparison.isTampered ? Tone.critical.rawValue : Tone.good.rawValue
    recordings = report.recordings
    sentences = report.problemText == nil ? [report.closing] : report.known
    if report.comparison.isReordered { warnings = ["the recordings were given in a different order than their places on the path"] }
    for (point, label) in zip(report.points, report.labels) { warnings += report.warnings(point).map { "\(label): \($0)" } }
  }

  init(_ report: AttemptReport) {
    headline = report.problemText ?? report.headline
    tone = report.tone.rawValue
    recordings = report.recordings
    warnings = report.remarks
  }
}

private struct HopView {
  struct VerdictView {
    var sign: String
    var tone: String
    var title: String
    var confidence: String
    var deed: String
    var frames: String?
    var why: String?
  }

  var title: String
  var facts: [String]
  var verdicts: [VerdictView]

  init(_ report: IncidentReport, _ hop: HopComparison) {
    title = report.points.count > 2 ? "Between \(report.labels[hop.near]) and \(report.labels[hop.far])" : "The path"
    facts = [
      hop.pairs.isEmpty
        ? report.strangers(hop) : "\(counted(hop.pairs.count, "connection is", "connections are")) in both recordings, \(report.basis(of: hop))"
    ]
    if let clock = hop.clock { facts.append(report.text(of: clock, hop)) }
    verdicts = hop.verdicts.map { verdict in
      var frames = report.text(of: verdict.frames)
      if verdict.pairs.count > 1, !verdict.isOfOthers { frames += "\(frames.isEmpty ? "" : "; ")on \(grouped(verdict.pairs.count)) connections" }
      return VerdictView(
        sign: verdict.sign, tone: verdict.tone.rawValue, title: verdict.title,
        confidence: verdict.matters ? verdict.confidence.rawValue : "", deed: verdict.deed, frames: frames.isEmpty ? nil : frames,
        why: verdict.reason)
    }
  }
}

private struct PairView {
  /// Connections drawn; a browser should open the page.
  static let most = 20
  /// Steps drawn of one connection.
  private static let drawn = 60

  /// What one of the two recordings shows.
  struct LadderView {
    var label: String
    var left: String
    var title: String
    var right: String
    var height: Int
    var steps: [StepView]
  }

  struct StepView {
    var weight: String
    var shade: Bool
    var sign: String
    var signX: String
    var name: String
    var frame: String?
    var absent: String?
    var toServer: Bool
    var toClient: Bool
    var top: Int
    var size: Int
    var textY: Int
    var signY: Int
    var y: Int
  }

  struct FateView {
    var tone: String
    var name: String
    var text: String
  }

  struct SettledView {
    var who: String
    var what: String
    var outcome: String
    var says: String?
  }

  var client: String
  var server: String
  var translated: String?
  var ladders: [LadderView]
  var more: String?
  var fates: [FateView]
  var notes: [String]
  var settled: [SettledView]

  init(_ report: IncidentReport, _ hop: HopComparison, _ place: Int) {
    let pair = hop.pairs[place]
    (client, server) = ("\(pair.near.client)", "\(pair.near.server)")
    if pair.near.client != pair.far.client || pair.near.server != pair.far.server {
      translated = "in \(report.labels[hop.far]) \(pair.far.client) → \(pair.far.server)"
    }
    let steps = pair.steps.prefix(Self.drawn)
    ladders = [true, false].map { LadderView(Array(steps), label: report.labels[$0 ? hop.near : hop.far], isNear: $0) }
    if pair.steps.count > Self.drawn { more = "… and \(grouped(pair.steps.count - Self.drawn)) more" }
    fates = pair.steps.filter { !$0.isTheSame || $0.isHeldUp }.map { FateView(tone: $0.tone.rawValue, name: $0.name, text: $0.fateText) }
    notes = pair.notes.map(\.text) + pair.notCompared.sentences.map { "not compared: \($0)" }
    settled = hop.settlements(of: place, report.points).map { one in
      SettledView(
        who: report.labels[one.point], what: "\(one.finding.severity.rawValue)[\(one.finding.rule.id)] \(one.finding.summary)",
        outcome: one.words, says: one.sentence)
    }
  }
}

extension PairView.LadderView {
  private static let head = 30
  private static let foot = 8

  fileprivate init(_ steps: [Step], label: String, isNear: Bool) {
    self.label = "What was sent, in the recording \(label)"
    title = label
    (left, right) = isNear ? ("client", "path") : ("path", "server")
    self.steps = steps.enumerated().map { PairView.StepView($1, top: Self.head + $0 * PairView.StepView.height, isNear: isNear) }
    height = Self.head + steps.count * PairView.StepView.height + Self.foot
  }
}

extension PairView.StepView {
  fileprivate static let height = 34

  fileprivate init(_ step: Step, top: Int, isNear: Bool) {
    weight = step.isTampered ? "decisive" : step.isTheSame ? "contributing" : "context"
    shade = step.isTampered
    sign = step.sign
    // At the end where the path is.
    signX = isNear ? "96.5%" : "3.5%"
    name = step.name
    frame = (isNear ? step.near : step.far).map { grouped($0.number) }
    absent = frame == nil ? "–" : nil
    toServer = step.sender == .client
    toClient = step.sender == .server
    self.top = top
    size = Self.height
    textY = top + 18
    signY = top + 30
    y = top + 26
  }
}

extension PathVerdict {
  var sign: String { matters ? "✗" : kind == .unclear ? "?" : "✓" }
  var tone: Tone { matters ? .critical : kind == .unclear ? .warning : .good }
}

extension Settlement {
  /// What became of it, in a few words.
  var words: String {
    switch outcome {
    case .proven: "\(confidence.rawValue) by the comparison"
    case .refuted: "not the path"
    case .overturned: "disproved"
    case .open: finding.confidence.rawValue
    }
  }
}
