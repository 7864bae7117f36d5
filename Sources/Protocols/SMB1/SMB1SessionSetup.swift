import Packets

/// SMB_COM_SESSION_SETUP_ANDX Request: MS-CIFS 2.2.4.53.1, MS-SMB 2.2.4.6.1. WordCount tells the form.
package struct SMB1SessionSetupRequest: Equatable, Sendable {
  package enum Logon: Equatable, Sendable {
    /// Extended security: a GSS token.
    case token([UInt8])
    /// The user in clear, beside the proofs of the password.
    case account(Account)
  }

  package struct Account: Equatable, Sendable {
    package var name: String
    package var domain: String
    /// Bytes of the LM response or password, and of the NT one.
    package var oemPasswordCount: Int
    package var unicodePasswordCount: Int

    /// No user and no proof: 3.2.4.2.4.
    package var isAnonymous: Bool { name.isEmpty && unicodePasswordCount == 0 && oemPasswordCount <= 1 }
  }

  package var logon: Logon
}

extension SMB1SessionSetupRequest {
  init(_ message: borrowing ByteView, _ block: SMB1Block, isUnicode: Bool) throws(DecodeError) {
    let count = Int(try message.u16le(at: block.words + 14))
    switch block.wordCount {
    case 12:
      let token = try message.view(at: block.bytes.lowerBound, count: min(count, block.bytes.count))
      logon = .token(token.copy())
    case 13:
      let unicodeCount = Int(try message.u16le(at: block.words + 16))
      logon = .account(try Account(message, block, oem: count, unicode: unicodeCount, isUnicode: isUnicode))
    // “LANMAN 1.0” to “LANMAN 2.1”.
    case 10: logon = .account(try Account(message, block, oem: count, unicode: 0, isUnicode: isUnicode))
    default:
      throw DecodeError(
        offset: block.words - 1, reason: .unexpected(field: "WordCount", value: UInt64(block.wordCount)))
    }
  }
}

extension SMB1SessionSetupRequest.Account {
  fileprivate init(
    _ message: borrowing ByteView, _ block: SMB1Block, oem: Int, unicode: Int, isUnicode: Bool
  ) throws(DecodeError) {
    (oemPasswordCount, unicodePasswordCount) = (oem, unicode)
    let start = block.bytes.lowerBound + oem + unicode
    let account = try message.smb1Text(at: start, end: block.bytes.upperBound, isUnicode: isUnicode)
    name = account.text
    domain = try message.smb1Text(at: account.end, end: block.bytes.upperBound, isUnicode: isUnicode).text
  }
}

/// SMB_COM_SESSION_SETUP_ANDX Response: MS-CIFS 2.2.4.53.2, MS-SMB 2.2.4.6.2.
package struct SMB1SessionSetupResponse: Equatable, Sendable {
  /// Action: the server took the client for a guest. 4, bit 0x01
  package var isGuest: Bool
  /// GSS token with extended security, else nil. Length at 6
  package var token: [UInt8]?
}

extension SMB1SessionSetupResponse {
  init(_ message: borrowing ByteView, _ block: SMB1Block) throws(DecodeError) {
    isGuest = try message.u16le(at: block.words + 4) & 0x01 != 0
    guard block.wordCount == 4 else { return }
    let count = min(Int(try message.u16le(at: block.words + 6)), block.bytes.count)
    token = try message.view(at: block.bytes.lowerBound, count: count).copy()
  }
}
