/// The words of SMB1 commands: MS-CIFS 2.2.4, MS-SMB 2.2.4. Little-endian.
package enum SMB1Layout {
  /// MS-CIFS 2.2.3.1. What a signature or a connectionless transport has at 14 is secret; 22 is reserved.
  package static let header = WireStructure([
    .plain("Protocol", 0, 4), .plain("Command", 4, 1), .plain("Status", 5, 4), .plain("Flags", 9, 1), .plain("Flags2", 10, 2),
    .plain("PIDHigh", 12, 2), .secret("SecurityFeatures", 14, 8), .plain("TID", 24, 2), .plain("PIDLow", 26, 2),
    .plain("UID", 28, 2), .plain("MID", 30, 2),
  ])

  private static let andX: [WireStructure.Field] = [.plain("AndXCommand", 0, 1), .plain("AndXOffset", 2, 2)]
  private static let nothing = WireStructure([])

  /// The words of a command, by WordCount; those of other commands are secret.
  package static func words(of command: SMB1Command, isResponse: Bool, wordCount: Int) -> WireStructure {
    switch (command.rawValue, isResponse) {
    case (0x72, true): negotiateResponse(wordCount)
    case (0x73, false): sessionSetupRequest(wordCount)
    case (0x73, true):
      WireStructure(andX + [.plain("Action", 4, 2)] + (wordCount == 4 ? [.plain("SecurityBlobLength", 6, 2)] : []))
    case (0x75, false): WireStructure(andX + [.plain("Flags", 4, 2), .plain("PasswordLength", 6, 2)])
    case (0x75, true):
      WireStructure(
        andX + [
          .plain("OptionalSupport", 4, 2), .plain("MaximalShareAccessRights", 6, 4),
          .plain("GuestMaximalShareAccessRights", 10, 4),
        ])
    // LOCKING, OPEN, READ, WRITE, NT_CREATE, LOGOFF: of files nothing but what follows.
    case (0x24, _), (0x2d, _), (0x2e, _), (0x2f, _), (0x74, _), (0xa2, _): WireStructure(andX)
    case (0x25, false), (0x32, false): transactionRequest
    case (0x25, true), (0x32, true): wordCount >= 10 ? transactionResponse : nothing
    default: nothing
    }
  }

  /// MS-CIFS 2.2.4.52.2, MS-SMB 2.2.4.5.2.
  private static func negotiateResponse(_ wordCount: Int) -> WireStructure {
    switch wordCount {
    case 17:
      WireStructure([
        .plain("DialectIndex", 0, 2), .plain("SecurityMode", 2, 1), .plain("MaxMpxCount", 3, 2), .plain("MaxNumberVcs", 5, 2),
        .plain("MaxBufferSize", 7, 4), .plain("MaxRawSize", 11, 4), .secret("SessionKey", 15, 4),
        .plain("Capabilities", 19, 4), .plain("SystemTime", 23, 8), .plain("ServerTimeZone", 31, 2),
        .plain("ChallengeLength", 33, 1),
      ])
    case 13:
      WireStructure([
        .plain("DialectIndex", 0, 2), .plain("SecurityMode", 2, 2), .plain("MaxBufferSize", 4, 2), .plain("MaxMpxCount", 6, 2),
        .plain("MaxNumberVcs", 8, 2), .plain("RawMode", 10, 2), .secret("SessionKey", 12, 4), .plain("ServerTime", 16, 2),
        .plain("ServerDate", 18, 2), .plain("ServerTimeZone", 20, 2), .plain("ChallengeLength", 22, 2),
      ])
    default: WireStructure([.plain("DialectIndex", 0, 2)])
    }
  }

  /// MS-CIFS 2.2.4.53.1, MS-SMB 2.2.4.6.1.
  private static func sessionSetupRequest(_ wordCount: Int) -> WireStructure {
    var fields = andX
    fields += [
      .plain("MaxBufferSize", 4, 2), .plain("MaxMpxCount", 6, 2), .plain("VcNumber", 8, 2), .secret("SessionKey", 10, 4),
      .plain("OEMPasswordLen, SecurityBlobLength", 14, 2),
    ]
    if wordCount == 13 { fields += [.plain("UnicodePasswordLen", 16, 2), .plain("Capabilities", 22, 4)] }
    if wordCount == 12 { fields += [.plain("Capabilities", 20, 4)] }
    return WireStructure(fields)
  }

  /// MS-CIFS 2.2.4.33.1, 2.2.4.46.1
  private static let transactionRequest = WireStructure([
    .plain("TotalParameterCount", 0, 2), .plain("TotalDataCount", 2, 2), .plain("MaxParameterCount", 4, 2),
    .plain("MaxDataCount", 6, 2), .plain("MaxSetupCount", 8, 1), .plain("Flags", 10, 2), .plain("Timeout", 12, 4),
    .plain("ParameterCount", 18, 2), .plain("ParameterOffset", 20, 2), .plain("DataCount", 22, 2),
    .plain("DataOffset", 24, 2), .plain("SetupCount", 26, 1), .plain("Function", 28, 2),
  ])

  /// MS-CIFS 2.2.4.33.2, 2.2.4.46.2
  private static let transactionResponse = WireStructure([
    .plain("TotalParameterCount", 0, 2), .plain("TotalDataCount", 2, 2), .plain("ParameterCount", 6, 2),
    .plain("ParameterOffset", 8, 2), .plain("ParameterDisplacement", 10, 2), .plain("DataCount", 12, 2),
    .plain("DataOffset", 14, 2), .plain("DataDisplacement", 16, 2), .plain("SetupCount", 18, 1),
  ])
}
