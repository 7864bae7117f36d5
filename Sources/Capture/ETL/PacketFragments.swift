import Packets

/// Packets that were recorded in several events. Up to Windows 8 these are often one per piece of memory.
struct PacketFragments {
  private enum Limit {
    /// Incomplete packets: one for each thread that sends or receives.
    static let packets = 1_024
    /// No network packet is longer, and Windows passes no longer packet to a network card.
    static let packet = 256 * 1_024
    /// Bytes of all that wait.
    static let bytes = 8 << 20
  }

  /// Only one thread at a time writes the events of a packet.
  private struct Key: Hashable {
    var process: UInt32
    var thread: UInt32
    var interface: UInt32
  }

  private var waiting: [Key: [UInt8]] = [:]
  private var heldBytes = 0
  /// The packet that was last put together.
  private(set) var whole: [UInt8] = []
  /// Fragments that belong to no packet whose beginning was seen, or for which there was no room.
  private var dropped = 0
  /// The same, with what is still incomplete.
  var leftOver: Int { dropped + waiting.count }

  /// - Returns: whether a packet is complete, which is then ``whole``.
  mutating func add(_ packet: CapturedPacket, _ event: TraceEvent, _ bytes: borrowing ByteView) -> Bool {
    let key = Key(process: event.process, thread: event.thread, interface: packet.interface)
    var sum = take(key)
    if packet.isStart {
      if sum != nil { dropped += 1 }
      sum = []
    }
    guard var known = sum, known.count + bytes.count <= Limit.packet, heldBytes + known.count + bytes.count <= Limit.bytes,
      waiting.count < Limit.packets
    else {
      dropped += 1
      return false
    }
    bytes.append(to: &known)
    guard packet.isEnd else {
      heldBytes += known.count
      waiting[key] = known
      return false
    }
    whole = known
    return true
  }

  private mutating func take(_ key: Key) -> [UInt8]? {
    guard let known = waiting.removeValue(forKey: key) else { return nil }
    heldBytes -= known.count
    return known
  }
}
