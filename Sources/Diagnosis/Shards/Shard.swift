package import Packets

/// A share of a recording: the connections, Kerberos exchanges and look-ups of some of its clients.
package struct Shard: Sendable, Codable, Hashable {
  /// From 1.
  package let number: Int
  /// Shares that together are the recording.
  package let count: Int

  /// nil for a number that is none of the count.
  package init?(number: Int, of count: Int) {
    guard count >= 1, count <= Self.mostShards, (1...count).contains(number) else { return nil }
    self.number = number
    self.count = count
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let (number, count) = (try container.decode(Int.self, forKey: .number), try container.decode(Int.self, forKey: .count))
    guard let shard = Shard(number: number, of: count) else {
      throw DecodingError.dataCorruptedError(forKey: .number, in: container, debugDescription: "\(number) of \(count)")
    }
    self = shard
  }

  /// More than the files that a process can usually have open.
  package static let mostShards = 10_000
}

extension Shard {
  /// Whether what this client did belongs to the share. The same on every computer and in every run.
  package func holds(_ client: IPAddress) -> Bool {
    // FNV-1a, whose low bits are mixed with the high ones: hosts of one network differ in their last byte alone.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for half in [client.high, client.low] {
      for shift in stride(from: UInt64(0), to: 64, by: 8) {
        hash = (hash ^ (half >> shift & 0xff)) &* 0x0000_0100_0000_01b3
      }
    }
    return Int((hash ^ hash >> 32) % UInt64(count)) == number - 1
  }
}

extension Shard: CustomStringConvertible {
  /// `2/7`
  package var description: String { "\(number)/\(count)" }
}
