import Packets
import Rules

extension TextReport {
  /// Rules that could not be judged, by reason.
  func writeNotChecked() {
    let groups = notCheckedGroups
    guard !groups.isEmpty else { return }
    out.separate()
    out.line("not checked", .strong)
    for group in groups.prefix(Limit.reasons) {
      out.flow(
        Phrase.words(group.reason) + [Phrase("(\(group.scope))", .faint)], indent: 2, hanging: 4)
      out.flow([Phrase("needs", .faint)] + Phrase.words(group.needs, gap: 2), indent: 4, hanging: 11)
      if detail == .verbose {
        out.flow([Phrase("rules", .faint)] + group.rules.map { Phrase($0, .faint, gap: 2) }, indent: 4, hanging: 11)
      }
    }
    let more = groups.count - Limit.reasons
    if more > 0 { out.flow(Phrase.words("… and \(counted(more, "more reason"))", .faint), indent: 2, hanging: 2) }
  }

  private struct NotCheckedGroup {
    var reason: String
    var needs: String
    var connections: [ConnectionRecord]
    var rules: [String]

    /// `10.0.0.1:49832 and 3 more connections; 12 rules`
    var scope: String {
      let first = connections.first.map { "\($0.client) → \($0.server)" } ?? ""
      let more = connections.count > 1 ? " and \(counted(connections.count - 1, "more connection"))" : ""
      return "\(first)\(more); \(counted(rules.count, "rule"))"
    }
  }

  /// Reasons that differ in their numbers only (a frame, a count of bytes) are one.
  private var notCheckedGroups: [NotCheckedGroup] {
    var groups: [NotCheckedGroup] = []
    var indices: [String: Int] = [:]
    for connection in report.connections {
      for entry in connection.notChecked {
        let key = String(
          entry.reason.map { $0.isNumber ? "0" : $0 }.reduce(into: "") { text, character in
            if character != "0" || text.last != "0" { text.append(character) }
          })
        if let index = indices[key] {
          groups[index].connections.append(connection)
          if groups[index].rules != entry.rules {
            groups[index].rules = (groups[index].rules + entry.rules).withoutRepetition
          }
        } else {
          indices[key] = groups.count
          groups.append(
            NotCheckedGroup(reason: entry.reason, needs: entry.needs, connections: [connection], rules: entry.rules))
        }
      }
    }
    return groups
  }

  /// Damage, limits that were reached, and frames that could not be used.
  func writeWarnings() {
    let facts = report.capture
    var lines = facts.warnings.prefix(Limit.warnings).map(\.sentence)
    if facts.warnings.count > Limit.warnings {
      lines.append("… and \(counted(facts.warnings.count - Limit.warnings, "more warning"))")
    }
    if facts.truncatedFrames > 0 {
      lines.append(
        "\(counted(facts.truncatedFrames, "frame was", "frames were")) captured in part only; record with a snapshot length of 0 (tcpdump -s 0)"
      )
    }
    if facts.fragments.incomplete > 0 {
      lines.append(
        "\(counted(facts.fragments.incomplete, "fragmented IP packet was", "fragmented IP packets were")) left out: not every fragment was captured whole"
      )
    }
    if facts.fragments.conflicts > 0 {
      lines.append(
        "\(counted(facts.fragments.conflicts, "IP fragment contradicts", "IP fragments contradict")) an earlier one about the same bytes"
      )
    }
    if facts.malformedFrames > 0 {
      lines.append(
        "\(counted(facts.malformedFrames, "frame has", "frames have")) damaged link, IP or TCP headers and were left out"
      )
    }
    if let count = facts.wrongChecksums, count > 0 {
      lines.append("\(counted(count, "packet with a wrong checksum was", "packets with wrong checksums were")) left out (--checksums)")
    }
    if facts.unreadableKerberosMessages > 0 {
      lines.append(
        "\(counted(facts.unreadableKerberosMessages, "Kerberos message", "Kerberos messages")) could not be read")
    }
    if facts.conflictingSegments > 0 {
      lines.append(
        "\(counted(facts.conflictingSegments, "TCP segment contradicts", "TCP segments contradict")) an earlier copy of the same bytes"
      )
    }
    for (name, count) in facts.limitsReached.sorted(by: { $0.key < $1.key }) {
      lines.append("limit “\(name)” was reached: \(grouped(count)) not kept")
    }
    guard !lines.isEmpty else { return }
    out.separate()
    out.line("warnings", .strong)
    for line in lines { out.flow(Phrase.words(line, .warning), indent: 2, hanging: 4) }
  }
}

extension CaptureWarning {
  /// `fs01.pcapng, frame 4812, byte 981200: …`
  fileprivate var sentence: String {
    let place = [Escaping.clipped(file), frame.map { "frame \($0)" }, byte.map { "byte \($0)" }].compactMap(\.self)
    return place.joined(separator: ", ") + ": " + message
  }
}
