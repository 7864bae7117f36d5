import Packets
import Rules
import Transcripts

extension Conclusion {
  /// Gives evidence its time where the transcript of its connection does not know it.
  ///
  /// - Returns: how many frames were cited that the ledger had forgotten.
  mutating func dateFindings(_ lookups: Lookups, _ ledger: FrameLedger) -> Int {
    var clock = FrameClock()
    clock.record(lookups)
    changeFindings { clock.date(&$0) }
    var forgotten = 0
    let starts = Dictionary(connections.map { ($0.firstFrame, $0.startTime) }) { first, _ in first }
    changeFindings { finding in
      for index in finding.observation.evidence.indices where finding.observation.evidence[index].time == nil {
        let frame = finding.observation.evidence[index].frame
        finding.observation.evidence[index].time = starts[frame] ?? ledger.time(of: frame)
        if finding.observation.evidence[index].time == nil, ledger.hasForgotten(frame) { forgotten += 1 }
      }
    }
    return forgotten
  }

  /// Says in which file each cited frame lies.
  mutating func locate(by find: (Int) -> FramePlace?) { changeFindings { finding in
    for index in finding.observation.evidence.indices {
      finding.observation.evidence[index].place = find(finding.observation.evidence[index].frame)
    }
  } }

  /// Connections cannot be numbered as Wireshark does.
  mutating func withoutStreams() { changeFindings { $0.tcpStream = nil } }

  /// - Parameter unlisted: connections and findings that are only counted.
  func summary(withUnlisted unlisted: Summary) -> Summary {
    var summary = unlisted
    for connection in connections { summary.count(connection.outcome, isSuperseded: connection.isSuperseded) }
    for finding in findings { summary.count(finding.severity) }
    return summary
  }
}
