import Packets

/// The negotiate contexts of SMB 3.1.1: MS-SMB2 2.2.3.1 (request) and 2.2.4.1 (response).
///
/// Each is ContextType 2, DataLength 2, Reserved 4 and data, and begins on an 8-byte boundary counted from the header.
package struct SMB2NegotiateContexts: Equatable, Sendable {
  /// Context types in the order they came, unknown ones too.
  package var types: [UInt16] = []
  /// PREAUTH_INTEGRITY_CAPABILITIES (0x0001, 2.2.3.1.1): 1 is SHA-512.
  package var hashAlgorithms: [UInt16]?
  /// ENCRYPTION_CAPABILITIES (0x0002, 2.2.3.1.2).
  package var ciphers: [SMB2Cipher]?
  /// COMPRESSION_CAPABILITIES (0x0003, 2.2.3.1.3).
  package var compressionAlgorithms: [UInt16]?
  /// NETNAME_NEGOTIATE_CONTEXT_ID (0x0005, 2.2.3.1.4): the server name the client dialled.
  package var netName: String?
  /// TRANSPORT_CAPABILITIES (0x0006, 2.2.3.1.5).
  package var transportFlags: UInt32?
  /// RDMA_TRANSFORM_CAPABILITIES (0x0007, 2.2.3.1.6).
  package var rdmaTransforms: [UInt16]?
  /// SIGNING_CAPABILITIES (0x0008, 2.2.3.1.7).
  package var signingAlgorithms: [UInt16]?

  /// - Parameters:
  ///   - start: NegotiateContextOffset, from the SMB2 header.
  ///   - count: NegotiateContextCount.
  init(_ message: borrowing ByteView, at start: Int, count: Int) throws(DecodeError) {
    var offset = start
    for index in 0..<count {
      if index > 0 { offset = (offset + 7) & ~7 }
      let type = try message.u16le(at: offset)
      let length = Int(try message.u16le(at: offset + 2))
      let data = try message.view(at: offset + 8, count: length)
      types.append(type)
      try read(type, data)
      offset += 8 + length
    }
  }

  private mutating func read(_ type: UInt16, _ data: borrowing ByteView) throws(DecodeError) {
    switch type {
    case 0x0001: hashAlgorithms = try Self.list(data, from: 4)
    case 0x0002: ciphers = try Self.list(data, from: 2).map(SMB2Cipher.init)
    case 0x0003: compressionAlgorithms = try Self.list(data, from: 8)
    case 0x0005: netName = data.utf16LittleEndian()
    case 0x0006: transportFlags = try data.u32le(at: 0)
    case 0x0007: rdmaTransforms = try Self.list(data, from: 8)
    case 0x0008: signingAlgorithms = try Self.list(data, from: 2)
    default: break  // 2.2.3.1: unknown types are skipped
    }
  }

  /// A count in the first two bytes, and that many 16-bit numbers from `start` on.
  private static func list(_ data: borrowing ByteView, from start: Int) throws(DecodeError) -> [UInt16] {
    let numbers = try data.view(at: start, count: Int(data.u16le(at: 0)) * 2)
    return try numbers.u16leArray()
  }
}

/// Cipher identifiers: MS-SMB2 2.2.3.1.2.
package struct SMB2Cipher: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  package var rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }
  /// Response only: no cipher in common.
  package static let none = Self(rawValue: 0)

  package var description: String {
    switch rawValue {
    case 0: "none"
    case 1: "AES-128-CCM"
    case 2: "AES-128-GCM"
    case 3: "AES-256-CCM"
    case 4: "AES-256-GCM"
    default: hexadecimal(rawValue)
    }
  }
}
