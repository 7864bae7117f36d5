package import Packets

/// SMB2 NEGOTIATE Response: MS-SMB2 2.2.4. Little-endian.
///
/// `SecurityBufferOffset` and `NegotiateContextOffset` count from the SMB2 header.
package struct SMB2NegotiateResponse: Equatable, Sendable {
  package var securityMode: SMB2SecurityMode  // 2, 2 bytes
  package var dialectRevision: SMB2Dialect  // 4, 2 bytes
  package var serverGUID: GUID  // 8, 16 bytes
  package var capabilities: SMB2Capabilities  // 24, 4 bytes
  package var maxTransactSize: UInt32  // 28, bytes
  package var maxReadSize: UInt32  // 32, bytes
  package var maxWriteSize: UInt32  // 36, bytes
  package var systemTime: FileTime  // 40, 8 bytes
  package var serverStart: ServerStart  // 48, 8 bytes
  /// GSS token with the mechanisms the server offers; empty when the client is to choose. 56 and 58.
  package var securityBuffer: [UInt8]
  /// NegotiateContextCount: only with DialectRevision 0x0311.
  package var contextCount: UInt16 = 0  // 6
  /// Only with DialectRevision 0x0311. An unreadable context ends the list.
  package var contexts: [SMB2NegotiateContext] = []
  /// False when the capture lacks the end of the message: there is no token, and contexts may be missing.
  package var isWhole = true

  package init(_ message: borrowing ByteView) throws(DecodeError) {
    try self.init(beginning: message, isWhole: true)
    let body = try message.view(from: SMB2Header.length)
    securityBuffer = try message.buffer(offset: body.u16le(at: 56), length: body.u16le(at: 58))
  }

  /// A message of which the capture may lack what follows the fixed part.
  package init(beginning message: borrowing ByteView, isWhole: Bool = false) throws(DecodeError) {
    self.isWhole = isWhole
    let body = try message.view(from: SMB2Header.length)
    try body.expect("StructureSize", at: 0, equals: 65)
    securityMode = SMB2SecurityMode(rawValue: try body.u16le(at: 2))
    dialectRevision = SMB2Dialect(rawValue: try body.u16le(at: 4))
    serverGUID = try GUID(body, at: 8)
    capabilities = SMB2Capabilities(rawValue: try body.u32le(at: 24))
    maxTransactSize = try body.u32le(at: 28)
    maxReadSize = try body.u32le(at: 32)
    maxWriteSize = try body.u32le(at: 36)
    systemTime = FileTime(rawValue: try body.u64le(at: 40))
    serverStart = ServerStart(try body.u64le(at: 48), now: systemTime.rawValue)
    securityBuffer = []
    guard dialectRevision == .smb311 else { return }
    contextCount = try body.u16le(at: 6)
    contexts = [SMB2NegotiateContext](message, at: try body.u32le(at: 60), count: contextCount, isWhole: isWhole)
  }
}

extension SMB2NegotiateResponse {
  /// Whether ServerStartTime is given. The time itself is not needed: it is 0 on all current servers.
  package enum ServerStart: UInt8, Sendable, Codable {
    case unset, past, sameAsNow

    fileprivate init(_ start: UInt64, now: UInt64) { self = start == 0 ? .unset : start == now ? .sameAsNow : .past }
  }
}
