import Compare
import Foundation
import Packets
import TestSupport

/// A fixture as a recorder near its client and one near its server would have seen it, to be changed on the way.
struct TwoPoints {
  enum Point: Sendable { case near, far }

  private static let ip = 14
  private static let tcp = 34

  var near: [RecordedFrame]
  var far: [RecordedFrame]
  private var cuts: [Point: Int] = [:]
  /// Places of frames with a byte that is not what its checksum says.
  private var damaged: [Point: Set<Int>] = [:]

  /// - Parameter way: what a packet takes from one point to the other, nanoseconds.
  init(_ fixture: String, way: Int64 = 30_000) throws {
    near = try RecordedFrame.all(of: fixture)
    far = near.map { $0.later($0.isToClient ? -way : way) }.enumerated()
      .sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
  }

  subscript(point: Point) -> [RecordedFrame] {
    get { point == .near ? near : far }
    set { if point == .near { near = newValue } else { far = newValue } }
  }

  // MARK: What is not the path's doing

  /// The far recorder's clock is ahead and too fast.
  func withOtherClock(nanoseconds: Int64 = 3_700_000_000, partsPerMillion: Int64 = 50) -> TwoPoints {
    var changed = self
    guard let start = far.first?.time else { return self }
    changed.far = far.map { $0.later(nanoseconds + $0.time.since(start).nanoseconds * partsPerMillion / 1_000_000) }
    return changed
  }

  /// The server sees the client at another address and port.
  func withTranslation() -> TwoPoints {
    var changed = self
    changed.far = far.map { frame in
      guard frame.isTCP else { return frame }
      var frame = frame
      let (address, port) = frame.isToClient ? (Self.ip + 16, Self.tcp + 2) : (Self.ip + 12, Self.tcp)
      frame.bytes.replaceSubrange(address..<(address + 4), with: [192, 0, 2, 9])
      frame.bytes = frame.bytes.settingBigEndian(frame.number16(port) &+ 1000, at: port)
      return frame
    }
    return changed
  }

  /// A firewall gives the connection other sequence numbers.
  func renumbered() -> TwoPoints {
    var changed = self
    changed.far = far.map { frame in
      guard frame.isTCP else { return frame }
      var frame = frame
      let (own, other): (UInt32, UInt32) = frame.isToClient ? (998_877, 12_345) : (12_345, 998_877)
      frame.sequence &+= own
      if frame.flags.contains(.ack) { frame.acknowledgment &+= other }
      return frame
    }
    return changed
  }

  /// A proxy: the server side has other sequence numbers, and a SYN of another host.
  func proxied() -> TwoPoints {
    var changed = renumbered()
    for index in changed.far.indices where changed.far[index].isTCP && changed.far[index].flags.contains(.syn) {
      changed.far[index].setTimestamp(0x1234_5678)
    }
    return changed
  }

  func withDuplicates(at point: Point) -> TwoPoints {
    var changed = self
    changed[point] = self[point].withCopies { $0.later(1000) }
    return changed
  }

  func cut(at length: Int, _ point: Point) -> TwoPoints {
    var changed = self
    changed.cuts[point] = length
    return changed
  }

  /// The recorder, and not the path, loses packets.
  func losing(_ share: Double, at point: Point, seed: UInt64) -> TwoPoints {
    var changed = self
    var generator = SeededGenerator(seed: seed)
    changed[point] = self[point].filter { _ in Double.random(in: 0..<1, using: &generator) >= share }
    return changed
  }

  func ending(behind last: Int, at point: Point) -> TwoPoints {
    var changed = self
    changed[point] = Array(self[point].prefix(last))
    return changed
  }

  // MARK: What is

  /// Bytes of the SMB2 message in a frame, from its header on.
  func altered(_ number: Int, _ offset: Int, _ bytes: [UInt8], at point: Point) -> TwoPoints {
    var changed = self
    let start = self[point][number - 1].payloadStart + 4 + offset
    changed[point][number - 1].bytes.replaceSubrange(start..<(start + bytes.count), with: bytes)
    return changed
  }

  func flipped(_ number: Int, _ offset: Int, at point: Point) -> TwoPoints {
    altered(number, offset, [self[point][number - 1].message(offset) ^ 0x02], at: point)
  }

  /// A reset in the name of the sender of a frame, which only this point sees, as its last frame.
  func reset(inTheNameOf number: Int, behind last: Int, hopLimit: UInt8? = nil, at point: Point) -> TwoPoints {
    var changed = self
    var reset = self[point][number - 1].reset(0, after: 0)
    if let hopLimit { reset.hopLimit = hopLimit }
    reset.time = self[point][last - 1].time + .milliseconds(1)
    changed[point] = Array(self[point].prefix(last)) + [reset]
    return changed
  }

  /// A message that does not arrive; its sender sends it again for five seconds, and the receiver hears no more of it.
  func dropping(_ number: Int, sentAt point: Point) -> TwoPoints {
    var changed = self
    let other = point == .near ? Point.far : .near
    let lost = self[point][number - 1]
    changed[point] = Array(self[point].prefix(number)) + [200, 600, 1400, 3000, 5000].map(lost.delayed)
    changed[other] = Array(self[other].prefix(number - 1))
    return changed
  }

  /// A message is held back, and everything behind it with it.
  func holdingBack(_ number: Int, receivedAt point: Point, nanoseconds: Int64) -> TwoPoints {
    var changed = self
    for index in near.indices where index >= number - (point == .near ? 1 : 0) { changed.near[index] = near[index].later(nanoseconds) }
    for index in far.indices where index >= number - (point == .far ? 1 : 0) { changed.far[index] = far[index].later(nanoseconds) }
    return changed
  }

  /// The last byte of a frame is changed, and not the checksum; its sender sends it again, or not.
  func damaging(_ number: Int, at point: Point, isSentAgain: Bool) -> TwoPoints {
    var changed = self
    changed.damaged[point] = [number - 1]
    guard isSentAgain else { return changed }
    for side in [Point.near, .far] { changed[side].insert(self[side][number - 1].later(5000), at: number) }
    return changed
  }

  // MARK: The comparison

  func point(_ point: Point, name: String? = nil, beside other: CapturePoint? = nil, checkedSegments: Int? = nil) -> CapturePoint {
    var reader = PointReader(name: name ?? "\(point).pcap", beside: other, checkedSegments: checkedSegments)
    for (index, stored) in self[point].enumerated() {
      var sealed = stored.sealed
      if damaged[point]?.contains(index) == true { sealed[sealed.count - 1] ^= 0x40 }
      let bytes = Array<UInt8>(sealed.prefix(cuts[point] ?? .max))
      reader.accept(
        Frame(number: index + 1, time: stored.time, originalLength: sealed.count, linkType: .ethernet), ByteView(bytes.span))
    }
    return reader.finish()
  }

  /// A pcap file with nanoseconds.
  func file(_ point: Point) -> [UInt8] {
    func word(_ number: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
    var bytes = word(0xa1b2_3c4d) + [2, 0, 4, 0] + word(0) + word(0) + word(262_144) + word(1)
    for frame in self[point] {
      let sealed = frame.sealed
      let (seconds, rest) = frame.time.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
      let captured = sealed.prefix(cuts[point] ?? .max)
      bytes += word(Int(seconds)) + word(Int(rest)) + word(captured.count) + word(sealed.count) + captured
    }
    return bytes
  }

  /// As the program reads two files: the second beside the first.
  var comparison: IncidentComparison { comparison() }

  func comparison(checkedSegments: Int? = nil) -> IncidentComparison {
    let near = point(.near, checkedSegments: checkedSegments)
    return IncidentComparison([near, point(.far, beside: near, checkedSegments: checkedSegments)])
  }
}

extension RecordedFrame {
  func later(_ nanoseconds: Int64) -> RecordedFrame {
    RecordedFrame(time: time + TimeSpan(nanoseconds: nanoseconds), bytes: bytes)
  }

  /// As in the fixtures that are changed.
  var isTCP: Bool { bytes.count >= 54 && bytes[12] == 8 && bytes[13] == 0 && bytes[14] == 0x45 && bytes[23] == 6 }
  /// Of the higher port, whatever the service.
  var isToClient: Bool { isTCP && number16(34) < number16(36) }
  var payloadStart: Int { 34 + Int(bytes[46] >> 4) * 4 }
  func number16(_ offset: Int) -> UInt16 { UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1]) }
  /// A byte of the SMB2 message.
  func message(_ offset: Int) -> UInt8 { bytes[payloadStart + 4 + offset] }
  func message16(_ offset: Int) -> Int { Int(message(offset)) | Int(message(offset + 1)) << 8 }

  /// Of a SYN with Linux's options: MSS, SACK permitted, timestamps.
  mutating func setTimestamp(_ value: UInt32) {
    guard bytes.count >= 66, bytes[60] == 8 else { return }
    bytes = bytes.settingBigEndian(value, at: 62)
  }
}
