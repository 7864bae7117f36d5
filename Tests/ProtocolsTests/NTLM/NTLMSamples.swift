/// NTLM messages of an invented logon of LAB\alice from WS07 to FS01.
enum NTLMSamples {
  static func u16(_ value: Int) -> [UInt8] { [UInt8(value & 0xFF), UInt8(value >> 8 & 0xFF)] }
  static func u32(_ value: UInt32) -> [UInt8] { u16(Int(value & 0xFFFF)) + u16(Int(value >> 16)) }
  static func utf16(_ text: String) -> [UInt8] { text.utf16.flatMap { u16(Int($0)) } }
  static func pair(_ id: Int, _ value: [UInt8]) -> [UInt8] { u16(id) + u16(value.count) + value }

  static let version: [UInt8] = [10, 0] + u16(20348) + [0, 0, 0, 15]
  static let timestamp: [UInt8] = [0x00, 0x80, 0x3E, 0xD5, 0xDE, 0xB1, 0x9D, 0x01]

  static let serverPairs =
    pair(2, utf16("LAB")) + pair(1, utf16("FS01")) + pair(4, utf16("lab.example"))
    + pair(3, utf16("fs01.lab.example")) + pair(5, utf16("\0")) + pair(7, timestamp) + pair(0, [])
  static let clientPairs =
    pair(1, utf16("FS01")) + pair(6, u32(2)) + pair(8, Array(repeating: 1, count: 48))
    + pair(10, Array(repeating: 0, count: 16)) + pair(9, utf16("cifs/fs01")) + pair(0, []) + u32(0)

  /// A message whose variable fields are laid out one after the other.
  ///
  /// `header` is a list of fixed parts and of payloads, each of which leaves eight bytes in the header.
  enum Part {
    case fixed([UInt8])
    case field([UInt8])
  }

  static func message(_ type: UInt32, _ parts: Part...) -> [UInt8] {
    var offset = 12
    for part in parts {
      switch part {
      case .fixed(let bytes): offset += bytes.count
      case .field: offset += 8
      }
    }
    var header = Array("NTLMSSP\0".utf8) + u32(type)
    var payload: [UInt8] = []
    for part in parts {
      switch part {
      case .fixed(let bytes): header += bytes
      case .field(let bytes):
        header += u16(bytes.count) + u16(bytes.count) + u32(UInt32(offset + payload.count))
        payload += bytes
      }
    }
    return header + payload
  }

  static let negotiate = message(
    1, .fixed(u32(0xE208_B297)), .field(Array("LAB".utf8)), .field(Array("WS07".utf8)), .fixed(version))

  static let challenge = message(
    2, .field(utf16("LAB")), .fixed(u32(0xE289_8215)), .fixed(Array(1...8)), .fixed(Array(repeating: 0, count: 8)),
    .field(serverPairs), .fixed(version))

  static func authenticate(
    flags: UInt32 = 0xE288_8215, user: String = "alice", lm: [UInt8] = Array(repeating: 0, count: 24),
    nt: [UInt8] = Array(repeating: 0x5A, count: 44) + clientPairs
  ) -> [UInt8] {
    message(
      3, .field(lm), .field(nt), .field(utf16("LAB")), .field(utf16(user)), .field(utf16("WS07")),
      .field(Array(repeating: 0x6B, count: 16)), .fixed(u32(flags)), .fixed(version),
      .fixed(Array(repeating: 0x7C, count: 16)))
  }
}
