import Packets
import Transcripts

/// SMB that may be there and cannot be read.
extension Rule {
  static func mayHideSMB(
    _ facts: RecordingFacts, _ kind: HiddenTransport.Kind, _ name: String
  ) -> [Observation] {
    let fitting = facts.hidden.filter { transport in
      transport.kind == kind && transport.refusal == nil && transport.mayBeSMB(facts)
    }
    guard let first = fitting.first else { return [] }
    let more = fitting.count > 1 ? " and \(fitting.count - 1) more" : ""
    return [
      Observation(
        .possible, "\(first.client) and \(first.server)\(more) use \(name), which may hide SMB",
        evidence: fitting.prefix(5).map { Evidence($0.frame, nil, "\(name), \($0.client) → \($0.server)") })
    ]
  }
}

extension HiddenTransport {
  /// RDMA follows a working connection; QUIC stands in for one that does not work.
  func mayBeSMB(_ facts: RecordingFacts) -> Bool {
    guard let sibling else { return facts.connections == 0 }
    return kind == .rdma || sibling != .established
  }
}
