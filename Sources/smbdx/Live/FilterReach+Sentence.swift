import Capture
import Packets

extension FilterReach {
  /// What cannot be checked because the user's filter surely keeps it out, as a sentence; nil when nothing is certain.
  func reasonsNotChecked(_ ports: ServicePorts) -> String? {
    let missing = [
      (ports.kerberos, "Kerberos", "whether clients get tickets"),
      (ports.dns, "DNS", "where the names of servers lead"),
    ].filter { ports, _, _ in ports.allSatisfy(excludes) }
    guard !missing.isEmpty else { return nil }
    let services = missing.map { ports, name, _ in "\(name) (port \(ports.map(String.init).joined(separator: ", ")))" }
    return """
      the filter given with -f keeps out \(services.joined(separator: " and ")): \
      \(missing.map(\.2).joined(separator: ", and ")) cannot be checked; leave -f out to capture all that is needed
      """
  }
}
