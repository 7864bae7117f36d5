import Packets
import Transcripts

/// Who tries to reach whom, and when: what a client asks of others in that time may belong to the attempt.
struct Party {
  var clients: Set<IPAddress>
  var servers: Set<IPAddress>
  var start: Timestamp
  var end: Timestamp

  /// Between the two, where SMB may hide.
  static let hiddenPorts: Set<UInt16> = [ServicePorts.quic, ServicePorts.iwarp, ServicePorts.roce]

  /// As far as an inquiry is joined to a case.
  static func reach(from start: Timestamp, to end: Timestamp) -> ClosedRange<Int64> {
    let first = start.nanoseconds.subtractingReportingOverflow(Case.patience)
    let last = end.nanoseconds.addingReportingOverflow(Case.patience)
    let lower = first.overflow ? .min : first.partialValue
    return lower...max(lower, last.overflow ? .max : last.partialValue)
  }
}

/// Spans of time, which may overlap until they are merged.
struct Windows {
  private var spans: [ClosedRange<Int64>] = []

  mutating func append(_ span: ClosedRange<Int64>) { spans.append(span) }

  /// In order, and none touches another.
  mutating func merge() {
    var merged: [ClosedRange<Int64>] = []
    for span in spans.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = merged.last, last.upperBound >= span.lowerBound {
        merged[merged.count - 1] = last.lowerBound...max(last.upperBound, span.upperBound)
      } else {
        merged.append(span)
      }
    }
    spans = merged
  }

  func contains(_ time: Timestamp) -> Bool {
    var (low, high) = (0, spans.count)
    while low < high {
      let middle = (low + high) / 2
      if spans[middle].upperBound < time.nanoseconds { low = middle + 1 } else { high = middle }
    }
    return low < spans.count && spans[low].contains(time.nanoseconds)
  }
}
