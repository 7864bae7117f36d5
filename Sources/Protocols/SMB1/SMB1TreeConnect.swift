import Packets

/// SMB_COM_TREE_CONNECT_ANDX Request: MS-CIFS 2.2.4.55.1.
package struct SMB1TreeConnectRequest: Equatable, Sendable {
  /// `\\server\share`
  package var path: String
  /// The type that the client expects: `A:` disk, `IPC` pipes, `LPT1:` printer, `COMM` device, `?????` any.
  package var service: String
}

extension SMB1TreeConnectRequest {
  init(_ message: borrowing ByteView, _ block: SMB1Block, isUnicode: Bool) throws(DecodeError) {
    let password = Int(try message.u16le(at: block.words + 6))
    let share = try message.smb1Text(
      at: block.bytes.lowerBound + password, end: block.bytes.upperBound, isUnicode: isUnicode)
    path = share.text
    service = try message.smb1Text(at: share.end, end: block.bytes.upperBound, isUnicode: false).text
  }
}

/// SMB_COM_TREE_CONNECT_ANDX Response: MS-CIFS 2.2.4.55.2, MS-SMB 2.2.4.7.2. The TreeId is in the header.
package struct SMB1TreeConnectResponse: Equatable, Sendable {
  /// What the share is; always ASCII.
  package var service: String
}

extension SMB1TreeConnectResponse {
  init(_ message: borrowing ByteView, _ block: SMB1Block) throws(DecodeError) {
    service = try message.smb1Text(at: block.bytes.lowerBound, end: block.bytes.upperBound, isUnicode: false).text
  }
}
