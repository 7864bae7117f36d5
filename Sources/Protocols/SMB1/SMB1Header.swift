package import Packets

/// SMB1 message header: MS-CIFS 2.2.3.1. Little-endian, 32 bytes.
package struct SMB1Header: Equatable, Sendable {
  package static let length = 32

  package var command: SMB1Command  // 4, 1 byte
  /// NTSTATUS, or DOS class and code when Flags2 lacks 0x4000. 5, 4 bytes
  package var status: NTStatus
  package var isResponse: Bool  // 9, bit 0x80
  package var usesNTStatus: Bool  // 10, bit 0x4000

  package init(_ message: borrowing ByteView) throws(DecodeError) {
    command = SMB1Command(rawValue: try message.u8(at: 4))
    status = NTStatus(rawValue: try message.u32le(at: 5))
    isResponse = try message.u8(at: 9) & 0x80 != 0
    usesNTStatus = try message.u16le(at: 10) & 0x4000 != 0
    _ = try message.view(at: 0, count: Self.length)
  }
}

/// SMB1 command codes: MS-CIFS 2.2.2.1.
package struct SMB1Command: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  package var rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }
  package static let negotiate = Self(rawValue: 0x72)
  package static let sessionSetupAndX = Self(rawValue: 0x73)
  package static let treeConnectAndX = Self(rawValue: 0x75)

  package var description: String {
    switch self {
    case .negotiate: "SMB_COM_NEGOTIATE"
    case .sessionSetupAndX: "SMB_COM_SESSION_SETUP_ANDX"
    case .treeConnectAndX: "SMB_COM_TREE_CONNECT_ANDX"
    default: hexadecimal(rawValue)
    }
  }
}

/// SMB_COM_NEGOTIATE Request: MS-CIFS 2.2.4.52.1.
package struct SMB1NegotiateRequest: Equatable, Sendable {
  /// Dialect strings in the client's order. ByteCount at 33, then repeated 0x02 and NUL-terminated text.
  package var dialects: [String]

  /// MS-SMB2 3.3.5.3: the strings that ask for SMB2.
  package var offersSMB2: Bool { dialects.contains("SMB 2.002") || offersUpgrade }
  package var offersUpgrade: Bool { dialects.contains("SMB 2.???") }

  package init(_ message: borrowing ByteView) throws(DecodeError) {
    let wordBytes = Int(try message.u8(at: 32)) * 2
    let bytes = try message.view(at: 35 + wordBytes, count: Int(message.u16le(at: 33 + wordBytes)))
    dialects = []
    var offset = 0
    while offset < bytes.count {
      guard try bytes.u8(at: offset) == 0x02 else {
        throw DecodeError(
          offset: bytes.base + offset, reason: .unexpected(field: "BufferFormat", value: UInt64(try bytes.u8(at: offset))))
      }
      let dialect = try bytes.nulTerminated(at: offset + 1)
      dialects.append(dialect.text)
      offset = dialect.end
    }
  }
}

/// SMB_COM_NEGOTIATE Response: MS-CIFS 2.2.4.52.2.
package struct SMB1NegotiateResponse: Equatable, Sendable {
  /// Which of the offered strings the server takes; nil for 0xFFFF, none of them. 33, 2 bytes
  package var dialectIndex: Int?

  package init(_ message: borrowing ByteView) throws(DecodeError) {
    let index = try message.u16le(at: 33)
    dialectIndex = index == 0xffff ? nil : Int(index)
  }
}
