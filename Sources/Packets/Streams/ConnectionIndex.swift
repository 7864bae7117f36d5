/// Finds the slot of a connection: open addressing with linear probing over 4-byte slot numbers.
///
/// The keys live in the slots; four bytes an entry instead of a 44-byte dictionary entry is what keeps
/// a connection without a reader small.
struct ConnectionIndex {
  private static let empty = UInt32.max
  private var entries: [UInt32]
  private var count = 0

  init() { entries = Array(repeating: Self.empty, count: 1024) }

  private var mask: Int { entries.count - 1 }

  /// The slot whose key satisfies `matches`.
  func find(_ hash: UInt64, where matches: (Int) -> Bool) -> Int? {
    var position = Int(truncatingIfNeeded: hash) & mask
    while entries[position] != Self.empty {
      let slot = Int(entries[position])
      if matches(slot) { return slot }
      position = (position + 1) & mask
    }
    return nil
  }

  /// Adds a slot that is not yet there. `hashOf` gives the hash of any slot, for when the table grows.
  mutating func insert(_ slot: Int, hash: UInt64, hashOf: (Int) -> UInt64) {
    if (count + 1) * 4 > entries.count * 3 { grow(hashOf) }
    place(UInt32(slot), hash: hash)
    count += 1
  }

  private mutating func place(_ entry: UInt32, hash: UInt64) {
    var position = Int(truncatingIfNeeded: hash) & mask
    while entries[position] != Self.empty { position = (position + 1) & mask }
    entries[position] = entry
  }

  private mutating func grow(_ hashOf: (Int) -> UInt64) {
    let old = entries
    entries = Array(repeating: Self.empty, count: old.count * 2)
    for entry in old where entry != Self.empty { place(entry, hash: hashOf(Int(entry))) }
  }

  /// Removes a slot and closes the gap, so that no probe sequence is broken.
  mutating func remove(_ slot: Int, hash: UInt64, hashOf: (Int) -> UInt64) {
    var position = Int(truncatingIfNeeded: hash) & mask
    while entries[position] != UInt32(slot) {
      if entries[position] == Self.empty { return }
      position = (position + 1) & mask
    }
    var next = (position + 1) & mask
    while entries[next] != Self.empty {
      let home = Int(truncatingIfNeeded: hashOf(Int(entries[next]))) & mask
      // Move back only what may be at `position`: its home is not between the two.
      if (next - home) & mask >= (next - position) & mask {
        entries[position] = entries[next]
        position = next
      }
      next = (next + 1) & mask
    }
    entries[position] = Self.empty
    count -= 1
  }
}
