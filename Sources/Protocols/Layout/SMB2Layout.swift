/// Headers and fixed parts of SMB2 messages: MS-SMB2 2.2. Little-endian.
package enum SMB2Layout {
  /// 2.2.1
  package static let header = WireStructure([
    .plain("ProtocolId", 0, 4), .plain("StructureSize", 4, 2), .plain("CreditCharge", 6, 2),
    .plain("Status, ChannelSequence", 8, 4), .plain("Command", 12, 2), .plain("CreditRequest, CreditResponse", 14, 2),
    .plain("Flags", 16, 4), .plain("NextCommand", 20, 4), .plain("MessageId", 24, 8),
    .plain("AsyncId, or Reserved and TreeId", 32, 8), .plain("SessionId", 40, 8), .secret("Signature", 48, 16),
  ])

  /// 2.2.41
  package static let transformHeader = WireStructure([
    .plain("ProtocolId", 0, 4), .secret("Signature", 4, 16), .secret("Nonce", 20, 16),
    .plain("OriginalMessageSize", 36, 4), .plain("Flags", 42, 2), .plain("SessionId", 44, 8),
  ])

  /// 2.2.42
  package static let compressionHeader = WireStructure([
    .plain("ProtocolId", 0, 4), .plain("OriginalCompressedSegmentSize", 4, 4), .plain("CompressionAlgorithm", 8, 2),
    .plain("Flags", 10, 2), .plain("Offset, Length", 12, 4),
  ])

  /// 2.2.2, without what ByteCount counts.
  package static let error = WireStructure([
    .plain("StructureSize", 0, 2), .plain("ErrorContextCount", 2, 1), .plain("ByteCount", 4, 4),
  ])

  /// The fixed part behind the header.
  ///
  /// - Returns: nil when no message of this command and direction has this StructureSize.
  package static func body(of command: SMB2Command, isResponse: Bool, structureSize: Int) -> WireStructure? {
    let sizes = isResponse ? responses[command.rawValue] : requests[command.rawValue]
    return sizes?[structureSize]
  }

  /// 2.2.31.4
  package static let validateNegotiateRequest = WireStructure([
    .plain("Capabilities", 0, 4), .secret("Guid", 4, 16), .plain("SecurityMode", 20, 2), .plain("DialectCount", 22, 2),
  ])

  /// 2.2.32.6
  package static let validateNegotiateResponse = WireStructure([
    .plain("Capabilities", 0, 4), .secret("Guid", 4, 16), .plain("SecurityMode", 20, 2), .plain("Dialect", 22, 2),
  ])

  /// MS-DFSC 2.2.5.1 to 2.2.5.4: entries of a referral, by their version.
  package static func referral(version: Int) -> WireStructure {
    let head: [WireStructure.Field] = [
      .plain("VersionNumber", 0, 2), .plain("Size", 2, 2), .plain("ServerType", 4, 2), .plain("ReferralEntryFlags", 6, 2),
    ]
    return switch version {
    case 1: WireStructure(head)
    case 2:
      WireStructure(
        head + [
          .plain("Proximity", 8, 4), .plain("TimeToLive", 12, 4), .plain("DFSPathOffset", 16, 2),
          .plain("DFSAlternatePathOffset", 18, 2), .plain("NetworkAddressOffset", 20, 2),
        ])
    default:
      WireStructure(
        head + [
          .plain("TimeToLive", 8, 4), .plain("DFSPathOffset, SpecialNameOffset", 12, 2),
          .plain("DFSAlternatePathOffset, NumberOfExpandedNames", 14, 2),
          .plain("NetworkAddressOffset, ExpandedNameOffset", 16, 2), .secret("ServiceSiteGuid", 18, 16),
        ])
    }
  }

  private static func structure(_ size: Int, _ fields: [WireStructure.Field] = []) -> [Int: WireStructure] {
    [size: WireStructure([.plain("StructureSize", 0, 2)] + fields)]
  }

  private static func fileID(_ offset: Int) -> WireStructure.Field { .secret("FileId", offset, 16) }

  /// QUERY_DIRECTORY, CHANGE_NOTIFY and QUERY_INFO answer alike: 2.2.34, 2.2.36, 2.2.38.
  private static let output = structure(9, [.plain("OutputBufferOffset", 2, 2), .plain("OutputBufferLength", 4, 4)])
  /// 2.2.23.1, 2.2.24.1, 2.2.25.1
  private static let oplock = structure(24, [.plain("OplockLevel", 2, 1), fileID(8)])
  /// 2.2.24.2, 2.2.25.2
  private static let lease = structure(
    36, [.plain("Flags", 4, 4), .secret("LeaseKey", 8, 16), .plain("LeaseState", 24, 4)])
  /// 2.2.23.2
  private static let leaseBreak = structure(
    44,
    [
      .plain("NewEpoch", 2, 2), .plain("Flags", 4, 4), .secret("LeaseKey", 8, 16), .plain("CurrentLeaseState", 24, 4),
      .plain("NewLeaseState", 28, 4),
    ])

  private static let requests: [UInt16: [Int: WireStructure]] = [
    SMB2Command.negotiate.rawValue: structure(
      36,
      [
        .plain("DialectCount", 2, 2), .plain("SecurityMode", 4, 2), .plain("Capabilities", 8, 4),
        .secret("ClientGuid", 12, 16),
        // SMB 3.1.1; else ClientStartTime, which is zero.
        .plain("NegotiateContextOffset", 28, 4), .plain("NegotiateContextCount", 32, 2),
      ]),
    SMB2Command.sessionSetup.rawValue: structure(
      25,
      [
        .plain("Flags", 2, 1), .plain("SecurityMode", 3, 1), .plain("Capabilities", 4, 4), .plain("Channel", 8, 4),
        .plain("SecurityBufferOffset", 12, 2), .plain("SecurityBufferLength", 14, 2), .plain("PreviousSessionId", 16, 8),
      ]),
    SMB2Command.logoff.rawValue: structure(4),
    SMB2Command.treeConnect.rawValue: structure(
      9, [.plain("Flags", 2, 2), .plain("PathOffset", 4, 2), .plain("PathLength", 6, 2)]),
    SMB2Command.treeDisconnect.rawValue: structure(4),
    SMB2Command.create.rawValue: structure(
      57,
      [
        .plain("RequestedOplockLevel", 3, 1), .plain("ImpersonationLevel", 4, 4), .plain("DesiredAccess", 24, 4),
        .plain("FileAttributes", 28, 4), .plain("ShareAccess", 32, 4), .plain("CreateDisposition", 36, 4),
        .plain("CreateOptions", 40, 4), .plain("NameOffset", 44, 2), .plain("NameLength", 46, 2),
        .plain("CreateContextsOffset", 48, 4), .plain("CreateContextsLength", 52, 4),
      ]),
    SMB2Command.close.rawValue: structure(24, [.plain("Flags", 2, 2), fileID(8)]),
    SMB2Command.flush.rawValue: structure(24, [fileID(8)]),
    SMB2Command.read.rawValue: structure(
      49,
      [
        .plain("Padding", 2, 1), .plain("Flags", 3, 1), .plain("Length", 4, 4), .plain("Offset", 8, 8), fileID(16),
        .plain("MinimumCount", 32, 4), .plain("Channel", 36, 4), .plain("RemainingBytes", 40, 4),
        .plain("ReadChannelInfoOffset", 44, 2), .plain("ReadChannelInfoLength", 46, 2),
      ]),
    SMB2Command.write.rawValue: structure(
      49,
      [
        .plain("DataOffset", 2, 2), .plain("Length", 4, 4), .plain("Offset", 8, 8), fileID(16), .plain("Channel", 32, 4),
        .plain("RemainingBytes", 36, 4), .plain("WriteChannelInfoOffset", 40, 2), .plain("WriteChannelInfoLength", 42, 2),
        .plain("Flags", 44, 4),
      ]),
    SMB2Command.lock.rawValue: structure(
      48, [.plain("LockCount", 2, 2), .plain("LockSequence", 4, 4), fileID(8)]),
    SMB2Command.ioctl.rawValue: structure(
      57,
      [
        .plain("CtlCode", 4, 4), fileID(8), .plain("InputOffset", 24, 4), .plain("InputCount", 28, 4),
        .plain("MaxInputResponse", 32, 4), .plain("OutputOffset", 36, 4), .plain("OutputCount", 40, 4),
        .plain("MaxOutputResponse", 44, 4), .plain("Flags", 48, 4),
      ]),
    SMB2Command.cancel.rawValue: structure(4),
    SMB2Command.echo.rawValue: structure(4),
    SMB2Command.queryDirectory.rawValue: structure(
      33,
      [
        .plain("FileInformationClass", 2, 1), .plain("Flags", 3, 1), .plain("FileIndex", 4, 4), fileID(8),
        .plain("FileNameOffset", 24, 2), .plain("FileNameLength", 26, 2), .plain("OutputBufferLength", 28, 4),
      ]),
    SMB2Command.changeNotify.rawValue: structure(
      32, [.plain("Flags", 2, 2), .plain("OutputBufferLength", 4, 4), fileID(8), .plain("CompletionFilter", 24, 4)]),
    SMB2Command.queryInfo.rawValue: structure(
      41,
      [
        .plain("InfoType", 2, 1), .plain("FileInfoClass", 3, 1), .plain("OutputBufferLength", 4, 4),
        .plain("InputBufferOffset", 8, 2), .plain("InputBufferLength", 12, 4), .plain("AdditionalInformation", 16, 4),
        .plain("Flags", 20, 4), fileID(24),
      ]),
    SMB2Command.setInfo.rawValue: structure(
      33,
      [
        .plain("InfoType", 2, 1), .plain("FileInfoClass", 3, 1), .plain("BufferLength", 4, 4), .plain("BufferOffset", 8, 2),
        .plain("AdditionalInformation", 12, 4), fileID(16),
      ]),
    SMB2Command.oplockBreak.rawValue: oplock.merging(lease) { one, _ in one },
  ]

  private static let responses: [UInt16: [Int: WireStructure]] = [
    SMB2Command.negotiate.rawValue: structure(
      65,
      [
        .plain("SecurityMode", 2, 2), .plain("DialectRevision", 4, 2), .plain("NegotiateContextCount", 6, 2),
        .secret("ServerGuid", 8, 16), .plain("Capabilities", 24, 4), .plain("MaxTransactSize", 28, 4),
        .plain("MaxReadSize", 32, 4), .plain("MaxWriteSize", 36, 4), .plain("SystemTime", 40, 8),
        // ServerStartTime, at 48, is when one machine was started.
        .plain("SecurityBufferOffset", 56, 2), .plain("SecurityBufferLength", 58, 2), .plain("NegotiateContextOffset", 60, 4),
      ]),
    SMB2Command.sessionSetup.rawValue: structure(
      9, [.plain("SessionFlags", 2, 2), .plain("SecurityBufferOffset", 4, 2), .plain("SecurityBufferLength", 6, 2)]),
    SMB2Command.logoff.rawValue: structure(4),
    SMB2Command.treeConnect.rawValue: structure(
      16,
      [.plain("ShareType", 2, 1), .plain("ShareFlags", 4, 4), .plain("Capabilities", 8, 4), .plain("MaximalAccess", 12, 4)]),
    SMB2Command.treeDisconnect.rawValue: structure(4),
    // Times and sizes are those of a file.
    SMB2Command.create.rawValue: structure(
      89,
      [
        .plain("OplockLevel", 2, 1), .plain("Flags", 3, 1), .plain("CreateAction", 4, 4), .plain("FileAttributes", 56, 4),
        fileID(64), .plain("CreateContextsOffset", 80, 4), .plain("CreateContextsLength", 84, 4),
      ]),
    SMB2Command.close.rawValue: structure(60, [.plain("Flags", 2, 2), .plain("FileAttributes", 56, 4)]),
    SMB2Command.flush.rawValue: structure(4),
    SMB2Command.read.rawValue: structure(
      17,
      [.plain("DataOffset", 2, 1), .plain("DataLength", 4, 4), .plain("DataRemaining", 8, 4), .plain("Flags", 12, 4)]),
    SMB2Command.write.rawValue: structure(
      17,
      [
        .plain("Count", 4, 4), .plain("Remaining", 8, 4), .plain("WriteChannelInfoOffset", 12, 2),
        .plain("WriteChannelInfoLength", 14, 2),
      ]),
    SMB2Command.lock.rawValue: structure(4),
    SMB2Command.ioctl.rawValue: structure(
      49,
      [
        .plain("CtlCode", 4, 4), fileID(8), .plain("InputOffset", 24, 4), .plain("InputCount", 28, 4),
        .plain("OutputOffset", 32, 4), .plain("OutputCount", 36, 4), .plain("Flags", 40, 4),
      ]),
    SMB2Command.echo.rawValue: structure(4),
    SMB2Command.queryDirectory.rawValue: output,
    SMB2Command.changeNotify.rawValue: output,
    SMB2Command.queryInfo.rawValue: output,
    SMB2Command.setInfo.rawValue: structure(2),
    SMB2Command.oplockBreak.rawValue: [oplock, lease, leaseBreak].reduce(into: [:]) { $0.merge($1) { one, _ in one } },
    // SERVER_TO_CLIENT_NOTIFICATION, 2.2.44.1
    0x13: structure(4, [.plain("NotificationType", 4, 4)]),
  ]
}
