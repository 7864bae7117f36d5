package import Diagnosis
import Rules
import Transcripts

/// The diagnosis of a recording, and the names of its files. Every output format is written from it.
package struct Report: Sendable {
  /// Of the JSON that it is written as.
  package static let schema = "smbdx-report/1"

  package var toolVersion: String
  /// Base names, in the order given; those that several files have are paths.
  package var files: [String]
  /// The same as the user named them, for programs that look for the files; empty where the report must not contain them.
  package var paths: [String]
  /// What the user gave the program to read: files, or directories of them.
  package var arguments: [String]
  package var diagnosis: Diagnosis
  /// What is shown of it, when the user chose; nil for all.
  package internal(set) var shown: Shown?
  /// Rules that were not run because the user chose others.
  package var rulesLeftOut: Int

  /// - Parameters:
  ///   - files: base names, in the order given.
  ///   - paths: the same as the user named them.
  ///   - arguments: what the user gave the program to read; the files when nothing else is said.
  package init(
    toolVersion: String, files: [String], paths: [String] = [], arguments: [String]? = nil, rulesLeftOut: Int = 0,
    diagnosis: Diagnosis
  ) {
    self.toolVersion = toolVersion
    self.files = files
    self.paths = paths
    self.arguments = arguments ?? (paths.isEmpty ? files : paths)
    self.rulesLeftOut = rulesLeftOut
    self.diagnosis = diagnosis
    guard paths.count == files.count, Set(files).count < files.count else { return }
    let counts = Dictionary(grouping: files) { $0 }.mapValues(\.count)
    self.files = zip(files, paths).map { counts[$0, default: 1] > 1 ? $1 : $0 }
  }
}

extension Report {
  package var capture: CaptureFacts { diagnosis.capture }
  package var connections: [DiagnosedConnection] { diagnosis.connections }
  package var cases: [DiagnosedCase] { diagnosis.cases }
  package var findings: [Finding] { diagnosis.findings }
  package var summary: Summary { diagnosis.summary }

  /// Where each connection is in the list, by its number.
  var placesOfConnections: [Int: Int] {
    let connections = connections
    return Dictionary(connections.indices.lazy.map { (connections[$0].brief.id, $0) }) { first, _ in first }
  }

  /// The name of the file in which a cited frame lies; nil in a recording of one file.
  func file(of place: FramePlace) -> String { place.file < files.count ? files[place.file] : "a file" }

  /// As the user named the file that a finding is shown with: the one with its first frame.
  func path(of finding: Finding) -> String? { path(at: finding.evidence.first?.place?.file ?? 0) }

  func path(at index: Int) -> String? {
    if index < paths.count { return paths[index] }
    return index < files.count ? files[index] : nil
  }
}
