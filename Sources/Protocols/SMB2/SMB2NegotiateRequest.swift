package import Packets

/// SMB2 NEGOTIATE Request: MS-SMB2 2.2.3. Little-endian.
package struct SMB2NegotiateRequest: Equatable, Sendable {
  package var securityMode: SMB2SecurityMode  // 4, 2 bytes
  package var capabilities: SMB2Capabilities  // 8, 4 bytes
  package var clientGUID: GUID  // 12, 16 bytes
  /// In the client's order; 36, 2 bytes each.
  package var dialects: [SMB2Dialect]
  /// Only with 0x0311 among the dialects. An unreadable context ends the list.
  package var contexts: [SMB2NegotiateContext] = []
  /// False when the capture lacks the end of the message: contexts may be missing.
  package var isWhole: Bool
  /// NegotiateContextCount, however many of them could be read; 0 without 0x0311 among the dialects.
  package var contextCount: UInt16 = 0  // 32

  /// - Parameter isWhole: false when the capture lacks bytes behind the list of dialects.
  package init(_ message: borrowing ByteView, isWhole: Bool = true) throws(DecodeError) {
    self.isWhole = isWhole
    let body = try message.view(from: SMB2Header.length)
    try body.expect("StructureSize", at: 0, equals: 36)
    let dialectCount = Int(try body.u16le(at: 2))
    securityMode = SMB2SecurityMode(rawValue: try body.u16le(at: 4))
    capabilities = SMB2Capabilities(rawValue: try body.u32le(at: 8))
    clientGUID = try GUID(body, at: 12)
    dialects = try body.view(at: 36, count: 2 * dialectCount).u16leArray().map(SMB2Dialect.init)
    // 2.2.3: the same 8 bytes are ClientStartTime without 0x0311.
    guard dialects.contains(.smb311) else { return }
    contextCount = try body.u16le(at: 32)
    contexts = [SMB2NegotiateContext](message, at: try body.u32le(at: 28), count: contextCount, isWhole: isWhole)
  }
}
