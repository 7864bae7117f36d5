import Packets
import TestSupport

/// A frame with TCP in it, by its place in the bytes: Ethernet, IPv4 or IPv6 without extensions.
struct Segment {
  var frame: RecordedFrame
  let tcp: Int

  init?(_ frame: RecordedFrame) {
    self.frame = frame
    let bytes = frame.bytes
    guard bytes.count >= 54 else { return nil }
    switch (bytes[12], bytes[13]) {
    case (0x08, 0x00) where bytes[23] == 6: tcp = 14 + Int(bytes[14] & 15) * 4
    case (0x86, 0xdd) where bytes[20] == 6: tcp = 54
    default: return nil
    }
    guard bytes.count >= tcp + 20 else { return nil }
  }

  private func number(at offset: Int, _ count: Int) -> Int {
    (0..<count).reduce(0) { $0 << 8 | Int(frame.bytes[offset + $1]) }
  }

  private mutating func set(_ value: Int, at offset: Int, _ count: Int) {
    for index in 0..<count { frame.bytes[offset + index] = UInt8(truncatingIfNeeded: value >> ((count - 1 - index) * 8)) }
  }

  var isVersion6: Bool { tcp == 54 && frame.bytes[12] == 0x86 }
  var source: Int { number(at: tcp, 2) }
  var destination: Int { number(at: tcp + 2, 2) }
  var ports: Set<Int> { [source, destination] }
  var payloadStart: Int { tcp + Int(frame.bytes[tcp + 12] >> 4) * 4 }
  var payloadEnd: Int { isVersion6 ? 54 + number(at: 18, 2) : 14 + number(at: 16, 2) }
  var payload: [UInt8] { payloadStart <= payloadEnd && payloadEnd <= frame.bytes.count ? Array(frame.bytes[payloadStart..<payloadEnd]) : [] }
  var sequence: UInt32 {
    get { UInt32(number(at: tcp + 4, 4)) }
    set { set(Int(newValue), at: tcp + 4, 4) }
  }
  var acknowledgment: UInt32 {
    get { UInt32(number(at: tcp + 8, 4)) }
    set { set(Int(newValue), at: tcp + 8, 4) }
  }
  var flags: UInt8 {
    get { frame.bytes[tcp + 13] }
    set { frame.bytes[tcp + 13] = newValue }
  }
  var end: UInt32 { sequence &+ UInt32(payload.count) &+ (flags & 3 == 0 ? 0 : 1) }
  var hopLimit: UInt8 {
    get { frame.bytes[isVersion6 ? 21 : 22] }
    set { frame.bytes[isVersion6 ? 21 : 22] = newValue }
  }

  /// Without payload, at another time.
  func bare(_ flags: UInt8, at time: Timestamp) -> Segment {
    var copy = self
    copy.frame = RecordedFrame(time: time, bytes: Array(frame.bytes[..<payloadStart]))
    copy.set(isVersion6 ? payloadStart - 54 : payloadStart - 14, at: isVersion6 ? 18 : 16, 2)
    copy.flags = flags
    // Every packet has an Identification of its own.
    if !isVersion6 { copy.set((copy.number(at: 18, 2) + 1) & 0xffff, at: 18, 2) }
    return copy
  }

  /// The same once more.
  func again(at time: Timestamp, count: Int) -> Segment {
    var copy = self
    copy.frame.time = time
    if !isVersion6 { copy.set((copy.number(at: 18, 2) + 100 + count) & 0xffff, at: 18, 2) }
    return copy
  }

  /// Command of the first SMB message, as SMB2 counts; nil when there is none.
  var command: Int? {
    let body = payload
    guard body.count > 40, body[0] == 0 else { return nil }
    if body[4...].starts(with: [0xfe, 0x53, 0x4d, 0x42]) { return Int(body[16]) | Int(body[17]) << 8 }
    guard body[4...].starts(with: [0xff, 0x53, 0x4d, 0x42]) else { return nil }
    return [0x72: 0, 0x73: 1, 0x75: 3, 0xa2: 5][Int(body[8])]
  }

  var isValidation: Bool {
    command == 11 && payload.indices.dropLast(3).contains { payload[$0...].starts(with: [0x04, 0x02, 0x14, 0x00]) }
  }

  var isSuccess: Bool { payload.count > 16 && payload[12..<16].allSatisfy { $0 == 0 } }
  var namesPipeShare: Bool {
    let text = String(decoding: payload.filter { $0 != 0 }, as: UTF8.self)
    return text.contains("IPC$")
  }
}
