import DequeModule

// The states of a connection: undecided, read, foreign, lingering, ended.
extension ConnectionTable {
  mutating func acceptUndecided(
    _ packet: borrowing Packet, _ header: TCPHeader, from side: Side, frame: FrameStamp, bytes: borrowing ByteView,
    in slot: Int
  ) {
    if packet.payloadLength > 0 {
      // The reader wants to know who opened the connection before it sees the data of a SYN (RFC 7413).
      if header.flags.contains(.syn) { slots[slot].handshake.record(header, packet, from: side, frame: frame, bytes: bytes) }
      switch observer.recognise(packet.payload(in: bytes), endpoints: slots[slot].key.endpoints) {
      case .consumed(let consumer): adopt(slot, consumer)
      case .foreign: slots[slot].state = .foreign
      case .undecided:
        // The observer says how much of the segment was looked at.
        lastUse = .read(PayloadUse(bytes: 0, chunk: 0))
        slots[slot].undecidedSegments += 1
        if slots[slot].undecidedSegments == Limit.undecidedSegments { slots[slot].state = .foreign }
      }
    } else if !header.flags.isDisjoint(with: [.fin, .rst]) {
      adoptWithoutPayload(slot)
    }
    if slots[slot].isRead {
      read(packet, header, from: side, frame: frame, bytes: bytes, in: slot)
      // The observer looked at the beginning of the segment in other ways.
      lastUse = .read(.all)
    } else {
      slots[slot].handshake.record(header, packet, from: side, frame: frame, bytes: bytes)
    }
  }

  mutating func adopt(_ slot: Int, _ consumer: any StreamConsumer) {
    if readings.count - freeReadings.count >= maximumRead { evictRead() }
    let state = TCPState(handshake: slots[slot].handshake, isFromStart: slots[slot].undecidedSegments == 0)
    let reading = Reading(state: state, consumer: consumer)
    if let free = freeReadings.popLast() {
      readings[Int(free)] = reading
      slots[slot].reading = free
    } else {
      slots[slot].reading = Int32(readings.count)
      readings.append(reading)
    }
    slots[slot].state = .consumed
    observer.connectionStarted(connection(of: slots[slot], reading.state), consumer: consumer)
  }

  func connection(of slot: Slot, _ state: TCPState) -> TCPConnection {
    TCPConnection(
      tcpStream: slot.tcpStream, endpoints: slot.key.endpoints, firstFrame: slot.firstFrame, lastFrame: slot.lastFrame,
      handshake: slot.handshake, state: state)
  }

  /// The present state of the connection in a slot, if it has a reader.
  func connection(in slot: Int) -> TCPConnection? {
    guard slots[slot].isRead, let reading = readings[Int(slots[slot].reading)] else { return nil }
    return connection(of: slots[slot], reading.state)
  }

  /// Makes room for another reader: of a few connections, reports the one that has been silent longest.
  mutating func evictRead() {
    var victim: Int?
    var seen = 0
    for _ in slots.indices {
      evictionHand = (evictionHand + 1) % slots.count
      guard slots[evictionHand].isRead else { continue }
      seen += 1
      if victim.map({ slots[evictionHand].lastFrame.time < slots[$0].lastFrame.time }) ?? true { victim = evictionHand }
      if seen == 32 { break }
    }
    guard let victim else { return }
    evictedConnections += 1
    end(victim)
  }

  mutating func adoptWithoutPayload(_ slot: Int) {
    if let consumer = observer.consumerWithoutPayload(endpoints: slots[slot].key.endpoints) { adopt(slot, consumer) }
  }

  mutating func recordEnding(of slot: Int, at frame: FrameStamp) {
    slots[slot].hasEnding = true
    switch slots[slot].state {
    case .consumed where slots[slot].isRead && readings[Int(slots[slot].reading)]?.state.hasEnded == true:
      slots[slot].state = .lingering
      lingering.append(Ended(slot: slot, tcpStream: slots[slot].tcpStream, since: frame.time))
      if let reading = readings[Int(slots[slot].reading)] {
        observer.connectionLingers(connection(of: slots[slot], reading.state), consumer: reading.consumer)
      }
    case .undecided, .foreign: queue(slot)
    default: break
    }
  }

  mutating func queue(_ slot: Int) {
    guard !slots[slot].isQueued else { return }
    slots[slot].isQueued = true
    reusable.append(slot)
  }

  mutating func endLingering(now: Timestamp) {
    while let first = lingering.first, lingering.count > Limit.lingering || now.since(first.since) > Self.lingering {
      lingering.removeFirst()
      guard slots[first.slot].tcpStream == first.tcpStream, slots[first.slot].state == .lingering else { continue }
      // Both hosts ignored the segment that seemed to end it.
      guard readings[Int(slots[first.slot].reading)]?.state.hasEnded == true else {
        slots[first.slot].state = .consumed
        continue
      }
      end(first.slot)
      queue(first.slot)
    }
  }

  /// Reports a connection that has a reader, or would have got one, and releases its state.
  mutating func end(_ slot: Int) {
    if slots[slot].state == .undecided { adoptWithoutPayload(slot) }
    guard slots[slot].isRead else { return }
    giveUpHoles(of: Int(slots[slot].reading))
    guard let ended = readings[Int(slots[slot].reading)].take() else { return }
    freeReadings.append(slots[slot].reading)
    slots[slot].reading = Slot.unread
    slots[slot].state = .ended
    var connection = connection(of: slots[slot], ended.state)
    if !notices.isEmpty { connection.notices = notices.removeValue(forKey: connection.tcpStream) ?? [] }
    if !drops.isEmpty { connection.drops = drops.removeValue(forKey: connection.tcpStream) ?? [] }
    observer.connectionEnded(connection, consumer: ended.consumer)
  }
}
