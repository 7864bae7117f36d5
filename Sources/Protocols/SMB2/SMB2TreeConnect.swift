package import Packets

/// SMB2 TREE_CONNECT Request: MS-SMB2 2.2.9. Little-endian.
package struct SMB2TreeConnectRequest: Equatable, Sendable {
  package var flags: UInt16  // 2
  /// `\\server\share`. Offset from the header at 4, length in bytes at 6
  package var path: String

  package init(_ message: borrowing ByteView) throws(DecodeError) {
    let body = try message.view(from: SMB2Header.length)
    try body.expect("StructureSize", at: 0, equals: 9)
    flags = try body.u16le(at: 2)
    path = try message.view(at: Int(body.u16le(at: 4)), count: Int(body.u16le(at: 6))).utf16LittleEndian()
  }
}

/// SMB2 TREE_CONNECT Response: MS-SMB2 2.2.10. Little-endian. The TreeId is in the header.
package struct SMB2TreeConnectResponse: Equatable, Sendable, Codable {
  package var shareType: SMB2ShareType  // 2, 1 byte
  package var shareFlags: SMB2ShareFlags  // 4
  package var capabilities: UInt32  // 8
  /// What the share's own permissions allow the user. 12
  package var maximalAccess: UInt32

  package init(_ message: borrowing ByteView) throws(DecodeError) {
    shareType = try SMB2ShareType(ofResponse: message)
    let body = try message.view(from: SMB2Header.length)
    shareFlags = SMB2ShareFlags(rawValue: try body.u32le(at: 4))
    capabilities = try body.u32le(at: 8)
    maximalAccess = try body.u32le(at: 12)
  }
}

/// Kind of share: MS-SMB2 2.2.10, `ShareType`.
package struct SMB2ShareType: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
  package var rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The type of the share in a TREE_CONNECT response, whose end may be missing.
  package init(ofResponse message: borrowing ByteView) throws(DecodeError) {
    let body = try message.view(from: SMB2Header.length)
    try body.expect("StructureSize", at: 0, equals: 16)
    self.init(rawValue: try body.u8(at: 2))
  }

  package static let disk = Self(rawValue: 1)
  package static let pipe = Self(rawValue: 2)
  package static let printer = Self(rawValue: 3)

  package var description: String {
    switch rawValue {
    case 1: "disk"
    case 2: "pipe"
    case 3: "printer"
    default: hexadecimal(rawValue)
    }
  }
}
