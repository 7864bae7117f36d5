import Diagnosis
import Packets
import Algorithms
import Rules

extension Report {
  /// Workflow commands, which GitHub shows as annotations: one for each finding.
  package func writeGitHub(to write: (String) -> Void) {
    for finding in findings {
      GitHub.annotate(finding.severity.annotation, file: path(of: finding), title: "smbdx: \(finding.rule.id)", finding.annotation, write)
    }
  }
}

/// GitHub's workflow commands.
enum GitHub {
  static func annotate(_ level: String, file: String?, title: String, _ message: String, _ write: (String) -> Void) {
    let properties = [file.map { "file=\(property($0))" }, "title=\(property(title))"].compactMap(\.self)
    write("::\(level) \(properties.joined(separator: ","))::\(data(message))\n")
  }

  /// Escaped as GitHub's own toolkit does it: what ends a command, and the per cent sign.
  private static func data(_ text: String) -> String {
    Escaping.visible(text).replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
  }

  private static func property(_ text: String) -> String {
    data(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
  }
}

extension Finding {
  /// `the server refuses … (frames 9, 11; smbdx explain auth-logon-failure)`
  fileprivate var annotation: String {
    let frames = Array(evidence.map { String($0.frame) }.uniqued())
    let place = frames.isEmpty ? "" : "\(frames.count == 1 ? "frame" : "frames") \(frames.joined(separator: ", "))\(time.map { ", \($0.rfc3339)" } ?? ""); "
    return Escaping.clipped(summary, to: Escaping.sentenceLimit) + " (\(place)smbdx explain \(rule.id))"
  }
}

extension Severity {
  fileprivate var annotation: String {
    switch self {
    case .critical, .error: "error"
    case .warning: "warning"
    case .info: "notice"
    }
  }
}
