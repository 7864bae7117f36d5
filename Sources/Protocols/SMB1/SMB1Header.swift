package import Packets

/// SMB1 message header: MS-CIFS 2.2.3.1. Little-endian, 32 bytes.
package struct SMB1Header: Equatable, Sendable {
  package static let length = 32

  package var command: SMB1Command  // 4, 1 byte
  /// Class and code of DOS are converted to NTSTATUS. 5, 4 bytes
  package var status: NTStatus
  package var isResponse: Bool  // 9, bit 0x80
  package var flags: SMB1Flags  // 10, 2 bytes
  /// A message has this number in its two halves and ``multiplexID``: answers repeat them. 12 and 26, 2 bytes each
  package var processID: UInt32
  package var hasZeroSignature: Bool  // 14, 8 bytes
  package var treeID: UInt16  // 24
  package var userID: UInt16  // 28
  package var multiplexID: UInt16  // 30

  package init(_ message: borrowing ByteView) throws(DecodeError) {
    command = SMB1Command(rawValue: try message.u8(at: 4))
    isResponse = try message.u8(at: 9) & 0x80 != 0
    flags = SMB1Flags(rawValue: try message.u16le(at: 10))
    status = NTStatus(smb1: try message.u32le(at: 5), isNTStatus: flags.contains(.ntStatus))
    // ERRnoaccess stands for both. Samba sends it instead of LOGON_FAILURE when it refuses a logon.
    if command == .sessionSetupAndX, status == .accessDenied, !flags.contains(.ntStatus) { status = .logonFailure }
    processID = UInt32(try message.u16le(at: 12)) << 16 | UInt32(try message.u16le(at: 26))
    hasZeroSignature = try message.u64le(at: 14) == 0
    treeID = try message.u16le(at: 24)
    userID = try message.u16le(at: 28)
    multiplexID = try message.u16le(at: 30)
  }

  package var isSigned: Bool { flags.contains(.signed) }

  /// Tells an exchange from the others that are open: MS-CIFS 2.2.1.6.2.
  package var exchangeID: UInt64 { UInt64(processID) << 16 | UInt64(multiplexID) }
}

/// Flags2: MS-CIFS 2.2.3.1, MS-SMB 2.2.3.1.
package struct SMB1Flags: OptionSet, Hashable, Sendable {
  package var rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }
  package static let signed = Self(rawValue: 0x0004)
  /// Logons carry SPNEGO or NTLMSSP tokens.
  package static let extendedSecurity = Self(rawValue: 0x0800)
  package static let ntStatus = Self(rawValue: 0x4000)
  package static let unicode = Self(rawValue: 0x8000)
}

/// SMB1 command codes: MS-CIFS 2.2.2.1.
package struct SMB1Command: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  package var rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }
  package static let echo = Self(rawValue: 0x2b)
  package static let transaction2 = Self(rawValue: 0x32)
  package static let treeDisconnect = Self(rawValue: 0x71)
  package static let negotiate = Self(rawValue: 0x72)
  package static let sessionSetupAndX = Self(rawValue: 0x73)
  package static let logoffAndX = Self(rawValue: 0x74)
  package static let treeConnectAndX = Self(rawValue: 0x75)
  package static let createAndX = Self(rawValue: 0xa2)
  /// No command follows.
  package static let none = Self(rawValue: 0xff)

  /// Another command that establishes or ends something may follow it in the message: 2.2.3.4.
  package var hasAndX: Bool { (0x73...0x75).contains(rawValue) }

  /// Commands that set up or end something. Of other messages, little more than the header is read.
  package var isControlPlane: Bool { (0x71...0x75).contains(rawValue) }

  /// How much of a message of this kind is read. Behind the header of a transaction its counts say what was done: 2.2.4.46.2.
  var wantedBytes: Int {
    if isControlPlane { return SMBFramer.Limit.controlMessage }
    return self == .transaction2 ? SMB1Header.length + 3 : SMB1Header.length
  }

  /// Servers answer these commands soon: DFS referrals, listings, opening a file, and commands that set up or end something.
  /// Others may stay open for long, such as a request to watch a folder.
  package var isAwaited: Bool { isControlPlane || self == .transaction2 || self == .createAndX }

  package var description: String {
    switch self {
    case .transaction2: "SMB_COM_TRANSACTION2"
    case .createAndX: "SMB_COM_NT_CREATE_ANDX"
    case .treeDisconnect: "SMB_COM_TREE_DISCONNECT"
    case .negotiate: "SMB_COM_NEGOTIATE"
    case .sessionSetupAndX: "SMB_COM_SESSION_SETUP_ANDX"
    case .logoffAndX: "SMB_COM_LOGOFF_ANDX"
    case .treeConnectAndX: "SMB_COM_TREE_CONNECT_ANDX"
    default: hexadecimal(rawValue)
    }
  }
}
