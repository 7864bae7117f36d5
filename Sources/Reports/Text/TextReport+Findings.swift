import Diagnosis
import Rules
import Transcripts

extension TextReport {
  /// - Parameters:
  ///   - inFull: with the comparison, causes and remedies; else only what was found and where.
  ///   - known: evidence that was shown already.
  func write(_ finding: Finding, inFull: Bool, known: [Evidence] = []) {
    writeHeadline(finding)
    writeEvidence(finding.evidence.filter { !known.contains($0) })
    guard inFull else { return }
    writeComparison(finding.comparison, to: out)
    if detail != .verbose, !advised.insert([finding.rule.id] + finding.causes + finding.remedies.compactMap(\.command)).inserted {
      writeLabelled("fix", Phrase.words("as above", .faint))
    } else {
      writeWhy(finding)
      writeNumbered(finding.datedRemedies, label: "fix", indent: 9, to: out)
    }
    let see = ["smbdx explain \(finding.rule.id)"] + finding.rule.references
    writeLabelled("see", see.enumerated().map { Phrase($1 + ($0 < see.count - 1 ? " ·" : ""), .faint) })
    if let filter = finding.wiresharkFilter {
      out.flow([Phrase("wireshark", .faint), Phrase(filter, .command, gap: 2)], indent: 4, hanging: 9)
    }
  }

  /// `critical[vni-aborted-by-server] the server closed the connection … (likely)`
  func writeHeadline(_ finding: Finding) {
    out.flow(
      [Phrase("\(finding.severity.rawValue)[\(finding.rule.id)]", Tone(finding.severity))]
        + Phrase.words(finding.summary, finding.severity > .info ? .strong : .plain)
        + Phrase.words("(\(finding.standingText))", .faint),
      indent: 2, hanging: 4)
  }

  /// `frame 14  client → server  VALIDATE_NEGOTIATE_INFO request, signed`
  private func writeEvidence(_ evidence: [Evidence]) {
    let shown = detail == .verbose ? evidence[...] : evidence.prefix(Limit.evidence)
    let labels = shown.map { report.label(of: $0) }
    let labelWidth = labels.map(displayWidth).max() ?? 0
    let hasSenders = shown.contains { $0.sender != nil }
    let times = shown.map { clock.milliseconds($0.time) ?? "" }
    let timeWidth = times.map(\.count).max() ?? 0
    let directionColumn = 4 + labelWidth + 2 + (timeWidth > 0 ? timeWidth + 2 : 0)
    let recordColumn = directionColumn + (hasSenders ? Self.directionWidth + 2 : 0)
    var previous = ""
    for ((proof, label), time) in zip(zip(shown, labels), times) {
      // A frame that shows several things is named once.
      let isNamed = label == previous
      let first = isNamed ? String(repeating: " ", count: displayWidth(label)) : label
      previous = label
      var phrases = [Phrase(first, .strong)]
      var column = 4 + displayWidth(first)
      if !time.isEmpty, !isNamed {
        phrases.append(Phrase(time, .faint, gap: 4 + labelWidth + 2 - column))
        column = 4 + labelWidth + 2 + time.count
      }
      if hasSenders, let sender = proof.sender {
        phrases.append(
          Phrase("\(sender.rawValue) → \(sender.other.rawValue)", .faint, gap: directionColumn - column))
        column = directionColumn + Self.directionWidth
      }
      out.flow(phrases + Phrase.words(proof.note, gap: recordColumn - column), indent: 4, hanging: recordColumn)
    }
    if evidence.count > shown.count {
      out.flow(Phrase.words("… and \(evidence.count - shown.count) more", .faint), indent: 4, hanging: 4)
    }
  }

  private static let directionWidth = displayWidth("client → server")

  /// The causes, most likely first; the rule's own words when it names none.
  private func writeWhy(_ finding: Finding) {
    if detail == .verbose || finding.causes.isEmpty, let meaning = paragraphs(of: finding.rule.explanation).first {
      writeLabelled(finding.causes.isEmpty ? "why" : "what", Phrase.words(meaning))
    }
    for (index, cause) in finding.causes.enumerated() {
      if index == 0 {
        writeLabelled("why", Phrase.words(cause))
      } else {
        out.flow(Phrase.words("or \(cause)"), indent: 9, hanging: 12)
      }
    }
  }

  private func writeLabelled(_ label: String, _ phrases: [Phrase]) {
    guard let first = phrases.first else { return }
    let gap = 5 - label.count
    out.flow(
      [Phrase(label, .faint), Phrase(first.text, first.tone, gap: gap)] + phrases.dropFirst(), indent: 4, hanging: 9)
  }

  /// Findings that belong to no connection: about exchanges with a KDC, and about the capture.
  func writeSection(_ title: String, _ findings: [Finding]) {
    guard !findings.isEmpty else { return }
    out.separate()
    out.line(title, .strong)
    let isShort = detail == .verbose || findings.count <= Limit.withoutExamples
    let counts = isShort ? [:] : Dictionary(grouping: findings, by: \.rule.id).mapValues(\.count)
    var told: Set<String> = []
    for (index, finding) in findings.enumerated() where isShort || told.insert(finding.rule.id).inserted {
      if index > 0, finding.severity > .info { out.separate() }
      write(finding, inFull: finding.severity > .info || detail == .verbose)
      let more = counts[finding.rule.id, default: 1] - 1
      if more > 0 { out.flow(Phrase.words("… and \(grouped(more)) similar: --rule \(finding.rule.id) -v lists them", .faint), indent: 4, hanging: 6) }
    }
  }
}

extension Report {
  /// `frame 14`, `frame 14 (fs01.pcapng 3)`
  func label(of proof: Evidence) -> String {
    proof.place.map { "frame \(proof.frame) (\(Escaping.clipped(file(of: $0))) \($0.frame))" } ?? "frame \(proof.frame)"
  }
}

extension Finding {
  /// `likely`, `possible; explained by kerberos-clock-skew`, `proven; accepted: the old scanner`
  var standingText: String {
    if let explanation { return "\(confidence.rawValue); explained by \(explanation)" }
    return acceptance.map { "\(confidence.rawValue); accepted: \(Escaping.clipped($0, to: Escaping.sentenceLimit))" } ?? confidence.rawValue
  }
}
