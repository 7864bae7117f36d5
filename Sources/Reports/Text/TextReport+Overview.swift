import Diagnosis
import Packets
import Rules
import Transcripts

/// Where many connections have findings: what went wrong and whom it hits comes first, then one example of each kind.
extension TextReport {
  private enum Overviews {
    /// Parts of the recording in a bar.
    static let parts = 24
    /// Warnings in the list; what is graver is always there.
    static let warnings = 12
    /// Hosts, users and shares named of each kind.
    static let named = 4
    /// Of one group, where the user asked for it: connections in one line each.
    static let listed = 1000
    /// Examples in full.
    static let examples = 24
    /// Further groups with the command that shows them.
    static let commands = 48
    /// Connections that nothing explains.
    static let unexplained = 3
  }

  func writeOverview() {
    out.separate()
    writeTitle()
    var warnings = 0
    for (_, group) in overview.leading {
      if group.severity <= .warning { warnings += 1 }
      guard warnings <= Overviews.warnings else { continue }
      write(group)
    }
    if warnings > Overviews.warnings {
      out.flow(Phrase.words("… and \(counted(warnings - Overviews.warnings, "more kind")) of warnings", .faint), indent: 2, hanging: 4)
    }
    writeAffected()
  }

  private func writeTitle() {
    var phrases = [Phrase("what went wrong", .strong)]
    if let span = overview.span, let from = clock.seconds(span.from), let to = clock.seconds(span.to) {
      phrases += Phrase.words("(bars: how many when, from \(from) to \(to))", .faint, gap: 2)
    }
    out.flow(phrases, hanging: 2)
  }

  /// `60× critical[vni-aborted-by-server]  10.77.0.20  60 clients in 10.20.30.0/24, 48 users  09:12:04Z to 09:23:41Z`
  private func write(_ group: DiagnosisGroup) {
    let count = "\(grouped(group.count))×"
    var phrases = [
      Phrase(count, .strong), Phrase("\(group.severity.rawValue)[\(group.rule.id)]", Tone(group.severity)),
    ]
    if let server = group.serverText { phrases.append(Phrase(server, .strong, gap: 2)) }
    phrases += Phrase.words(group.peopleText, gap: 2)
    if let range = clock.range(group.firstTime, group.lastTime) { phrases.append(Phrase(range, .faint, gap: 2)) }
    let indent = Self.countColumn - count.count
    out.flow(phrases, indent: max(2, indent), hanging: Self.countColumn + 1)
    var line: [Phrase] = []
    if let span = overview.span, group.count > 1, !group.extent.times.isEmpty {
      line.append(Phrase(Timeline(group.extent.times, span, parts: Overviews.parts).bar(isPlain: out.isPlain), Tone(group.severity)))
    }
    line += Phrase.words(group.summary, gap: 2) + [Phrase("(\(group.confidence.rawValue))", .faint)]
    out.flow(line, indent: Self.countColumn + 1, hanging: Self.countColumn + 1)
    for companion in overview.companions(of: group) {
      let phrases = [
        Phrase("with it", .faint), Phrase("\(companion.severity.rawValue)[\(companion.rule.id)]", Tone(companion.severity)),
        Phrase("\(grouped(companion.count))×", gap: 1),
      ]
      out.flow(phrases, indent: Self.countColumn + 1, hanging: Self.countColumn + 3)
    }
  }

  /// Where the count of a group ends.
  private static let countColumn = 6

  private func writeAffected() {
    let lists = Affected(report).lists
    guard !lists.isEmpty else { return }
    out.separate()
    out.flow(
      [Phrase("who is hit", .strong)] + Phrase.words("(failed connections, of all connections)", .faint, gap: 2), hanging: 2)
    for (title, tallies) in lists {
      let column = Self.tallyColumn
      var phrases = [Phrase(title, .faint)]
      for (index, tally) in tallies.prefix(Overviews.named).enumerated() {
        let isLast = index == min(tallies.count, Overviews.named) - 1
        let gap = index == 0 ? column - 2 - title.count : 1
        phrases.append(Phrase(tally.name, index == 0 ? .strong : .plain, gap: gap))
        phrases.append(Phrase("\(grouped(tally.failed)) of \(grouped(tally.all))\(isLast ? "" : " ·")"))
      }
      if tallies.count > Overviews.named { phrases += Phrase.words("· \(grouped(tallies.count - Overviews.named)) more", .faint) }
      out.flow(phrases, indent: 2, hanging: column)
    }
  }

  private static let tallyColumn = 11

  // MARK: Examples

  /// One connection of each group in full, and how to list the others.
  func writeExamples() {
    var shown: Set<Int> = []
    let groups = overview.leading.filter { !$0.group.connections.isEmpty }
    for (_, group) in groups.prefix(Overviews.examples) {
      let wanted = group.findings.first { $0.isPrimary && $0.connections.first.map { !shown.contains($0) } ?? false }
      let id = (wanted ?? group.example).connections.first
      let isNew = id.map { shown.insert($0).inserted } ?? false
      writeExample(of: group, connection: isNew ? id : nil)
    }
    if detail != .quiet { writeCommands(for: groups.dropFirst(Overviews.examples).map(\.group)) }
    writeUnexplained()
  }

  /// What is in the list of what went wrong, and has no room for an example.
  private func writeCommands(for groups: [DiagnosisGroup]) {
    guard !groups.isEmpty else { return }
    out.separate()
    let kinds = "\(counted(groups.count, "more kind")) of the list above, without an example here"
    guard report.shown == nil else { return out.flow(Phrase.words("\(kinds); --rule shows one", .faint), hanging: 2) }
    out.flow(Phrase.words("\(kinds); these commands show them:"), hanging: 2)
    for group in groups.prefix(Overviews.commands) { out.line(report.command(listing: group), .command, indent: 4) }
    let more = groups.count - Overviews.commands
    if more > 0 { out.flow(Phrase.words("… and \(grouped(more)) more; --format html has them all", .faint), indent: 2, hanging: 4) }
  }

  private func writeExample(of group: DiagnosisGroup, connection id: Int?) {
    if let id, let connection = order.connection(id) {
      if group.count > 1 {
        out.separate()
        let place = group.serverText.map { " on \($0)" } ?? ""
        out.flow(
          [Phrase("\(grouped(group.count))×", .strong), Phrase("\(group.severity.rawValue)[\(group.rule.id)]", Tone(group.severity))]
            + Phrase.words("\(place), one of them:"), hanging: 2)
      }
      writeNotable(connection, inFull: true)
    }
    guard group.count > 1, detail != .quiet else { return }
    if report.shown != nil {
      list(group, but: id)
    } else {
      writeCommand(for: group)
    }
  }

  private func writeCommand(for group: DiagnosisGroup) {
    out.separate()
    out.flow(Phrase.words("\(grouped(group.count - 1)) similar:", .faint), indent: 2, hanging: 4)
    out.line(report.command(listing: group), .command, indent: 4)
  }

  /// All others, one line each: the user asked for them.
  private func list(_ group: DiagnosisGroup, but id: Int?) {
    let others = group.connections.filter { $0 != id }.compactMap(order.connection)
    guard !others.isEmpty else { return }
    out.separate()
    out.flow(Phrase.words("\(counted(others.count, "similar connection")), by number", .strong), indent: 2, hanging: 4)
    for connection in others.prefix(Overviews.listed) { writeLine(connection) }
    let more = others.count - Overviews.listed
    if more > 0 { out.flow(Phrase.words("… and \(grouped(more)) more; -v lists all", .faint), indent: 2, hanging: 4) }
  }

  /// `168  09:13:18Z  10.20.30.17:34603 → 10.77.0.20:445  \\fs01\data  LAB\alice (NTLM)`: its number comes first.
  private func writeLine(_ connection: DiagnosedConnection) {
    var phrases = [Phrase("\(connection.id)", .strong)]
    if let time = clock.seconds(connection.startTime) { phrases.append(Phrase(time, .faint, gap: 2)) }
    phrases += [Phrase("\(connection.clientText) →", gap: 2), Phrase(connection.serverText)]
    if let share = connection.wantedShares.first { phrases.append(Phrase(Escaping.clipped(share), gap: 2)) }
    if let who = connection.identityText { phrases.append(Phrase(who, gap: 2)) }
    out.flow(phrases, indent: 4, hanging: 8)
  }

  /// Connections that failed without a finding that says why.
  private func writeUnexplained() {
    let others = order.notable.filter { overview.groupOfConnection[$0.id] == nil }
    for connection in others.prefix(Overviews.unexplained) { writeNotable(connection, inFull: true) }
    let more = others.count - Overviews.unexplained
    guard more > 0 else { return }
    out.separate()
    out.flow(Phrase.words("… and \(counted(more, "more connection")) that no finding explains; -v lists them", .faint), hanging: 2)
  }
}

extension DiagnosisGroup {
  /// `60 clients in 10.20.30.0/24, 48 users`
  var peopleText: String {
    var text = clients.isEmpty ? "" : Reports.summary(of: clients)
    if users.count == 1 { text += ", user \(Escaping.clipped(users[0]))" }
    if users.count > 1 { text += ", \(counted(users.count, "user"))" }
    return text
  }
}
