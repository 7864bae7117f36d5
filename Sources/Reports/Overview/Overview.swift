import Diagnosis
import Packets
import Rules
import Transcripts

/// A report at a glance: each diagnosis on each server once, whom it affects, and when. All formats show this overview.
package struct Overview {
  /// The gravest first, then those that hit most users or clients. Companions of others too.
  package let groups: [DiagnosisGroup]
  /// What the bars of ``Timeline`` span: the recording.
  let span: Timeline.Span?
  /// By connection: the place of the group that explains it.
  private(set) var groupOfConnection: [Int: Int] = [:]

  package init(_ report: Report) {
    span = Timeline.Span(report.capture)
    let places = report.placesOfConnections
    let told = report.findings.filter { $0.severity > .info }
    func concerned(by finding: Finding) -> [DiagnosedConnection] {
      finding.connections.compactMap { places[$0].map { report.connections[$0] } }
    }
    let keys = Self.keys(of: told.map { DiagnosisGroup.Key($0, concerned(by: $0).first?.server.address) })
    func grouped(_ findings: some Sequence<(Finding, DiagnosisGroup.Key)>) -> [DiagnosisGroup] {
      var found: [DiagnosisGroup] = []
      var places: [DiagnosisGroup.Key: Int] = [:]
      for (finding, key) in findings {
        let place = places[key] ?? found.count
        if place == found.count {
          places[key] = place
          found.append(DiagnosisGroup(key))
        }
        let concerned = concerned(by: finding)
        found[place].append(finding, concerned, serverName: concerned.first?.nameOfServer)
      }
      return found
    }
    let found = grouped(zip(told, keys))
    let explanations = Explanations(found)
    let separated = found.flatMap { group in explanations.parts(of: group).map { grouped(zip(group.findings, $0)) } ?? [group] }
    groups = explanations.joined(separated.sorted(by: Self.comesFirst))
    for (place, group) in groups.enumerated().reversed() where group.leader == nil {
      for connection in group.connections { groupOfConnection[connection] = place }
    }
  }

  /// What is told of its own, with its companions.
  package var leading: [(place: Int, group: DiagnosisGroup)] {
    groups.enumerated().filter { $0.element.leader == nil }.map { ($0.offset, $0.element) }
  }

  func companions(of group: DiagnosisGroup) -> [DiagnosisGroup] { group.companions.map { groups[$0] } }

  private enum Limit {
    /// Servers with separate entries for the same diagnosis.
    static let servers = 12
    /// Statuses with separate entries for one rule: text in a message may look like a status.
    static let codes = 12
  }

  /// What is the same everywhere is one group, so that their number is bounded.
  private static func keys(of keys: [DiagnosisGroup.Key]) -> [DiagnosisGroup.Key] {
    var codes: [String: Set<String?>] = [:]
    for key in keys { codes[key.rule, default: []].insert(key.code) }
    let known = keys.map { key in
      codes[key.rule, default: []].count <= Limit.codes ? key : DiagnosisGroup.Key(rule: key.rule, server: key.server)
    }
    var servers: [DiagnosisGroup.Key: Set<IPAddress?>] = [:]
    for key in known { servers[DiagnosisGroup.Key(rule: key.rule, code: key.code), default: []].insert(key.server) }
    return known.map { key in
      let everywhere = DiagnosisGroup.Key(rule: key.rule, code: key.code)
      return servers[everywhere, default: []].count <= Limit.servers ? key : everywhere
    }
  }

  private static func comesFirst(_ left: DiagnosisGroup, _ right: DiagnosisGroup) -> Bool {
    if left.severity != right.severity { return left.severity > right.severity }
    if left.peopleHit != right.peopleHit { return left.peopleHit > right.peopleHit }
    if left.count != right.count { return left.count > right.count }
    if (left.explains > 0) != (right.explains > 0) { return left.explains > 0 }
    return left.id < right.id
  }
}
