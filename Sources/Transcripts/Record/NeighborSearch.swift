package import Packets

/// A client looked for a host on its own network, by ARP or neighbour discovery, and got no answer: it could not send anything
/// to that host, or through it.
package struct NeighborSearch: Hashable, Sendable, Codable {
  package var client: IPAddress
  package var target: IPAddress
  package let first: FrameStamp
  package private(set) var last: FrameStamp
  /// Questions sent; the same packet captured twice counts once.
  package private(set) var tries = 1
  /// The questions that show it: the first three, and the last one.
  package private(set) var questions: [FrameStamp] = []
  /// A connection with SMB of the same client is in the recording.
  package var isBesideSMB = false
  /// The recording has no SMB.
  package var isWithoutSMB = false
  /// The recording has traffic of the client with one other host, so that an answer to it would be in it, too.
  package var isOfShownClient = true

  package init(client: IPAddress, target: IPAddress, first: FrameStamp) {
    (self.client, self.target, self.first, last) = (client, target, first, first)
    questions = [first]
  }

  mutating func repeatQuestion(_ stamp: FrameStamp) {
    tries += 1
    last = stamp
    if questions.count > 3 { questions.removeLast() }
    questions.append(stamp)
  }
}

extension NeighborSearch {
  /// Hosts ask three times, about a second apart, before they give up (RFC 4861 7.2.2 and 10; ARP in the same way). Whoever
  /// gets an answer asks no further, so the answer is missing even where a recording would not show it.
  package var isUnanswered: Bool { tries >= 3 && last.time.since(first.time) >= .seconds(1) }

  package var method: String { target.isIPv4 ? "ARP" : "neighbour discovery" }
}
