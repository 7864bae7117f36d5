package import Packets

/// SMB2 packet header: MS-SMB2 2.2.1. Little-endian, 64 bytes.
package struct SMB2Header: Sendable {
  package static let length = 64

  package var creditCharge: UInt16  // 6
  /// In a response the NTSTATUS; in a request ChannelSequence and Reserved (2.2.1.2).
  private var statusField: UInt32  // 8
  package var command: SMB2Command  // 12
  /// CreditRequest of a request, CreditResponse of a response.
  package var credits: UInt16  // 14
  package var flags: SMB2Flags  // 16
  /// Bytes from this header to the next of a compound; 0 in the last.
  package var nextCommand: UInt32  // 20
  package var messageID: UInt64  // 24
  /// AsyncId in the ASYNC form (2.2.1.1); Reserved and TreeId in the SYNC form.
  private var asyncOrTree: UInt64  // 32
  package var sessionID: UInt64  // 40
  package var signature: SMB2Signature  // 48

  package init(_ message: borrowing ByteView) throws(DecodeError) {
    guard try message.u32le(at: 0) == SMB2Protocol.plain.rawValue else {
      throw DecodeError(
        offset: message.base, reason: .unexpected(field: "ProtocolId", value: UInt64(try message.u32be(at: 0))))
    }
    try message.expect("StructureSize", at: 4, equals: 64)
    creditCharge = try message.u16le(at: 6)
    statusField = try message.u32le(at: 8)
    command = SMB2Command(rawValue: try message.u16le(at: 12))
    credits = try message.u16le(at: 14)
    flags = SMB2Flags(rawValue: try message.u32le(at: 16))
    nextCommand = try message.u32le(at: 20)
    messageID = try message.u64le(at: 24)
    asyncOrTree = try message.u64le(at: 32)
    sessionID = try message.u64le(at: 40)
    signature = SMB2Signature(first: try message.u64le(at: 48), second: try message.u64le(at: 56))
  }

  package var isResponse: Bool { flags.contains(.serverToRedirector) }
  package var isSigned: Bool { flags.contains(.signed) }
  /// Status of a response; nil in a request, where the field has another meaning.
  package var status: NTStatus? { isResponse ? NTStatus(rawValue: statusField) : nil }
  /// nil in the ASYNC form, which has no TreeId.
  package var treeID: UInt32? { flags.contains(.async) ? nil : UInt32(truncatingIfNeeded: asyncOrTree >> 32) }
  /// The server sent this without a request: an oplock break or a notification.
  package var isUnsolicited: Bool { messageID == .max }
  /// "In progress": the final response carries the same MessageId.
  package var isInterim: Bool { status == .pending && flags.contains(.async) }
}

/// The first four bytes of a message on an SMB connection, as a little-endian number.
package struct SMB2Protocol: RawRepresentable, Hashable, Sendable {
  package var rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }
  /// `FE 'S' 'M' 'B'`: 2.2.1.
  package static let plain = Self(rawValue: 0x424d_53fe)
  /// `FD 'S' 'M' 'B'`: TRANSFORM_HEADER, 2.2.41.
  package static let encrypted = Self(rawValue: 0x424d_53fd)
  /// `FC 'S' 'M' 'B'`: COMPRESSION_TRANSFORM_HEADER, 2.2.42.
  package static let compressed = Self(rawValue: 0x424d_53fc)
  /// `FF 'S' 'M' 'B'`: SMB1, MS-CIFS 2.2.3.1.
  package static let smb1 = Self(rawValue: 0x424d_53ff)
}

/// The 16 bytes of a signature, kept to tell whether they are zero or echoed.
package struct SMB2Signature: Hashable, Sendable {
  package var first: UInt64
  package var second: UInt64
  package var isZero: Bool { first == 0 && second == 0 }
}

/// Header flags: MS-SMB2 2.2.1.
package struct SMB2Flags: OptionSet, Hashable, Sendable {
  package var rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }
  package static let serverToRedirector = Self(rawValue: 0x0000_0001)
  package static let async = Self(rawValue: 0x0000_0002)
  package static let signed = Self(rawValue: 0x0000_0008)
}

/// Command codes: MS-SMB2 2.2.1.
@usableFromInline package struct SMB2Command: RawRepresentable, Hashable, Sendable, Codable {
  @usableFromInline package var rawValue: UInt16
  @inlinable package init(rawValue: UInt16) { self.rawValue = rawValue }

  /// The standard library's `==` for `RawRepresentable` is not specialised in other modules: each call would look it up at run
  /// time.
  @inlinable package static func == (left: Self, right: Self) -> Bool { left.rawValue == right.rawValue }

  package static let negotiate = Self(rawValue: 0x00)
  package static let sessionSetup = Self(rawValue: 0x01)
  package static let logoff = Self(rawValue: 0x02)
  package static let treeConnect = Self(rawValue: 0x03)
  package static let treeDisconnect = Self(rawValue: 0x04)
  package static let create = Self(rawValue: 0x05)
  package static let close = Self(rawValue: 0x06)
  package static let flush = Self(rawValue: 0x07)
  package static let read = Self(rawValue: 0x08)
  package static let write = Self(rawValue: 0x09)
  package static let lock = Self(rawValue: 0x0a)
  package static let ioctl = Self(rawValue: 0x0b)
  package static let cancel = Self(rawValue: 0x0c)
  package static let echo = Self(rawValue: 0x0d)
  package static let queryDirectory = Self(rawValue: 0x0e)
  package static let changeNotify = Self(rawValue: 0x0f)
  package static let queryInfo = Self(rawValue: 0x10)
  package static let setInfo = Self(rawValue: 0x11)
  package static let oplockBreak = Self(rawValue: 0x12)

  private static let names = [
    "NEGOTIATE", "SESSION_SETUP", "LOGOFF", "TREE_CONNECT", "TREE_DISCONNECT", "CREATE", "CLOSE", "FLUSH", "READ",
    "WRITE", "LOCK", "IOCTL", "CANCEL", "ECHO", "QUERY_DIRECTORY", "CHANGE_NOTIFY", "QUERY_INFO", "SET_INFO",
    "OPLOCK_BREAK", "SERVER_TO_CLIENT_NOTIFICATION",
  ]

  /// Whether MS-SMB2 2.2.1 lists the code.
  package var isKnown: Bool { Int(rawValue) < Self.names.count }
  package var name: String { isKnown ? Self.names[Int(rawValue)] : "0x\(String(rawValue, radix: 16))" }

  /// The commands that establish or end sessions and trees, and IOCTL, which carries Validate Negotiate.
  package var isControlPlane: Bool { rawValue <= 0x04 || self == .ioctl }
}
