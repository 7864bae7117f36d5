import Packets
import Transcripts

/// Which failed connections were followed by one of the same client to the same server that got established.
struct Retries {
  /// Failed connections remembered; the report lists no more of them.
  private static let limit = 10_000
  /// A later success belongs to another attempt.
  private static let patience: Int64 = 60_000_000_000

  private struct Pair: Hashable {
    var client: IPAddress
    var server: IPAddress
  }

  private var failures: [Pair: [(connection: Int, time: Timestamp)]] = [:]
  private var count = 0
  private(set) var overcome: Set<Int> = []

  /// Takes the connections in the order in which they ended.
  mutating func note(_ transcript: Transcript) {
    let pair = Pair(client: transcript.client.address, server: transcript.server.address)
    switch transcript.outcome {
    case .failed where count < Self.limit:
      count += 1
      failures[pair, default: []].append((transcript.id, transcript.firstFrame.time))
    case .established:
      let earlier = failures.removeValue(forKey: pair) ?? []
      count -= earlier.count
      let start = transcript.firstFrame.time
      overcome.formUnion(
        earlier.filter { (0...Self.patience).contains(start.since($0.time)) }.map(\.connection))
    default: break
    }
  }
}
