import Capture
import Diagnosis
import Foundation
import Packets
import Reports
import Rules
import Testing
import Transcripts

/// Every connection in the recordings of others, cut off at every step in every way. What real peers say is not known in
/// advance, so only what must hold of any of them is checked, and the rest is listed. `Tests/Nightly/run` runs it.
@Suite(.enabled(if: Corpus.root != nil && ProcessInfo.processInfo.environment["SMBDX_NIGHTLY"] != nil, "only at night"))
struct CorpusFaultTests {
  private enum Limit {
    /// Frames of a recording: the longer ones are bulk traffic.
    static let frames = 20_000
    /// Connections of a recording: the others are like the first.
    static let connections = 4
  }

  /// Ends behind which somebody did not get in, whatever the recording was.
  private static let fatal: [Fault] = [.confirmedThenFIN20, .confirmedThenRST60, .confirmedWaiting70, .repeatedThenRST, .serverRST, .serverFIN]

  @Test func everyEndIsExplained() throws {
    var (checked, unexplained) = (0, [String]())
    for capture in try Corpus.captures(in: "smb") {
      for (name, connection, port) in try Self.connections(in: capture) {
        for step in HealthyRecording.Step.allCases {
          guard let (request, response) = FaultMatrix.place(of: step, in: connection, port: port) else { continue }
          for fault in Fault.allCases {
            guard var beginning = Beginning(connection, upTo: fault.isBehindAnswer ? response : request, port: port) else { continue }
            FaultMatrix.inject(fault, into: &beginning)
            let report = beginning.report
            checked += 1
            let label = "\(name) \(step.rawValue) \(fault.rawValue): \(report.gist)"
            Self.check(report, label, frames: beginning.segments.count)
            let isTold = report.findings.contains { $0.severity >= .error } || report.connections.contains { !$0.notChecked.isEmpty }
            if Self.fatal.contains(fault), step != .use, !isTold { unexplained.append(label) }
          }
        }
      }
    }
    print("corpus: \(checked) ends made, \(unexplained.count) not explained")
    for label in unexplained { print("  \(label)") }
    #expect(checked > 500)
    #expect(unexplained.count * 100 <= checked)
  }

  private static func check(_ report: Report, _ label: String, frames: Int) {
    for one in report.cases where one.outcome == .failed { #expect(one.primary != nil, "\(label)") }
    for finding in report.findings {
      #expect(finding.evidence.allSatisfy { (1...frames).contains($0.frame) }, "\(label): \(finding.rule.id)")
    }
  }

  private static func connections(in capture: URL) throws -> [(String, [Segment], Set<Int>)] {
    var segments: [Segment] = []
    var frames = 0
    do {
      try Recording(paths: [capture.path]).forEachFrame { frame, _, bytes in
        frames += 1
        guard frames <= Limit.frames, frame.linkType == .ethernet, bytes.count == frame.originalLength else { return }
        guard let segment = Segment(RecordedFrame(time: frame.time, bytes: bytes.copy())) else { return }
        if !segment.ports.isDisjoint(with: [445, 139]) { segments.append(segment) }
      }
    } catch {
      return []
    }
    guard frames <= Limit.frames else { return [] }
    let byPorts = Dictionary(grouping: segments, by: \.ports).values.filter { one in one.contains { $0.command == 0 } }
    return byPorts.sorted { $0[0].frame.time < $1[0].frame.time }.prefix(Limit.connections).map { one in
      let port = Set([445, 139].filter { one[0].ports.contains($0) }.prefix(1))
      return ("\(capture.lastPathComponent) \(one[0].ports.sorted())", one, port)
    }
  }
}
