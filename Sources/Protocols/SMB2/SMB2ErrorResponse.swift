package import Packets

/// The data of an ERROR response to TREE_CONNECT: MS-SMB2 2.2.2. Little-endian.
package struct SMB2ErrorResponse: Equatable, Sendable, Codable {
  /// SHARE_REDIRECT error context (2.2.2.2.2): the share has moved to another node of a cluster, and the client is to
  /// follow.
  package var redirectsShare = false
  /// With STATUS_SMB_BAD_CLUSTER_DIALECT (2.2.2.2.3): the highest dialect the share may be used with.
  package var maximumDialect: SMB2Dialect?

  /// It adds to the status.
  package var saysMore: Bool { redirectsShare || maximumDialect != nil }

  private static let shareRedirect: UInt32 = 0x7264_5253

  package init(_ message: borrowing ByteView, status: NTStatus) throws(DecodeError) {
    let body = try message.view(from: SMB2Header.length)
    try body.expect("StructureSize", at: 0, equals: 9)
    let contextCount = Int(try body.u8(at: 2))
    let data = try body.view(at: 8, count: Int(body.u32le(at: 4)))
    guard !data.isEmpty else { return }
    if contextCount == 0 {
      // 2.2.2: without contexts the data itself.
      try read(data, id: 0, status)
    }
    // 2.2.2.1: ErrorDataLength 4, ErrorId 4, data; each on an 8-byte boundary of the list.
    var offset = 0
    for _ in 0..<contextCount {
      let length = Int(try data.u32le(at: offset))
      try read(try data.view(at: offset + 8, count: length), id: try data.u32le(at: offset + 4), status)
      offset = (offset + 8 + length + 7) & ~7
    }
  }

  private mutating func read(_ data: borrowing ByteView, id: UInt32, _ status: NTStatus) throws(DecodeError) {
    if id == Self.shareRedirect { redirectsShare = true }
    if status == .badClusterDialect, data.count >= 2 { maximumDialect = SMB2Dialect(rawValue: try data.u16le(at: 0)) }
  }
}
