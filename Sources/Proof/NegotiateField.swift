import Packets
import Protocols

/// A field of NEGOTIATE, and what a device may have found in its place.
struct NegotiateField {
  var offset: Int
  /// As they are in the message.
  var values: [[UInt8]]

  /// - Returns: false when the message ends before, or has this value.
  func set(_ value: [UInt8], in message: inout [UInt8]) -> Bool {
    let range = offset..<(offset + value.count)
    guard range.upperBound <= message.count, message[range] != value[...] else { return false }
    message.replaceSubrange(range, with: value)
    return true
  }

  /// - Parameter guids: those of other connections.
  static func all(in message: [UInt8], guids: [[UInt8]]) -> [Self] {
    let view = ByteView(message.span)
    guard let header = try? SMB2Header(view) else { return [] }
    return (header.isResponse ? response(guids) : request(view, guids)).map { Self(offset: SMB2Header.length + $0.offset, values: $0.values) }
  }

  private init(offset: Int, values: [[UInt8]]) { (self.offset, self.values) = (offset, values) }

  init(offset: Int, width: Int, numbers: [UInt64]) {
    self.init(offset: offset, values: numbers.map { number in (0..<width).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) } })
  }

  /// Of a request of SESSION_SETUP: MS-SMB2 2.2.5. Flags, SecurityMode, Capabilities, Channel, PreviousSessionId, and credits.
  static let ofLogon: [Self] = [
    Self(offset: 66, width: 1, numbers: modes), Self(offset: 67, width: 1, numbers: modes),
    Self(offset: 68, width: 4, numbers: capabilities), Self(offset: 72, width: 4, numbers: blanks),
    Self(offset: 80, width: 8, numbers: blanks), Self(offset: 14, width: 2, numbers: [0, 1] + sizes.map { $0 >> 12 }),
  ]

  private static let dialects: [UInt64] = [0x0202, 0x0210, 0x0300, 0x0302, 0x0311, 0x02ff, 0, 0xffff]
  private static let modes = [UInt64](0...3)
  private static let capabilities = [UInt64](0...0xff) + [0xffff_ffff]
  /// Powers of two, as servers and devices set them.
  private static let sizes = (12...26).map { UInt64(1) << $0 }
  /// What hides a number.
  private static let blanks: [UInt64] = [0, .max]
  private static let blankGUIDs = [[UInt8](repeating: 0, count: 16), [UInt8](repeating: 0xff, count: 16)]

  private static func request(_ view: borrowing ByteView, _ guids: [[UInt8]]) -> [Self] {
    let count = min(Int((try? view.u16le(at: SMB2Header.length + 2)) ?? 0), 16)
    return [
      Self(offset: 4, width: 2, numbers: modes), Self(offset: 6, width: 2, numbers: blanks),
      Self(offset: 8, width: 4, numbers: capabilities), Self(offset: 12, values: blankGUIDs + guids),
    ] + (0..<count).map { Self(offset: 36 + 2 * $0, width: 2, numbers: dialects) }
  }

  private static func response(_ guids: [[UInt8]]) -> [Self] {
    [
      Self(offset: 2, width: 2, numbers: modes), Self(offset: 4, width: 2, numbers: dialects),
      Self(offset: 8, values: blankGUIDs + guids), Self(offset: 24, width: 4, numbers: capabilities),
    ] + [28, 32, 36].map { Self(offset: $0, width: 4, numbers: sizes) }
      + [40, 48].map { Self(offset: $0, width: 8, numbers: blanks) }
      // All three sizes at once: devices with little memory change all of them.
      + [Self(offset: 28, values: sizes.map { size in (0..<12).map { UInt8(truncatingIfNeeded: size >> UInt64(8 * ($0 % 4))) } })]
  }
}
