package import Packets

/// The beginning of a logon's token whose rest is not in the capture.
package enum SPNEGOBeginning {
  /// The object identifier of Kerberos and the number of an AP-REQ: RFC 4121 4.1.
  private static let mark: [UInt8] = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x02, 0x01, 0x00]
  /// They come this early in the message.
  private static let span = 512

  /// An AP-REQ begins in these bytes.
  package static func holdsTicket(_ message: borrowing ByteView) -> Bool {
    message.prefix(span).copy().contains(mark)
  }
}
