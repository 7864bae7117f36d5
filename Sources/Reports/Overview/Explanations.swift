import Diagnosis

/// Which group explains a case.
///
/// A group that explains no case by itself, and only occurs in cases that other groups explain, is listed with each of those groups.
/// Otherwise the report would list these connections twice.
struct Explanations {
  /// By case.
  private var keys: [Int: DiagnosisGroup.Key] = [:]
  private var connections: [DiagnosisGroup.Key: Set<Int>] = [:]

  init(_ groups: [DiagnosisGroup]) {
    for group in groups where group.explains > 0 {
      connections[group.key] = Set(group.connections)
      for finding in group.findings where finding.isPrimary { if let id = finding.caseID { keys[id] = group.key } }
    }
  }

  /// For each finding of a group the one that explains it; nil if the group stands for itself.
  func leaders(of group: DiagnosisGroup) -> [DiagnosisGroup.Key]? {
    guard group.explains == 0 else { return nil }
    var leaders: [DiagnosisGroup.Key] = []
    for finding in group.findings {
      guard let leader = finding.caseID.flatMap({ keys[$0] }), connections[leader]?.isSuperset(of: finding.connections) == true
      else { return nil }
      leaders.append(leader)
    }
    return leaders
  }

  /// For each finding of a group the key of its part, if there is one beside each of several others.
  func parts(of group: DiagnosisGroup) -> [DiagnosisGroup.Key]? {
    guard let leaders = leaders(of: group), leaders.contains(where: { $0 != leaders[0] }) else { return nil }
    return leaders.map(group.key.beside)
  }

  /// Companions know their leader, and it them.
  func joined(_ groups: [DiagnosisGroup]) -> [DiagnosisGroup] {
    let places = Dictionary(uniqueKeysWithValues: groups.enumerated().map { ($0.element.key, $0.offset) })
    var joined = groups
    for (place, group) in groups.enumerated() {
      guard let leader = leaders(of: group)?.first.flatMap({ places[$0] }) else { continue }
      joined[place].leader = leader
      joined[leader].companions.append(place)
    }
    return joined
  }
}
