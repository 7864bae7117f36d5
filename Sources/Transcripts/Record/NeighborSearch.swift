package import Packets

/// A client looked for a host on its own network, by ARP or neighbour discovery, and nobody answered: it could send nothing
/// to that host, nor to what lies behind it.
package struct NeighborSearch: Hashable, Sendable {
  package var client: IPAddress
  package var target: IPAddress
  package var first: FrameStamp
  package var last: FrameStamp
  /// Questions sent; the same packet captured twice counts once.
  package var tries = 1
  /// A connection with SMB of the same client is in the recording.
  package var isBesideSMB = false
  /// Nobody uses SMB in the recording.
  package var isWithoutSMB = false

  package init(client: IPAddress, target: IPAddress, first: FrameStamp) {
    (self.client, self.target, self.first, last) = (client, target, first, first)
  }
}

extension NeighborSearch {
  /// Hosts ask three times, about a second apart, before they give up (RFC 4861 7.2.2 and 10; ARP in the same way). Whoever
  /// gets an answer asks no further, so the answer is missing even where a recording would not show it.
  package var isUnanswered: Bool { tries >= 3 && last.time.since(first.time) >= .seconds(1) }

  package var method: String { target.isIPv4 ? "ARP" : "neighbour discovery" }
}
