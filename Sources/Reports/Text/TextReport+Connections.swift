import Packets
import Rules
import Transcripts

extension TextReport {
  /// `10.77.0.10 → 10.77.0.20 (fs01): 3 connections, 1 failed`
  func writeCase(_ one: CaseRecord) {
    out.separate()
    var text = "\(one.client) → \(one.server)"
    if let name = one.serverNames.first { text += " (\(Escaping.clipped(name)))" }
    text += ": \(counted(one.connections.count, "connection")) of one attempt"
    if !one.overcome.isEmpty { text += ", \(grouped(one.overcome.count)) failed before one succeeded" }
    out.flow(Phrase.words(text, .strong), hanging: 2)
  }

  func writeNotable(_ connection: ConnectionRecord, inFull: Bool) {
    out.separate()
    let findings = findings(of: connection)
    writeHeadline(connection, isHealthy: false)
    writeStages(connection)
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
    if !connection.isNotable, !findings.contains(where: { $0.severity > .info || $0.phase == .transport }) {
      out.separate()
      writeLackOfExplanation(connection)
    }
    if !connection.unreadable.isEmpty { out.separate() }
    writeUnreadable(connection)
  }

  private func writeFindingsNotKept(_ connection: ConnectionRecord) {
    let count = connection.findingsNotKept
    guard count > 0 else { return }
    var text = "… \(counted(count, "finding was", "findings were")) not kept, beyond a limit"
    if let primary = connection.primary, findings(of: connection).isEmpty { text += "; the gravest: \(primary)" }
    out.flow(Phrase.words(text, .faint), indent: 2, hanging: 4)
  }

  private func writeLackOfExplanation(_ connection: ConnectionRecord) {
    var text =
      report.rulesLeftOut > 0
      ? "no rule that was run explains this failure; \(counted(report.rulesLeftOut, "rule was", "rules were")) left out with --select or --ignore"
      : "no rule explains this failure"
    if !connection.notChecked.isEmpty, detail != .quiet { text += "; what could not be checked is listed below" }
    out.flow(Phrase.words(text, .warning), indent: 2, hanging: 4)
  }

  /// Messages that could not be read: the first few.
  private func writeUnreadable(_ connection: ConnectionRecord) {
    let shown = detail == .verbose ? connection.unreadable[...] : connection.unreadable.prefix(Limit.unreadable)
    for message in shown {
      out.flow([Phrase("unreadable", .warning)] + Phrase.words(message.description), indent: 2, hanging: 4)
    }
    let more = connection.unreadable.count - shown.count + connection.unreadableNotKept
    if more > 0 { out.flow(Phrase.words("… and \(grouped(more)) more unreadable", .faint), indent: 2, hanging: 4) }
  }

  /// `✗ 10.77.0.10:49832 → 10.77.0.20:445  \\fs01\data  LAB\alice (Kerberos)  SMB 3.0.2`
  func writeHeadline(_ connection: ConnectionRecord, isHealthy: Bool) {
    let tone = isHealthy ? Tone.plain : .strong
    var phrases = [
      mark(of: connection, isHealthy: isHealthy),
      Phrase("\(connection.client) →", tone), Phrase("\(connection.server)", tone),
    ]
    // IPC$ says nothing of what was wanted.
    let wanted = connection.shares.filter { !$0.uppercased().hasSuffix("\\IPC$") }
    if let share = wanted.first ?? connection.shares.first {
      let more = max(0, wanted.count + connection.sharesNotKept - 1)
      phrases.append(Phrase(Escaping.clipped(share) + (more > 0 ? " and \(more) more" : ""), tone, gap: 2))
    }
    if let who = connection.identityText { phrases.append(Phrase(who, gap: 2)) }
    if let dialect = connection.dialect {
      phrases.append(
        Phrase(connection.dialectFamily == "smb1" ? "SMB1 (\(Escaping.clipped(dialect)))" : "SMB \(dialect)", gap: 2))
    } else if connection.dialectFamily == "smb1" {
      phrases.append(Phrase("SMB1", gap: 2))
    }
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

  private func mark(of connection: ConnectionRecord, isHealthy: Bool) -> Phrase {
    switch connection.outcome {
    case .failed: isOvercome(connection) ? Phrase("↻", .faint) : Phrase("✗", .critical)
    case .established: isHealthy ? Phrase("✓", .good) : Phrase("!", .warning)
    case .inconclusive, .notSMB: isHealthy ? Phrase("?", .faint) : Phrase("!", .warning)
    }
  }

  /// `✓ TCP  ✓ Negotiate  ✗ Session Setup  – Tree Connect`
  private func writeStages(_ connection: ConnectionRecord) {
    let phrases = zip(Stage.allCases, connection.stages).filter { $0.1 != .notApplicable }.map { stage, outcome in
      Phrase("\(outcome.symbol) \(stage.shortName)", outcome.tone, gap: 2)
    }
    out.flow(phrases, indent: 2, hanging: 2)
  }

  /// Where it is in the capture, and how it ended.
  private func writePlace(_ connection: ConnectionRecord) {
    var text = "connection \(connection.id), "
    if let stream = connection.tcpStream { text += "tcp.stream \(stream), " }
    text += "frames \(connection.firstFrame) to \(connection.lastFrame)"
    if let ending = connection.ending {
      text += "; ended by the \(ending.peer.rawValue) (\(ending.kind.rawValue.uppercased()), frame \(ending.frame))"
    }
    out.flow(Phrase.words(text, .faint), indent: 2, hanging: 4)
  }

  /// One line for each connection without fault; findings of level info below it.
  func writeHealthy(_ connections: [ConnectionRecord]) {
    guard !connections.isEmpty else { return }
    out.separate()
    let shown = detail == .verbose ? connections[...] : connections.prefix(Limit.healthy)
    for connection in shown {
      writeHeadline(connection, isHealthy: true)
      if connection.outcome == .inconclusive { writeStages(connection) }
      if detail == .verbose { writePlace(connection) }
      for finding in findings(of: connection) { writeHeadline(finding) }
      writeUnreadable(connection)
    }
    let unlisted =
      report.summary.connections - report.summary.notSMB
      - report.connections.count { $0.outcome != .notSMB }
    let more = connections.count - shown.count + unlisted
    if more > 0 {
      out.flow(Phrase.words("… and \(counted(more, "more connection")) without a fault", .faint), hanging: 2)
    }
  }
}

extension ConnectionRecord {
  /// `LAB\alice (Kerberos)`, `anonymous (NTLM)`
  var identityText: String? {
    guard let identity, let mechanism = identity.mechanism else { return nil }
    let name =
      switch mechanism {
      case .kerberos: "Kerberos"
      case .ntlm: "NTLM"
      case .other: "other mechanism"
      }
    if identity.isAnonymous { return "anonymous (\(name))" }
    guard let user = identity.user, !user.isEmpty else { return "(\(name))" }
    let domain = identity.domain.map { $0.isEmpty ? "" : Escaping.clipped($0) + "\\" } ?? ""
    return "\(domain)\(Escaping.clipped(user)) (\(name)\(isGuest ? ", as guest" : ""))"
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
