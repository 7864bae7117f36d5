package import Cryptography
package import Packets

/// The key of an SMB1 connection: MS-CIFS 3.1.4.1. The first user who logs on gives it, and it holds for all others.
package final class SMB1Key {
  /// Where the signature lies in a header, and while it is made the number of the message: MS-CIFS 2.2.3.1.
  private static let place = 14..<22

  private let library: Libcrypto
  private let key: Secret

  /// - Parameter response: the client's response, where the logon had no token (3.1.5.1).
  package init(_ library: Libcrypto, sessionKey: [UInt8], response: [UInt8]) {
    self.library = library
    key = Secret(SessionKeys.firstHalf(sessionKey) + response)
  }

  /// `BSRSPYL `: servers and clients fill the signature field with it before they can sign, MS-CIFS 3.2.4.1.2.1.
  package static func isPlaceholder(_ message: borrowing ByteView) -> Bool {
    guard let signature = try? message.view(at: place.lowerBound, count: place.count) else { return false }
    return signature.copy() == Array("BSRSPYL ".utf8)
  }

  /// Whether the signature is that of a message with this number.
  ///
  /// - Returns: nil when it is too short for a header.
  package func isRight(_ message: borrowing ByteView, sequence: UInt32) -> Bool? {
    guard let head = try? message.view(at: 0, count: Self.place.lowerBound), let tail = try? message.view(from: Self.place.upperBound),
      let signature = try? message.view(at: Self.place.lowerBound, count: Self.place.count)
    else { return nil }
    var text = key.bytes
    head.append(to: &text)
    text += (0..<4).map { UInt8(truncatingIfNeeded: sequence >> (8 * $0)) } + [0, 0, 0, 0]
    tail.append(to: &text)
    return Array(library.md5(text).prefix(Self.place.count)) == signature.copy()
  }
}
