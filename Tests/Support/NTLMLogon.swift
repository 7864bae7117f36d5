/// The three NTLM messages of an invented logon: MS-NLMP 2.2.1.
package struct NTLMLogon: Sendable {
  package var domain = "LAB"
  package var user = "alice"
  package var workstation = "WS07"
  /// MsvAvTargetName.
  package var service: String? = "cifs/fs01.lab.example"
  package var serverDomain = "LAB"
  package var serverName = "FS01"
  package var serverDNSName = "fs01.lab.example"
  /// MsvAvDnsDomainName of the server.
  package var dnsDomain: String?
  package var serverHasTime = true
  package var hasMIC = true
  package var isVersion1 = false
  /// FILETIME of the NTLMv2 response.
  package var clientTime: UInt64?
  /// The last byte of MachineID in MsvAvSingleHost; nil sends none.
  package var machine: UInt8?

  package init() {}

  /// No user and no proof.
  package static var anonymous: Self {
    var logon = Self()
    (logon.user, logon.domain) = ("", "")
    return logon
  }

  package func with(_ change: (inout Self) -> Void) -> Self {
    var copy = self
    change(&copy)
    return copy
  }

  private static func pair(_ id: UInt16, _ value: [UInt8]) -> [UInt8] {
    ByteWriter().u16le(id).u16le(UInt16(value.count)).raw(value).bytes
  }

  /// Fixed parts, and payloads of which each leaves eight bytes in the header.
  private enum Part {
    case fixed([UInt8])
    case field([UInt8])
  }

  private static func message(_ type: UInt32, _ parts: [Part]) -> [UInt8] {
    let headerCount = parts.reduce(12) { count, part in
      if case .fixed(let bytes) = part { count + bytes.count } else { count + 8 }
    }
    var header = ByteWriter().ascii("NTLMSSP\0").u32le(type)
    var payload: [UInt8] = []
    for part in parts {
      switch part {
      case .fixed(let bytes): header = header.raw(bytes)
      case .field(let bytes):
        header = header.u16le(UInt16(bytes.count)).u16le(UInt16(bytes.count)).u32le(UInt32(headerCount + payload.count))
        payload += bytes
      }
    }
    return header.bytes + payload
  }

  private static let flags = [UInt8].littleEndian(UInt32(0xe289_8215))
  private static let version: [UInt8] = [10, 0, 0x7c, 0x4f, 0, 0, 0, 15]

  package var negotiate: [UInt8] {
    Self.message(1, [.fixed(Self.flags), .field([]), .field([]), .fixed(Self.version)])
  }

  package var challenge: [UInt8] {
    var pairs = Self.pair(2, [UInt8](utf16: serverDomain)) + Self.pair(1, [UInt8](utf16: serverName))
    pairs += Self.pair(3, [UInt8](utf16: serverDNSName))
    if let dnsDomain { pairs += Self.pair(4, [UInt8](utf16: dnsDomain)) }
    if serverHasTime { pairs += Self.pair(7, .counting(8)) }
    return Self.message(
      2,
      [
        .field([UInt8](utf16: serverDomain)), .fixed(Self.flags), .fixed(.counting(16)), .field(pairs + Self.pair(0, [])),
        .fixed(Self.version),
      ])
  }

  package var authenticate: [UInt8] {
    var response = [UInt8](repeating: 0x5a, count: 44)
    if let clientTime { response.replaceSubrange(24..<32, with: [UInt8].littleEndian(clientTime)) }
    if hasMIC { response += Self.pair(6, [2, 0, 0, 0]) }
    if let service { response += Self.pair(9, [UInt8](utf16: service)) }
    if let machine { response += Self.pair(8, [UInt8](repeating: 0, count: 47) + [machine]) }
    response += Self.pair(0, [])
    if isVersion1 { response = .counting(24) }
    if user.isEmpty { response = [] }
    return Self.message(
      3,
      [
        .field(user.isEmpty ? [0] : [UInt8](repeating: 0, count: 24)), .field(response), .field([UInt8](utf16: domain)),
        .field([UInt8](utf16: user)), .field([UInt8](utf16: workstation)), .field(.counting(16)), .fixed(Self.flags),
        .fixed(Self.version), .fixed(.counting(16)),
      ])
  }
}
