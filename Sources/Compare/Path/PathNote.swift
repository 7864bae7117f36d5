import Packets
import Transcripts

/// A change that the path makes to packets, other than to the contents of messages.
package struct PathNote: Sendable, Hashable {
  /// As a sentence: `the path changes MSS in the SYN of the client from 1460 to 1380`.
  package var text: String
  /// It can do harm.
  package var isSuspicious: Bool
}

extension PathNote {
  /// What was sent again, and arrived once.
  static func lostCopies(_ near: PointConnection, _ far: PointConnection) -> [(Peer, Retransmission)] {
    [(Peer.client, near.clientStream, far.clientStream), (.server, far.serverStream, near.serverStream)].compactMap { peer, sent, received in
      guard let again = sent.retransmission, received.retransmission == nil, received.missing == 0, received.end > again.offset,
        // Damaged copies are no lost ones.
        received.oddities.damaged.count == 0
      else { return nil }
      return (peer, again)
    }
  }

  /// TCP options, with their values in words: RFC 9293 3.2, RFC 7323, RFC 2018.
  struct Options {
    static let kinds: [(UInt8, String)] = [
      (2, "MSS"), (3, "window scale"), (4, "the SACK option"), (8, "the timestamps option"),
    ]

    private(set) var values: [UInt8: String] = [:]
    private(set) var others: Set<UInt8> = []
    /// TSval (RFC 7323 3.2).
    private(set) var timestamp: [UInt8]?
    /// What a host's own TCP decides.
    var layout: [UInt8: String] { values.filter { $0.key != 2 } }

    init(_ bytes: [UInt8]) {
      var offset = 0
      while offset < bytes.count, bytes[offset] != 0 {
        guard bytes[offset] != 1 else {
          offset += 1
          continue
        }
        guard offset + 1 < bytes.count, bytes[offset + 1] >= 2, offset + Int(bytes[offset + 1]) <= bytes.count else { return }
        let (kind, length) = (bytes[offset], Int(bytes[offset + 1]))
        switch (kind, length) {
        case (2, 4): values[2] = "\(Int(bytes[offset + 2]) << 8 | Int(bytes[offset + 3]))"
        case (3, 3): values[3] = "\(bytes[offset + 2])"
        case (4, 2): values[4] = ""
        case (8, 10):
          values[8] = ""
          timestamp = Array(bytes[(offset + 2)..<(offset + 6)])
        default: others.insert(kind)
        }
        offset += length
      }
    }
  }
}
