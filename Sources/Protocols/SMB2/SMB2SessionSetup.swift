package import Packets

/// SMB2 SESSION_SETUP Request: MS-SMB2 2.2.5. Little-endian.
package struct SMB2SessionSetupRequest: Equatable, Sendable {
  /// 0x01 binds a new channel to an existing session. 2, 1 byte
  package var isBinding: Bool
  package var securityMode: SMB2SecurityMode  // 3, 1 byte
  /// The session this one replaces; 0 for none. 16, 8 bytes
  package var previousSessionID: UInt64
  /// GSS token. Offset from the header at 12, length at 14
  package var securityBuffer: [UInt8]

  package init(_ message: borrowing ByteView) throws(DecodeError) {
    try self.init(beginning: message)
    let body = try message.view(from: SMB2Header.length)
    securityBuffer = try message.buffer(offset: body.u16le(at: 12), length: body.u16le(at: 14))
  }

  /// A message of which the capture lacks the security buffer, or a part of it.
  package init(beginning message: borrowing ByteView) throws(DecodeError) {
    let body = try message.view(from: SMB2Header.length)
    try body.expect("StructureSize", at: 0, equals: 25)
    isBinding = try body.u8(at: 2) & 0x01 != 0
    securityMode = SMB2SecurityMode(rawValue: UInt16(try body.u8(at: 3)))
    previousSessionID = try body.u64le(at: 16)
    securityBuffer = []
  }
}

/// SMB2 SESSION_SETUP Response: MS-SMB2 2.2.6. Little-endian.
///
/// Its StructureSize is that of an ERROR response, so the caller decides by the status which of the two it is.
package struct SMB2SessionSetupResponse: Equatable, Sendable {
  package var sessionFlags: SMB2SessionFlags  // 2, 2 bytes
  /// GSS token. Offset from the header at 4, length at 6
  package var securityBuffer: [UInt8]

  package init(_ message: borrowing ByteView) throws(DecodeError) {
    try self.init(beginning: message)
    let body = try message.view(from: SMB2Header.length)
    securityBuffer = try message.buffer(offset: body.u16le(at: 4), length: body.u16le(at: 6))
  }

  /// A message of which the capture lacks the security buffer, or a part of it.
  package init(beginning message: borrowing ByteView) throws(DecodeError) {
    let body = try message.view(from: SMB2Header.length)
    try body.expect("StructureSize", at: 0, equals: 9)
    sessionFlags = SMB2SessionFlags(rawValue: try body.u16le(at: 2))
    securityBuffer = []
  }
}
