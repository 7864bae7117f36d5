import Diagnosis
import Rules

extension Report {
  /// `smbdx fs01.pcapng --rule vni-aborted-by-server --server 10.77.0.20`: what lists all of a group.
  func command(listing group: DiagnosisGroup) -> String {
    let names = arguments.map(shellWord)
    let server = group.server.map { " --server \($0)" } ?? ""
    return "smbdx \(names.isEmpty ? "FILE" : names.joined(separator: " ")) --rule \(group.rule.id)\(server)"
  }
}

/// A word as a POSIX shell reads it: in quotes unless all of it means itself.
private func shellWord(_ text: String) -> String {
  if text == "standard input" { return "-" }
  let isPlain = !text.isEmpty && text.unicodeScalars.allSatisfy {
    $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil) || "._-/+:,@%".unicodeScalars.contains($0)
  }
  return isPlain && !text.hasPrefix("-") ? text : "'" + text.replacing("'", with: "'\\''") + "'"
}
