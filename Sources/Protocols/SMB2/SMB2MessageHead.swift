package import Packets

/// The beginning of an SMB2 message of which the capture lacks the rest: what of the header is there (MS-SMB2 2.2.1).
package struct SMB2MessageHead: Sendable {
  package var command: SMB2Command  // 12
  package var flags: SMB2Flags  // 16
  /// Of a response.
  package var status: NTStatus?  // 8
  /// nil when the capture ends before it.
  package var messageID: UInt64?  // 24
  /// nil also when the server answers later: 2.2.1.1.
  package var treeID: UInt32?  // 36
  package var sessionID: UInt64?  // 40
  /// Bytes that are there.
  package var count: Int

  package var isResponse: Bool { flags.contains(.serverToRedirector) }
  package var isInterim: Bool { status == .pending }

  package init(_ message: borrowing ByteView) throws(DecodeError) {
    guard try message.u32le(at: 0) == SMB2Protocol.plain.rawValue else {
      throw DecodeError(
        offset: message.base, reason: .unexpected(field: "ProtocolId", value: UInt64(try message.u32be(at: 0))))
    }
    try message.expect("StructureSize", at: 4, equals: 64)
    command = SMB2Command(rawValue: try message.u16le(at: 12))
    flags = SMB2Flags(rawValue: try message.u32le(at: 16))
    if flags.contains(.serverToRedirector) { status = NTStatus(rawValue: try message.u32le(at: 8)) }
    messageID = try? message.u64le(at: 24)
    treeID = flags.contains(.async) ? nil : try? message.u32le(at: 36)
    sessionID = try? message.u64le(at: 40)
    count = message.count
  }
}
