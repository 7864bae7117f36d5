import DequeModule

/// Which slot a connection has, and which one a new connection gets.
extension ConnectionTable {
  mutating func slot(for key: ConnectionKey, _ header: TCPHeader, from side: Side, frame: FrameStamp) -> Int {
    if lastSlot < slots.count, slots[lastSlot].key == key {
      if header.flags.contains(.syn) { reopen(lastSlot, header, from: side, frame: frame) }
      return lastSlot
    }
    let hash = key.hash(seed: seed)
    if let found = index.find(hash, where: { slots[$0].key == key }) {
      if header.flags.contains(.syn) { reopen(found, header, from: side, frame: frame) }
      lastSlot = found
    } else {
      lastSlot = freeSlot()
      if lastSlot == slots.count {
        slots.append(newSlot(key, frame: frame))
      } else {
        refill(lastSlot, key, frame: frame)
      }
      index.insert(lastSlot, hash: hash) { slots[$0].key.hash(seed: seed) }
    }
    return lastSlot
  }

  private mutating func newSlot(_ key: ConnectionKey, frame: FrameStamp) -> Slot {
    defer { connectionCount += 1 }
    return Slot(key: key, lastFrame: frame, tcpStream: connectionCount, firstFrame: frame)
  }

  private mutating func refill(_ slot: Int, _ key: ConnectionKey, frame: FrameStamp) {
    let isQueued = slots[slot].isQueued
    slots[slot] = newSlot(key, frame: frame)
    slots[slot].isQueued = isQueued
  }

  /// The same ports again: the former connection is over.
  private mutating func reopen(_ slot: Int, _ header: TCPHeader, from side: Side, frame: FrameStamp) {
    let age = frame.time.since(slots[slot].firstFrame.time)
    let isAnother = slots[slot].handshake.isReopened(by: header, from: side, age: age)
    // What was reported cannot be added to: the same connection is then reported again.
    let isReported = slots[slot].state == .ended && slots[slot].handshake.isRepeated(by: header, from: side)
    guard isAnother || isReported else { return }
    end(slot)
    let number = slots[slot].tcpStream
    refill(slot, slots[slot].key, frame: frame)
    guard !isAnother else { return }
    slots[slot].tcpStream = number
    connectionCount -= 1
  }

  /// A slot to use: an ended one when many are kept, a new one, or that of the longest silent connection.
  private mutating func freeSlot() -> Int {
    if reusable.count > Limit.ended {
      while let slot = reusable.popFirst() {
        slots[slot].isQueued = false
        // Its ports may have been used again since.
        guard slots[slot].hasEnding, !slots[slot].isRead else { continue }
        release(slot)
        return slot
      }
    }
    guard slots.count >= maximumConnections else { return slots.count }
    // Of a few neighbours the longest silent one; the hand moves on, so every connection gets its turn.
    let candidates = (0..<32).map { (evictionHand + $0) % slots.count }
    evictionHand = (evictionHand + 32) % slots.count
    let victim = candidates.min { slots[$0].lastFrame.time < slots[$1].lastFrame.time } ?? evictionHand
    evictedConnections += 1
    end(victim)
    release(victim)
    return victim
  }

  mutating func release(_ slot: Int) {
    index.remove(slot, hash: slots[slot].key.hash(seed: seed)) { slots[$0].key.hash(seed: seed) }
  }
}
