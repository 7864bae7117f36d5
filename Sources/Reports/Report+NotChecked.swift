import Diagnosis
import Algorithms
import Packets
import Rules

/// Rules that could not be judged for one reason.
struct NotCheckedGroup {
  var reason: String
  var needs: String
  var connections: [DiagnosedConnection]
  var rules: [String]

  /// `10.0.0.1:49832 and 3 more connections; 12 rules`
  var scope: String {
    let first = connections.first.map(\.endsText) ?? ""
    let more = connections.count > 1 ? " and \(counted(connections.count - 1, "more connection"))" : ""
    return "\(first)\(more); \(counted(rules.count, "rule"))"
  }
}

extension Report {
  /// Reasons that differ in their numbers only (a frame, a count of bytes) are one.
  var notCheckedGroups: [NotCheckedGroup] {
    var groups: [NotCheckedGroup] = []
    var indices: [String: Int] = [:]
    for connection in connections {
      for entry in connection.notChecked {
        let key = String(
          entry.reason.map { $0.isNumber ? "0" : $0 }.reduce(into: "") { text, character in
            if character != "0" || text.last != "0" { text.append(character) }
          })
        if let index = indices[key] {
          groups[index].connections.append(connection)
          if groups[index].rules != entry.rules {
            groups[index].rules = Array((groups[index].rules + entry.rules).uniqued())
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
}
