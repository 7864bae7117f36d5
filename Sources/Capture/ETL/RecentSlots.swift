import DequeModule

/// Where a packet is that has a key.
enum RecentSlot {
  case waiting(slot: Int)
  /// It left the queue.
  case gone
}

/// Which packet of a queue has a key, as far as that was lately.
struct RecentSlots<Key: Hashable> {
  private struct Entry {
    var slot: Int?
    var time: Int64
    var serial: Int
  }

  private let limit: Int
  private var entries: [Key: Entry] = [:]
  private var order: Deque<(key: Key, serial: Int)> = []
  private var keys: [Int: Key] = [:]
  private var serial = 0

  /// - Parameter limit: keys that are remembered.
  init(limit: Int) { self.limit = limit }

  /// - Parameter earliest: what was noted before counts no more.
  func state(of key: Key, since earliest: Int64 = .min) -> RecentSlot? {
    guard let entry = entries[key], entry.time >= earliest else { return nil }
    return entry.slot.map { .waiting(slot: $0) } ?? .gone
  }

  mutating func record(_ key: Key, _ slot: Int, at time: Int64) {
    serial += 1
    entries[key] = Entry(slot: slot, time: time, serial: serial)
    keys[slot] = key
    order.append((key, serial))
    guard order.count > limit, let oldest = order.popFirst(), entries[oldest.key]?.serial == oldest.serial else { return }
    entries[oldest.key] = nil
  }

  mutating func leave(_ slot: Int) {
    guard let key = keys.removeValue(forKey: slot), entries[key]?.slot == slot else { return }
    entries[key]?.slot = nil
  }
}
