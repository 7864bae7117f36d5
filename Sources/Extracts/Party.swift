import Packets
import Transcripts

/// A client, its server and a time: requests of the client to others in that time may belong to the attempt.
struct Party {
  var clients: Set<IPAddress>
  var servers: Set<IPAddress>
  var start: Timestamp
  var end: Timestamp

  /// Between the two, where SMB may hide.
  static let hiddenPorts: Set<UInt16> = [ServicePorts.quic, ServicePorts.iwarp, ServicePorts.roce]

  /// As far as an inquiry is joined to a case.
  static func reach(from start: Timestamp, to end: Timestamp) -> ClosedRange<Timestamp> {
    let first = start - Case.timeout
    return first...max(first, end + Case.timeout)
  }
}

/// Spans of time, which may overlap until they are merged.
struct Windows {
  private var spans: [ClosedRange<Timestamp>] = []

  mutating func append(_ span: ClosedRange<Timestamp>) { spans.append(span) }

  /// In order, and none touches another.
  mutating func merge() {
    var merged: [ClosedRange<Timestamp>] = []
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
      if spans[middle].upperBound < time { low = middle + 1 } else { high = middle }
    }
    return low < spans.count && spans[low].contains(time)
  }
}
