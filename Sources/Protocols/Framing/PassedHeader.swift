import Packets

/// The fields that are read from the header of a skipped message: MS-SMB2 2.2.1. Read here, where names of commands and
/// statuses are numbers: in other modules each has to be asked for, and this is the path of bulk traffic.
package struct PassedHeader: Sendable {
  package let command: SMB2Command
  package let messageID: UInt64
  /// 0 in a request.
  package let status: NTStatus
  package let isResponse: Bool
  /// SMB2_FLAGS_SIGNED
  package let claimsSignature: Bool
  /// The signature is there, too.
  package let isSigned: Bool
  package let isCreate: Bool
  package let isCancel: Bool
  package let isEcho: Bool
  /// 3.3.4.2: an interim answer.
  package let isPending: Bool
  /// The session has expired, or the server has closed it or the share.
  package let saysGone: Bool
  /// The path leads out of the share: DFS.
  package let saysUncovered: Bool
  /// The server did what the client asked of a file or folder.
  package let isWorkDone: Bool
  /// CREATE, READ, WRITE, QUERY_DIRECTORY or SET_INFO.
  package let isWork: Bool
  /// READ or WRITE.
  package let movesData: Bool
  /// QUERY_DIRECTORY.
  package let lists: Bool
  package let isQueryInfo: Bool
  /// Work, QUERY_INFO or CLOSE: a server answers them, however long it takes.
  package let wantsAnswer: Bool
  /// The server refuses this, because of permissions or because of the disk.
  package let refusesWork: Bool
  package let asked: Asked

  /// What a CREATE request asks for, 2.2.13, or a QUERY_INFO request, 2.2.37. Small, since each message bears one.
  package struct Asked: Sendable {
    /// What the client wants to do with the file: 2.2.13.1. 0 where these bytes are not at hand.
    package var desiredAccess: UInt32 = 0
    /// The share of a CREATE request: an answer that comes after STATUS_PENDING does not name it.
    package var treeID: UInt32 = 0
    fileprivate var rawNameLength: UInt16 = Self.unknown
    fileprivate var rawInfoType: UInt8 = 0

    package static let unseen = Asked()
    /// No name is so long.
    private static let unknown = UInt16.max

    /// Where DesiredAccess and NameLength of CREATE and InfoType of QUERY_INFO end.
    static let access = SMB2Header.length + 28
    static let name = SMB2Header.length + 48
    static let info = SMB2Header.length + 3

    /// Bytes of the name, which is empty for the root of the share; nil where that is not at hand.
    package var nameLength: UInt16? { rawNameLength == Self.unknown ? nil : rawNameLength }

    /// SMB2_0_INFO_FILE: not the file system, the security descriptor or a quota. Where that is not at hand, it may be.
    package var isAboutFile: Bool { rawInfoType <= 1 }

    /// Bytes that were read.
    var length: Int { rawInfoType > 0 ? Self.info : nameLength == nil ? Self.access : Self.name }

    init() {}

    /// - Parameter nameLength: nil where that is not at hand.
    init(desiredAccess: UInt32, treeID: UInt32, nameLength: UInt16?) {
      (self.desiredAccess, self.treeID) = (desiredAccess, treeID)
      rawNameLength = nameLength ?? Self.unknown
    }

    init(infoType: UInt8) { rawInfoType = infoType }
  }

  /// - Parameter header: of 64 bytes at least.
  init(_ header: borrowing ByteView, command: SMB2Command, asked: Asked = .unseen) {
    self.command = command
    self.asked = asked
    let flags = (try? header.u32le(at: 16)) ?? 0
    isResponse = flags & SMB2Flags.serverToRedirector.rawValue != 0
    claimsSignature = flags & SMB2Flags.signed.rawValue != 0
    isSigned = claimsSignature && (try? header.u64le(at: 48) | header.u64le(at: 56)) != 0
    messageID = (try? header.u64le(at: 24)) ?? 0
    status = NTStatus(rawValue: isResponse ? (try? header.u32le(at: 8)) ?? 0 : 0)
    isCreate = command == .create
    isCancel = command == .cancel
    isEcho = command == .echo
    isPending = status == .pending
    saysGone = status.saysSessionIsGone || status.saysShareIsGone
    saysUncovered = status == .pathNotCovered
    let bit = command.rawValue < 32 ? UInt32(1) << UInt32(command.rawValue) : 0
    isWork = bit & Self.work != 0
    movesData = bit & Self.transfer != 0
    lists = bit == Self.listing
    isQueryInfo = bit == Self.question
    wantsAnswer = bit & Self.answered != 0
    isWorkDone = isWork && isResponse && status.rawValue == 0
    // Most answers end at the first condition.
    refusesWork = status.rawValue >> 30 == 3 && isResponse && !saysGone && status.stops(command)
  }

  /// An answer of this kind, of which the capture has only the beginning, refuses work.
  package static func refusesWork(_ command: SMB2Command, _ status: NTStatus) -> Bool {
    status.rawValue >> 30 == 3 && !status.saysSessionIsGone && !status.saysShareIsGone && status.stops(command)
  }

  /// A request of this kind is work on a file or folder.
  package static func isWork(_ command: SMB2Command) -> Bool { command.rawValue < 32 && work >> UInt32(command.rawValue) & 1 != 0 }

  /// Numbers of commands as bits: 2.2.1.2.
  private static let work: UInt32 = 1 << 0x05 | 1 << 0x08 | 1 << 0x09 | 1 << 0x0e | 1 << 0x11
  private static let transfer: UInt32 = 1 << 0x08 | 1 << 0x09
  private static let listing: UInt32 = 1 << 0x0e
  private static let question: UInt32 = 1 << 0x10
  private static let answered: UInt32 = work | 1 << 0x06 | 1 << 0x10
}

extension NTStatus {
  /// Whether an error says more than that one name does not exist, or that others use the same file: MS-ERREF 2.3.1.
  fileprivate func stops(_ command: SMB2Command) -> Bool {
    switch command.rawValue {
    case 0x05, 0x11: stopsOpening
    case 0x08, 0x09, 0x0e: !isOrdinary
    // Access denied, not supported, invalid parameter, invalid information class: a mount ends with them.
    case 0x10: [0xC000_0022, 0xC000_00BB, 0xC000_000D, 0xC000_0003].contains(rawValue) || isOfBrokenShare
    default: false
    }
  }

  private var stopsOpening: Bool {
    switch rawValue {
    // Access denied, write-protected, disk full, quota used up, privilege not held.
    case 0xC000_0022, 0xC000_00A2, 0xC000_007F, 0xC000_0044, 0xC000_0061: true
    // Errors of the device, damaged disk, a virus in the file.
    case 0xC000_0185, 0xC000_0032, 0xC000_0102, 0xC000_0906, 0xC000_0907: true
    // The queue or the disk of a printer is full.
    case 0xC000_00C6, 0xC000_00C7: true
    default: isOfBrokenShare
    }
  }

  /// To READ, WRITE or QUERY_DIRECTORY.
  private var isOrdinary: Bool {
    switch rawValue {
    // End of file, no such file, cancelled, a folder that is read, not found, the handle is closed.
    case 0xC000_0011, 0xC000_000F, 0xC000_0120, 0xC000_0010, 0xC000_0034, 0xC000_0128: true
    // Pipes that are closed or empty.
    case 0xC000_00B0, 0xC000_00B1, 0xC000_00D9, 0xC000_014B: true
    default: false
    }
  }
}
