package import Packets

/// SMB_COM_SESSION_SETUP_ANDX Request: MS-CIFS 2.2.4.53.1, MS-SMB 2.2.4.6.1. WordCount shows the form.
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
  package var system: SMB1NativeNames?
}

extension SMB1SessionSetupRequest {
  init(_ message: borrowing ByteView, _ block: SMB1Block, isUnicode: Bool) throws(DecodeError) {
    let count = Int(try message.u16le(at: block.words + 14))
    switch block.wordCount {
    case 12:
      let token = try message.view(at: block.bytes.lowerBound, count: min(count, block.bytes.count))
      logon = .token(token.copy())
      system = SMB1NativeNames(message, at: block.bytes.lowerBound + count, block, isUnicode: isUnicode)
    case 13:
      let unicodeCount = Int(try message.u16le(at: block.words + 16))
      var end = block.bytes.lowerBound
      logon = .account(try Account(message, block, oem: count, unicode: unicodeCount, isUnicode: isUnicode, end: &end))
      system = SMB1NativeNames(message, at: end, block, isUnicode: isUnicode)
    // “LANMAN 1.0” to “LANMAN 2.1”.
    case 10:
      var end = block.bytes.lowerBound
      logon = .account(try Account(message, block, oem: count, unicode: 0, isUnicode: isUnicode, end: &end))
      system = SMB1NativeNames(message, at: end, block, isUnicode: isUnicode)
    default:
      throw DecodeError(
        offset: block.words - 1, reason: .unexpected(field: "WordCount", value: UInt64(block.wordCount)))
    }
  }
}

extension SMB1SessionSetupRequest.Account {
  fileprivate init(
    _ message: borrowing ByteView, _ block: SMB1Block, oem: Int, unicode: Int, isUnicode: Bool, end: inout Int
  ) throws(DecodeError) {
    (oemPasswordCount, unicodePasswordCount) = (oem, unicode)
    let start = block.bytes.lowerBound + oem + unicode
    let account = try message.smb1Text(at: start, end: block.bytes.upperBound, isUnicode: isUnicode)
    name = account.text
    let area = try message.smb1Text(at: account.end, end: block.bytes.upperBound, isUnicode: isUnicode)
    domain = area.text
    end = area.end
  }
}

extension SMB1SessionSetupRequest {
  /// The two proofs of the password beside a user in clear: OEMPassword and UnicodePassword.
  ///
  /// - Returns: nil with extended security.
  package static func responses(in message: borrowing ByteView) throws(DecodeError) -> (lm: [UInt8], nt: [UInt8])? {
    let block = try SMB1Block(message, at: SMB1Header.length)
    guard block.wordCount == 13 else { return nil }
    let (oem, unicode) = (Int(try message.u16le(at: block.words + 14)), Int(try message.u16le(at: block.words + 16)))
    let start = block.bytes.lowerBound
    return (try message.view(at: start, count: oem).copy(), try message.view(at: start + oem, count: unicode).copy())
  }
}

/// SMB_COM_SESSION_SETUP_ANDX Response: MS-CIFS 2.2.4.53.2, MS-SMB 2.2.4.6.2.
package struct SMB1SessionSetupResponse: Equatable, Sendable {
  /// Action: the server took the client for a guest. 4, bit 0x01
  package var isGuest: Bool
  /// GSS token with extended security, else nil. Length at 6
  package var token: [UInt8]?
  package var system: SMB1NativeNames?
}

extension SMB1SessionSetupResponse {
  init(_ message: borrowing ByteView, _ block: SMB1Block, isUnicode: Bool) throws(DecodeError) {
    isGuest = try message.u16le(at: block.words + 4) & 0x01 != 0
    guard block.wordCount == 4 else {
      system = SMB1NativeNames(message, at: block.bytes.lowerBound, block, isUnicode: isUnicode)
      return
    }
    let count = min(Int(try message.u16le(at: block.words + 6)), block.bytes.count)
    token = try message.view(at: block.bytes.lowerBound, count: count).copy()
    system = SMB1NativeNames(message, at: block.bytes.lowerBound + count, block, isUnicode: isUnicode)
  }
}

/// NativeOS and NativeLanMan, at the end of SESSION_SETUP_ANDX: a host's names for its system and its SMB software.
package struct SMB1NativeNames: Hashable, Sendable, Codable {
  /// Real ones are shorter.
  private static let longest = 64

  package var operatingSystem: String
  package var lanManager: String

  package init(operatingSystem: String, lanManager: String) {
    (self.operatingSystem, self.lanManager) = (operatingSystem, lanManager)
  }

  /// nil when they are absent or unreadable: nothing depends on them.
  init?(_ message: borrowing ByteView, at start: Int, _ block: SMB1Block, isUnicode: Bool) {
    guard let system = try? message.smb1Text(at: start, end: block.bytes.upperBound, isUnicode: isUnicode),
      let software = try? message.smb1Text(at: system.end, end: block.bytes.upperBound, isUnicode: isUnicode),
      !system.text.isEmpty || !software.text.isEmpty
    else { return nil }
    operatingSystem = String(system.text.prefix(Self.longest))
    lanManager = String(software.text.prefix(Self.longest))
  }
}
