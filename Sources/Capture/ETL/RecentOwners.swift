import DequeModule

/// Which component of pktmon saw a packet first, as far as that was lately.
struct RecentOwners {
  struct Owner {
    var component: UInt16
    var isDescribed: Bool
    var time: Int64
  }

  private let limit: Int
  private var owners: [PacketIdentity: Owner] = [:]
  private var order: Deque<(identity: PacketIdentity, time: Int64)> = []

  /// - Parameter limit: packets that are remembered.
  init(limit: Int) { self.limit = limit }

  /// Whether a packet is to be delivered from here: no other component has seen it, or both are known to belong to adapters of
  /// their own.
  ///
  /// - Parameter earliest: what was seen before counts no more.
  mutating func isFirst(_ owner: Owner, of identity: PacketIdentity, since earliest: Int64) -> Bool {
    if let known = owners[identity], known.time >= earliest, known.component != owner.component {
      return known.isDescribed && owner.isDescribed
    }
    owners[identity] = owner
    order.append((identity, owner.time))
    if order.count > limit, let oldest = order.popFirst(), owners[oldest.identity]?.time == oldest.time { owners[oldest.identity] = nil }
    return true
  }
}
