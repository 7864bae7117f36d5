import Capture
import Packets

extension FilterReach {
  /// What cannot be checked because the user's filter surely keeps it out, as a sentence; nil when nothing is certain.
  func reasonsNotChecked(_ ports: ServicePorts) -> String? {
    let missing = [
      (ports.kerberos, "Kerberos", "whether clients get tickets"),
      (ports.dns, "DNS", "where server names lead"),
    ].filter { ports, _, _ in ports.allSatisfy(excludes) }
    guard !missing.isEmpty else { return nil }
    let services = missing.map { ports, name, _ in "\(name) (port \(ports.map(String.init).joined(separator: ", ")))" }
    return """
      the filter of -f excludes \(services.joined(separator: " and ")), so smbdx cannot check \
      \(missing.map(\.2).joined(separator: ", and ")); remove -f to capture everything that is needed
      """
  }
}
