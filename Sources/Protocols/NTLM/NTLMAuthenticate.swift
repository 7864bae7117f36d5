package import Packets

/// AUTHENTICATE_MESSAGE, the client's proof: MS-NLMP 2.2.1.3. Of the proof itself only lengths are kept.
package struct NTLMAuthenticate: Hashable, Sendable {
  static let messageType: UInt32 = 3

  /// How the client proved its password, by the lengths of its responses: MS-NLMP 2.2.2.3 to 2.2.2.8.
  package enum Response: Hashable, Sendable, Codable {
    /// No NT response: anonymous, or an LM response alone.
    case none
    case ntlmV1
    /// NTLMv1 with extended session security (`NTLM2 session`).
    case ntlmV1ExtendedSession
    case ntlmV2
  }

  package var domain: String
  package var user: String
  package var workstation: String
  package var lmResponseCount: Int  // bytes
  package var ntResponseCount: Int  // bytes
  package var response: Response
  /// The AV pairs inside an NTLMv2 response, without the names of the server, which are those of the CHALLENGE.
  package var clientPairs: NTLMAVPairs?
  /// TimeStamp of NTLMv2_CLIENT_CHALLENGE (2.2.2.7): FILETIME, of the server's CHALLENGE or else of the client's clock.
  package var clientTime: UInt64?
  /// Missing (empty) in messages of clients before NT 4.0, which end the header at 52.
  package var flags: NTLMFlags
  package var version: NTLMVersion?
  /// The message is protected by a MIC: MsvAvFlags says so, and there is room for it before the payload.
  package var hasMIC: Bool
  /// Domain, user and workstation as they came, when the flags do not say Unicode: the CHALLENGE knows better (2.2.2.5).
  private var rawNames: [[UInt8]] = []

  /// No user and no proof: the test of MS-NLMP 3.2.5.1.2, by lengths, as servers apply it.
  package var isAnonymous: Bool {
    user.isEmpty && ntResponseCount == 0 && lmResponseCount <= 1
  }

  package init(_ message: borrowing ByteView) throws(DecodeError) {
    try NTLMMessage.expect(Self.messageType, in: message)
    let lmField = try NTLMField(message, at: 12)
    let ntField = try NTLMField(message, at: 20)
    let domainField = try NTLMField(message, at: 28)
    let userField = try NTLMField(message, at: 36)
    let workstationField = try NTLMField(message, at: 44)
    let payloadStart = try NTLMField.payloadStart(
      of: [lmField, ntField, domainField, userField, workstationField], in: message, headerCount: 52)

    // The session key's fields (52) and the flags (60) came later than the rest of the header.
    flags = payloadStart >= 64 ? NTLMFlags(rawValue: try message.u32le(at: 60)) : []
    version = flags.contains(.version) && payloadStart >= 72 ? try NTLMVersion(message, at: 64) : nil

    let isUnicode = flags.contains(.unicode)
    domain = try domainField.text(in: message, isUnicode: isUnicode)
    user = try userField.text(in: message, isUnicode: isUnicode)
    workstation = try workstationField.text(in: message, isUnicode: isUnicode)
    if !isUnicode {
      rawNames = [
        try domainField.bytes(in: message).copy(), try userField.bytes(in: message).copy(),
        try workstationField.bytes(in: message).copy(),
      ]
    }

    let ntResponse = try ntField.bytes(in: message)
    lmResponseCount = try lmField.bytes(in: message).count
    ntResponseCount = ntResponse.count
    response =
      switch ntResponse.count {
      case 0: .none
      case ...24: flags.contains(.extendedSessionSecurity) ? .ntlmV1ExtendedSession : .ntlmV1
      default: .ntlmV2
      }
    // MS-NLMP 2.2.2.7: NTProofStr (16) and 28 bytes of NTLMv2_CLIENT_CHALLENGE come before the AV pairs.
    clientTime = try ntResponse.count > 44 ? ntResponse.u64le(at: 24) : nil
    clientPairs = ntResponse.count > 44 ? try NTLMAVPairs(ntResponse.view(from: 44), areRepeated: true) : nil
    // Some leave out the eight bytes of Version if they were not requested; the MIC (16) then begins at 64.
    hasMIC = clientPairs?.flags.contains(.hasMIC) == true && payloadStart >= (flags.contains(.version) ? 88 : 80)
  }

  /// Reads the names once more, as UTF-16LE: client and server agreed on it in CHALLENGE, and the flags of this message
  /// say otherwise. Names that cannot be UTF-16LE stay as they are.
  package mutating func readNamesAsUnicode() {
    guard rawNames.count == 3, rawNames.allSatisfy({ $0.count % 2 == 0 }) else { return }
    domain = Self.unicode(rawNames[0])
    user = Self.unicode(rawNames[1])
    workstation = Self.unicode(rawNames[2])
  }

  private static func unicode(_ bytes: [UInt8]) -> String {
    let view = ByteView(bytes.span)
    return view.utf16LittleEndian()
  }
}
