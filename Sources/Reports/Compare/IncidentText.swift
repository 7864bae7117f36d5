import Compare
import Diagnosis
import Packets
import Rules
import Transcripts

extension IncidentReport {
  /// Writes the report for people.
  package func writeText(_ options: TextOptions, to write: @escaping (String) -> Void) {
    IncidentText(report: self, out: TextWriter(options, write: write), detail: options.detail).write()
  }
}

/// The sections of the text, in their order.
private struct IncidentText {
  enum Limit {
    /// Connections described individually.
    static let pairs = 5
    /// Listed connections that are in only one recording.
    static let alone = 10
    /// Messages lost by a recorder that are listed individually.
    static let lost = 3
  }

  let report: IncidentReport
  let out: TextWriter
  let detail: TextOptions.Detail

  func write() {
    if detail != .quiet { writePoints() }
    if let problem = report.problemText {
      out.separate()
      out.flow(Phrase.words(problem, .error), hanging: 2)
      for sentence in report.known { out.flow(Phrase.words(sentence), indent: 2, hanging: 4) }
      return
    }
    for hop in report.comparison.hops { write(hop) }
    guard detail != .quiet else { return }
    out.separate()
    let isTampered = report.comparison.isTampered
    out.flow(Phrase.words(report.closing, isTampered ? .critical : .good), hanging: 2)
  }

  private func writePoints() {
    for (point, label) in zip(report.points, report.labels) {
      var text = "\(counted(point.frames, "frame")), \(counted(point.connections.count, "SMB connection"))"
      if point.first.nanoseconds > 0 { text += ", from \(ClockText.date(point.first)) \(point.first.clock) for \(point.span)" }
      let title = label == point.name ? point.name : "\(label): \(point.name)"
      out.flow([Phrase(title + ":", .strong)] + Phrase.words(text), hanging: 2)
      for warning in report.warnings(point) { out.flow(Phrase.words("warning: \(warning)", .warning), indent: 2, hanging: 4) }
    }
    if report.comparison.isReordered {
      out.flow(
        Phrase.words(
          "the recordings were given in a different order: by the server's answers, \(report.points[0].name) was made nearest to the client",
          .warning), hanging: 2)
    }
  }

  // MARK: Between two points

  private func write(_ hop: HopComparison) {
    out.separate()
    if report.points.count > 2 {
      out.flow([Phrase("between \(report.labels[hop.near]) and \(report.labels[hop.far])", .strong)], hanging: 2)
    }
    if detail != .quiet { writeBasis(hop) }
    for verdict in hop.verdicts { write(verdict) }
    guard detail != .quiet else { return }
    let told = detail == .verbose ? Array(hop.pairs.indices) : hop.pairs.tamperedPlaces
    for place in told.prefix(detail == .verbose ? Int.max : Limit.pairs) { write(hop, place) }
    if told.isEmpty { for place in hop.pairs.indices.prefix(1) { write(hop, place) } }
    let more = told.count - Limit.pairs
    if more > 0, detail != .verbose { out.flow(Phrase.words("… and \(grouped(more)) more (shown with -v)", .faint), hanging: 2) }
    writeAlone(hop)
  }

  private func writeBasis(_ hop: HopComparison) {
    let count = hop.pairs.count
    guard count > 0 else { return out.flow(Phrase.words(report.strangers(hop), .warning), hanging: 2) }
    out.flow(
      Phrase.words("\(counted(count, "connection is", "connections are")) in both recordings, \(report.basis(of: hop))"), hanging: 2)
    if let clock = hop.clock { out.flow(Phrase.words(report.text(of: clock, hop)), hanging: 2) }
  }

  private func write(_ verdict: PathVerdict) {
    out.separate()
    let certainty = verdict.matters ? " (\(verdict.confidence.rawValue))" : ""
    out.flow([Phrase(verdict.sign, verdict.tone), Phrase(verdict.title + certainty + ":", verdict.tone)] + Phrase.words(verdict.deed), indent: 0, hanging: 2)
    var places = report.text(of: verdict.frames)
    if verdict.pairs.count > 1, !verdict.isOfOthers { places += "\(places.isEmpty ? "" : "; ")on \(grouped(verdict.pairs.count)) connections" }
    if !places.isEmpty { out.flow(Phrase.words(places, .faint), indent: 4, hanging: 4) }
    if let why = verdict.reason { out.flow([Phrase("why", .faint)] + Phrase.words(why, gap: 2), indent: 4, hanging: 9) }
  }

  // MARK: One connection

  private func write(_ hop: HopComparison, _ place: Int) {
    let pair = hop.pairs[place]
    out.separate()
    var ends = [Phrase("\(pair.near.client) →", .strong), Phrase("\(pair.near.server)", .strong)]
    if pair.near.client != pair.far.client || pair.near.server != pair.far.server {
      ends += Phrase.words("in \(report.labels[hop.far]) \(pair.far.client) → \(pair.far.server)", .faint, gap: 2)
    }
    out.flow(ends, hanging: 2)
    writeSteps(pair, hop)
    for note in pair.notes {
      out.flow([Phrase("path", note.isSuspicious ? .warning : .faint)] + Phrase.words(note.text, gap: 2), indent: 2, hanging: 8)
    }
    writeSettlements(hop, place)
  }

  private func writeSteps(_ pair: PairComparison, _ hop: HopComparison) {
    let isWhole = detail == .verbose || pair.isTampered
    let lost = pair.steps.filter(\.isOfRecorder)
    let foldsLost = detail != .verbose && lost.count > Limit.lost
    let shown = pair.steps.filter { (isWhole || !$0.isTheSame) && !(foldsLost && $0.isOfRecorder) }[...]
    if !shown.isEmpty {
      let (near, far) = (report.labels[hop.near], report.labels[hop.far])
      let widths = (max(near.count, 6), max(far.count, 6))
      out.line("    \(pad(near, widths.0))    \(pad(far, widths.1))", .faint)
      writeFolded(shown, widths, pair)
    }
    if foldsLost { writeLost(lost) }
    let same = pair.sameMessages
    if !isWhole { out.flow(Phrase.words("\(counted(same, "message is", "messages are")) the same at both points", .faint), indent: 2, hanging: 4) }
    for sentence in pair.notCompared.sentences { out.flow(Phrase.words("not compared: \(sentence)", .faint), indent: 2, hanging: 4) }
  }

  /// How much each recorder lost or cut, by what shows it.
  private func writeLost(_ steps: [Step]) {
    var counts: [(why: String, isMessage: Bool, count: Int)] = []
    for step in steps {
      guard case .notRecorded(let why) = step.fate else { continue }
      let isMessage = step.kind == .message
      if let place = counts.firstIndex(where: { $0.why == why && $0.isMessage == isMessage }) {
        counts[place].count += 1
      } else {
        counts.append((why, isMessage, 1))
      }
    }
    for (why, isMessage, count) in counts {
      let what = isMessage ? counted(count, "message is", "messages are") : counted(count, "TCP segment is", "TCP segments are")
      out.flow([Phrase("?", .faint)] + Phrase.words("\(what) only in one recording: \(why)", .faint), indent: 2, hanging: 4)
    }
  }

  /// What is the same is told one by one only around what is not.
  private func writeFolded(_ steps: ArraySlice<Step>, _ widths: (Int, Int), _ pair: PairComparison) {
    let steps = Array(steps)
    let odd = steps.indices.filter { !steps[$0].isTheSame || steps[$0].isHeldUp }
    var folded = 0
    func tellFolded() {
      if folded > 0 { out.line("  = \(counted(folded, "more", "more")), the same at both points", .faint) }
      folded = 0
    }
    for (place, step) in steps.enumerated() {
      guard detail == .verbose || odd.contains(where: { abs($0 - place) <= 2 }) else {
        folded += 1
        continue
      }
      tellFolded()
      write(step, widths)
    }
    tellFolded()
  }

  private func write(_ step: Step, _ widths: (Int, Int)) {
    let arrow = step.sender == .client ? "→" : "←"
    let near = step.near.map { grouped($0.number) } ?? "-"
    let far = step.far.map { grouped($0.number) } ?? "-"
    let places = "\(pad(near, widths.0)) \(arrow)  \(pad(far, widths.1))"
    var phrases = [Phrase(step.sign, step.tone), Phrase(places, step.tone), Phrase(step.name, step.tone, gap: 2)]
    if !step.isTheSame || step.isHeldUp { phrases += Phrase.words(step.fateText, step.tone, gap: 2) }
    out.flow(phrases, indent: 2, hanging: 8 + widths.0 + widths.1)
  }

  private func pad(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }

  // MARK: What each recording says alone

  private func writeSettlements(_ hop: HopComparison, _ place: Int) {
    let all = hop.settlements(of: place, report.points)
    var said: Set<String> = []
    for one in all where !(one.point == hop.far && all.contains { $0.point == hop.near && $0.isAlike(one) }) {
      let finding = one.finding
      let isOfBoth = one.point == hop.near && all.contains { $0.point == hop.far && $0.isAlike(one) }
      let title = "\(finding.severity.rawValue)[\(finding.rule.id)]"
      out.flow(
        [Phrase(isOfBoth ? "each alone:" : "\(report.labels[one.point]) alone:", .faint), Phrase(title, Tone(finding.severity))]
          + Phrase.words("\(finding.summary) (\(one.words))"), indent: 2, hanging: 4)
      if let sentence = one.sentence, said.insert(sentence).inserted { out.flow(Phrase.words(sentence), indent: 6, hanging: 6) }
      if finding.isPrimary, one.outcome == .refuted || one.outcome == .overturned {
        for cause in one.causes.prefix(3) { out.flow([Phrase("or", .faint)] + Phrase.words(cause), indent: 6, hanging: 9) }
      }
    }
  }

  // MARK: What only one recording has

  private func writeAlone(_ hop: HopComparison) {
    writeAlone(hop.onlyNear, hop.near)
    writeAlone(hop.onlyFar, hop.far)
  }

  private func writeAlone(_ connections: [PointConnection], _ point: Int) {
    guard !connections.isEmpty else { return }
    out.separate()
    out.flow(
      Phrase.words("only in \(report.labels[point]): \(counted(connections.count, "connection"))", .faint), hanging: 2)
    for one in connections.prefix(detail == .verbose ? Int.max : Limit.alone) {
      out.flow(
        Phrase.words("\(one.client) → \(one.server), frames \(grouped(one.firstFrame.number)) to \(grouped(one.lastFrame.number))", .faint),
        indent: 2, hanging: 4)
    }
  }
}

extension IncidentReport {
  /// The last line.
  var closing: String {
    let hops = comparison.hops
    let pairs = hops.map(\.pairs.count).max() ?? 0
    let tampered = hops.reduce(0) { $0 + $1.pairs.tamperedPlaces.count }
    guard comparison.isTampered else {
      let isClear = !hops.contains { $0.verdicts.contains { $0.kind == .unclear || $0.kind == .partly } }
      return "\(counted(pairs, "connection")) compared: \(isClear ? "no message is changed on the path" : "as far as they can be compared, no message is changed on the path")"
    }
    guard tampered > 0 else { return "\(counted(pairs, "connection")) compared; others do not get through to the server" }
    return "\(counted(pairs, "connection")) compared: the path changes \(grouped(tampered)) of them"
  }
}

extension Settlement {
  /// Both recordings find the same, and the same becomes of it.
  fileprivate func isAlike(_ other: Settlement) -> Bool {
    finding.rule.id == other.finding.rule.id && finding.summary == other.finding.summary && outcome == other.outcome && sentence == other.sentence
  }
}
