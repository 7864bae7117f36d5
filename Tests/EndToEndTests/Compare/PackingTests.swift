import Packets
import Protocols
import TestSupport
import Testing

@testable import Compare

/// What is kept of a connection takes little room, and comes back as it was, also as what is different from another recording.
@Suite struct PackingTests {
  /// Messages in a row, and messages that have nothing in common with those before them.
  private func messages(_ count: Int, _ generator: inout SeededGenerator) -> [StoredMessage] {
    func any() -> Int { [0, 1, 1 << 20, 1 << 40, .max].randomElement(using: &generator).map { $0 == 0 ? 0 : Int.random(in: 0..<$0, using: &generator) } ?? 0 }
    let forms: [PointMessage.Identity.Form] = [.smb2(.negotiate), .smb2(.ioctl), .smb1(.negotiate), .session(.sessionRequest), .encrypted, .compressed, .unread]
    return (0..<count).map { place in
      let identity = PointMessage.Identity(
        form: forms.randomElement(using: &generator) ?? .unread, isResponse: .random(using: &generator), number: UInt64(any()),
        isInterim: .random(using: &generator))
      let origin = MessageOrigin(firstFrame: any(), lastFrame: any(), lastTime: Timestamp(nanoseconds: Int64(any())))
      var message = StoredMessage(identity, place % 3 == 0 ? .first : .second, origin, reach: any(), size: any(), digest: UInt64(any()))
      for flag in [StoredMessage.Flags.whole, .allRead, .validation, .ofSession] where Bool.random(using: &generator) { message.set(flag) }
      let digest = Bool.random(using: &generator) ? UInt64.random(in: .min ... .max, using: &generator) : nil
      message.put(in: Bool.random(using: &generator) ? PacketMark(start: any(), size: any() >> 32, digest: digest) : nil, member: place % 300)
      return message
    }
  }

  /// Small requests and answers, as most connections have them.
  private func ordinary(_ count: Int, seed: UInt64 = 1) -> [StoredMessage] {
    var generator = SeededGenerator(seed: seed)
    var ends = [0, 0]
    return (0..<count).map { place in
      let side: Side = place % 2 == 0 ? .first : .second
      let size = Int.random(in: 80..<300, using: &generator)
      let start = ends[place % 2]
      ends[place % 2] += size + 4
      let identity = PointMessage.Identity(form: .smb2(.create), isResponse: side == .second, number: UInt64(place / 2))
      let origin = MessageOrigin(
        firstFrame: 1000 + 150 * place, lastFrame: 1000 + 150 * place,
        lastTime: Timestamp(nanoseconds: 1_700_000_000_000_000_000 + Int64(place) * 300_000))
      var message = StoredMessage(identity, side, origin, reach: ends[place % 2], size: size, digest: .random(in: .min ... .max, using: &generator))
      message.put(in: PacketMark(start: start, size: size + 4, digest: .random(in: .min ... .max, using: &generator)), member: 0)
      return message
    }
  }

  /// The same messages in other frames, at other times.
  private func elsewhere(_ messages: [StoredMessage], _ generator: inout SeededGenerator) -> [StoredMessage] {
    messages.map { one in
      var other = one
      other.lastFrame = one.lastFrame &+ UInt32.random(in: 0..<10, using: &generator)
      other.firstFrame = Bool.random(using: &generator) ? other.lastFrame : one.firstFrame
      other.time = Timestamp(nanoseconds: one.time.nanoseconds &+ Int64.random(in: 0..<90_000, using: &generator))
      return other
    }
  }

  @Test(arguments: 1...20)
  func givesBackEveryMessage(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let messages = messages(50, &generator)
    let packed = PackedMessages(Array(messages.prefix(20)), Array(messages.dropFirst(20)))
    #expect(packed.count == 50)
    #expect(packed.all == messages)
  }

  /// One recording has messages that the other lacks, and some are not the same.
  @Test(arguments: 1...40)
  func givesBackEveryMessageBesideOthers(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let near = seed % 2 == 0 ? messages(50, &generator) : ordinary(50, seed: seed)
    let packed = PackedMessages(near)
    var far = elsewhere(near, &generator)
    for _ in 0..<Int.random(in: 0...12, using: &generator) {
      let place = Int.random(in: far.indices, using: &generator)
      switch Int.random(in: 0..<3, using: &generator) {
      case 0: far.remove(at: place)
      case 1: far.insert(messages(1, &generator)[0], at: place)
      default: far[place].digest ^= 1
      }
    }
    let beside = PackedMessages(far, beside: packed)
    #expect(beside.all == far)
    #expect(beside.all(beside: (packed, near)) == far)
    // What is based on others is no base.
    #expect(PackedMessages(near, beside: beside).all == near)
    #expect(PackedMessages(far, beside: PackedMessages([])).all == far)
  }

  @Test func takesLittleRoom() {
    var generator = SeededGenerator(seed: 3)
    let near = ordinary(48)
    let packed = PackedMessages(near)
    #expect(packed.contents.count < 48 * 20)
    #expect(PackedMessages(elsewhere(near, &generator), beside: packed).contents.count < 48 * 8)
  }

  // MARK: Sums

  private struct Packet {
    var mark: PacketMark
    var frame: FrameStamp
  }

  private func packets(_ generator: inout SeededGenerator) -> [Packet] {
    var start = 0
    return (1...400).map { number in
      if Int.random(in: 0..<40, using: &generator) == 0 { start += Int.random(in: 0..<50_000, using: &generator) }
      let size = Int.random(in: 1..<3000, using: &generator)
      defer { start += size }
      let digest: UInt64? = Int.random(in: 0..<50, using: &generator) == 0 ? nil : .random(in: .min ... .max, using: &generator) & Digest.ofPacket
      return Packet(
        mark: PacketMark(start: start, size: size, digest: digest),
        frame: FrameStamp(number: number, time: Timestamp(nanoseconds: Int64(number) * 1_000_003)))
    }
  }

  /// However the sums are kept while packets come, and whenever the connection rests, they are the same.
  @Test(arguments: 1...20)
  func addsUpTheSame(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let packets = packets(&generator)
    let other = sum(packets) { FrameStamp(number: $0.number + 7, time: $0.time) }.packed(beside: nil)
    var plain = DigestCells()
    var growing = GrowingCells()
    for packet in packets {
      plain.change(packet.mark.start) { $0.add(packet.mark, from: packet.frame, to: packet.frame) }
      growing.add(packet.mark, from: packet.frame, to: packet.frame)
      switch Int.random(in: 0..<60, using: &generator) {
      case 0:
        let start = Int.random(in: 0...packet.mark.start, using: &generator)
        plain.breakOff(from: start, to: start + 5000)
        growing.breakOff(from: start, to: start + 5000)
      case 1: growing.rest(beside: Bool.random(using: &generator) ? other : nil)
      default: break
      }
    }
    let packed = growing.packed(beside: nil).cells
    #expect(packed.size == plain.size)
    #expect("\(packed.cells)" == "\(plain.cells)")
    let beside = DigestCells.Packed(plain, beside: other)
    #expect("\(beside.cells.cells)" == "\(plain.cells)")
    // The same packets in other frames take less room.
    let same = sum(packets) { $0 }.packed(beside: nil)
    let sameBeside = sum(packets) { $0 }.packed(beside: other)
    #expect("\(sameBeside.cells.cells)" == "\(same.cells.cells)")
    #expect(sameBeside.contents.count < same.contents.count / 2)
  }

  private func sum(_ packets: [Packet], _ frame: (FrameStamp) -> FrameStamp) -> GrowingCells {
    var cells = GrowingCells()
    for packet in packets { cells.add(packet.mark, from: frame(packet.frame), to: frame(packet.frame)) }
    return cells
  }
}
