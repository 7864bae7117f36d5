import Diagnosis
import Packets
import Rules
import Transcripts

extension TextReport {
  /// `10.77.0.10 → 10.77.0.20 (fs01): 3 connections, 1 failed`
  func writeCase(_ one: DiagnosedCase) {
    out.separate()
    out.flow(Phrase.words(one.headline, .strong), hanging: 2)
  }

  func writeNotable(_ connection: DiagnosedConnection, inFull: Bool) {
    out.separate()
    let findings = order.findings(of: connection)
    writeHeadline(connection, isHealthy: false)
    writeStages(connection)
    writeProofs(connection)
    guard inFull else {
      for finding in findings where finding.severity > .info { writeHeadline(finding) }
      writeFindingsNotKept(connection)
      return
    }
    if detail == .verbose { writePlace(connection) }
    for (index, finding) in findings.enumerated() {
      // The gravest comes first; what contributes to it is told in short.
      let isLead = index == 0 || detail == .verbose
      if isLead || index == 1 { out.separate() }
      write(finding, inFull: isLead, known: isLead ? [] : findings[..<index].flatMap(\.evidence))
    }
    writeFindingsNotKept(connection)
    if order.lacksExplanation(connection) {
      out.separate()
      writeLackOfExplanation(connection)
    }
    if !connection.unreadable.isEmpty { out.separate() }
    writeUnreadable(connection)
  }

  private func writeFindingsNotKept(_ connection: DiagnosedConnection) {
    guard let text = order.findingsNotKept(of: connection) else { return }
    out.flow(Phrase.words(text, .faint), indent: 2, hanging: 4)
  }

  private func writeLackOfExplanation(_ connection: DiagnosedConnection) {
    var text = report.lackOfExplanation(of: connection)
    if !connection.notChecked.isEmpty, detail != .quiet { text += "; the list below shows what could not be checked" }
    out.flow(Phrase.words(text, .warning), indent: 2, hanging: 4)
  }

  /// Messages that could not be read: the first few.
  private func writeUnreadable(_ connection: DiagnosedConnection) {
    let shown = detail == .verbose ? connection.unreadable[...] : connection.unreadable.prefix(Limit.unreadable)
    for message in shown {
      out.flow([Phrase("unreadable", .warning)] + Phrase.words(message.description), indent: 2, hanging: 4)
    }
    let more = connection.unreadable.count - shown.count + connection.unreadableNotKept
    if more > 0 { out.flow(Phrase.words("… and \(grouped(more)) more unreadable", .faint), indent: 2, hanging: 4) }
  }

  /// `✗ 10.77.0.10:49832 → 10.77.0.20:445  \\fs01\data  LAB\alice (Kerberos)  SMB 3.0.2`
  func writeHeadline(_ connection: DiagnosedConnection, isHealthy: Bool) {
    let tone = isHealthy ? Tone.plain : .strong
    var phrases = [
      mark(of: connection, isHealthy: isHealthy),
      Phrase("\(connection.clientText) →", tone), Phrase(connection.serverText, tone),
    ]
    if let share = connection.shareText { phrases.append(Phrase(share, tone, gap: 2)) }
    if let who = connection.identityText { phrases.append(Phrase(who, gap: 2)) }
    if let dialect = connection.dialectText { phrases.append(Phrase(dialect, gap: 2)) }
    if let time = clock.seconds(connection.startTime) { phrases.append(Phrase(time, .faint, gap: 2)) }
    if isHealthy { dropWhatDoesNotFit(&phrases) }
    out.flow(phrases, hanging: 2)
  }

  /// A connection without fault gets one line: the dialect goes last, the endpoints stay.
  private func dropWhatDoesNotFit(_ phrases: inout [Phrase]) {
    var width: Int { phrases.reduce(-1) { $0 + $1.gap + $1.width } }
    while width > out.width, phrases.count > Self.endpointPhrases {
      phrases.remove(at: max(Self.endpointPhrases, phrases.count - 2))
    }
  }

  /// The mark, the client and the server.
  private static let endpointPhrases = 3

  private func mark(of connection: DiagnosedConnection, isHealthy: Bool) -> Phrase {
    let mark = OutcomeMark(connection, isHealthy: isHealthy)
    return Phrase(mark.sign, mark.tone)
  }

  /// `✓ TCP  ✓ Negotiate  ✗ Session Setup  – Tree Connect`
  private func writeStages(_ connection: DiagnosedConnection) {
    let phrases = zip(Stage.allCases, connection.stages).filter { $0.1 != .notApplicable }.map { stage, outcome in
      Phrase("\(outcome.symbol) \(stage.shortName)", outcome.tone, gap: 2)
    }
    out.flow(phrases, indent: 2, hanging: 2)
  }

  /// `keys: alice, 24 of 24 signatures right`
  private func writeProofs(_ connection: DiagnosedConnection) {
    for proof in connection.proofs {
      out.flow(Phrase.words(proof.words, proof.isAllRight ? .plain : .warning), indent: 2, hanging: 4)
    }
  }

  /// Where it is in the capture, and how it ended.
  private func writePlace(_ connection: DiagnosedConnection) {
    out.flow(Phrase.words(connection.placeText, .faint), indent: 2, hanging: 4)
    let peers = connection.peersText
    if !peers.isEmpty { out.flow(Phrase.words(peers, .faint), indent: 2, hanging: 4) }
  }

  /// One line for each connection without fault; findings of level info below it.
  func writeHealthy(_ connections: some RandomAccessCollection<DiagnosedConnection>) {
    guard !connections.isEmpty else { return }
    out.separate()
    let limit = report.shown != nil ? Limit.healthyChosen : isGrouped ? Limit.healthyBehindOverview : Limit.healthy
    let shown = connections.prefix(detail == .verbose ? connections.count : limit)
    for connection in shown {
      writeHeadline(connection, isHealthy: true)
      if connection.outcome == .inconclusive { writeStages(connection) }
      writeProofs(connection)
      if detail == .verbose { writePlace(connection) }
      for finding in order.findings(of: connection) { writeHeadline(finding) }
      writeUnreadable(connection)
    }
    let more = connections.count - shown.count + order.unlisted
    if more > 0 {
      let which = order.hasSupersededAmongHealthy ? "superseded or without a fault" : "without a fault"
      let text = shown.isEmpty ? "\(counted(more, "other connection")) \(which); -v lists them" : "… and \(counted(more, "more connection")) \(which)"
      out.flow(Phrase.words(text, .faint), hanging: 2)
    }
  }
}

extension Stage {
  var shortName: String {
    switch self {
    case .transport: "TCP"
    case .negotiate: "Negotiate"
    case .sessionSetup: "Session Setup"
    case .treeConnect: "Tree Connect"
    case .validateNegotiate: "Validate Negotiate"
    }
  }
}

extension StageOutcome {
  var symbol: String {
    switch self {
    case .passed: "✓"
    case .failed: "✗"
    case .notReached, .notApplicable: "–"
    case .notSeen, .inconclusive: "?"
    }
  }

  var tone: Tone {
    switch self {
    case .passed: .good
    case .failed: .critical
    case .notReached, .notApplicable, .notSeen: .faint
    case .inconclusive: .warning
    }
  }
}
