package import Packets

/// NEGOTIATE_MESSAGE, sent first by the client: MS-NLMP 2.2.1.1.
///
/// Old clients end the message after the flags; names are in an 8-bit (OEM) code page.
package struct NTLMNegotiate: Hashable, Sendable {
  static let messageType: UInt32 = 1

  package var flags: NTLMFlags
  package var domain: String?
  package var workstation: String?
  package var version: NTLMVersion?

  package init(_ message: borrowing ByteView) throws(DecodeError) {
    try NTLMMessage.expect(Self.messageType, in: message)
    flags = NTLMFlags(rawValue: try message.u32le(at: 12))

    // MS-NLMP 2.2.1.1: the lengths mean nothing unless the flag says that the name is supplied.
    let domainField = flags.contains(.domainSupplied) ? try NTLMField(message, at: 16) : nil
    let workstationField = flags.contains(.workstationSupplied) ? try NTLMField(message, at: 24) : nil
    domain = try domainField?.text(in: message, isUnicode: false)
    workstation = try workstationField?.text(in: message, isUnicode: false)

    let payloadStart = try NTLMField.payloadStart(
      of: [domainField, workstationField], in: message, headerCount: 16)
    version = flags.contains(.version) && payloadStart >= 40 ? try NTLMVersion(message, at: 32) : nil
  }
}
