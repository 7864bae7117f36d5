package import Packets

/// CHALLENGE_MESSAGE, the server's answer: MS-NLMP 2.2.1.2. The challenge itself is not kept.
package struct NTLMChallenge: Hashable, Sendable {
  static let messageType: UInt32 = 2

  package var flags: NTLMFlags
  /// The server's domain or, on a stand-alone server, its own name.
  package var targetName: String
  package var targetInfo: NTLMAVPairs?
  package var version: NTLMVersion?

  package init(_ message: borrowing ByteView) throws(DecodeError) {
    try NTLMMessage.expect(Self.messageType, in: message)
    let nameField = try NTLMField(message, at: 12)
    flags = NTLMFlags(rawValue: try message.u32le(at: 20))
    targetName = try nameField.text(in: message, isUnicode: flags.contains(.unicode))

    // Servers before NTLMv2 end the header behind ServerChallenge, at 32.
    let nameStart = try NTLMField.payloadStart(of: [nameField], in: message, headerCount: 32)
    let infoField = flags.contains(.targetInfo) && nameStart >= 48 ? try NTLMField(message, at: 40) : nil
    targetInfo = try infoField.map { field throws(DecodeError) in try NTLMAVPairs(field.bytes(in: message)) }

    let payloadStart = try NTLMField.payloadStart(
      of: [nameField, infoField], in: message, headerCount: 32)
    version = flags.contains(.version) && payloadStart >= 56 ? try NTLMVersion(message, at: 48) : nil
  }
}
