package import Packets
package import Protocols

/// What is kept of one message, to hold it against the same message at another capture point.
package struct PointMessage: Sendable {
  /// What identifies a message within one direction, wherever it is recorded.
  package struct Identity: Hashable, Sendable {
    package enum Form: Hashable, Sendable {
      case smb2(SMB2Command)
      case smb1(SMB1Command)
      case session(NBSSType)
      /// Only its size identifies it.
      case encrypted, compressed
      /// Nothing can be read in its packet.
      case unread
    }

    package var form: Form
    package var isResponse: Bool
    /// MessageId, the exchange of SMB1, or the size of what is closed.
    package var number: UInt64
    /// “In progress”: the final answer has the same number.
    package var isInterim = false
  }

  package var identity: Identity
  package var side: Side
  package var firstFrame: Int
  /// The frame with its last byte.
  package var stamp: FrameStamp
  /// Where in its stream the frame ends that brought the last byte.
  package var reach: Int
  /// Bytes of it that were read.
  package var size: Int
  /// All of what is read of such a message was captured.
  package var isWhole: Bool
  /// Of the bytes that were read.
  package var digest: UInt64
  let excerpt: MessageBytes.Excerpt
  /// The packet that brought it; nil when it is not known where that begins or ends.
  var packet: PacketMark?
  /// Its place among the messages of that packet.
  var member: UInt8 = 0
  /// ``digest`` is of all its bytes.
  var isAllRead = false
  /// FSCTL_VALIDATE_NEGOTIATE_INFO.
  var isValidation = false
  /// An SMB2 message with a SessionId.
  var isOfSession = false

  package var frame: Int { stamp.number }
  /// From the one with its first byte to that with its last.
  var frames: ClosedRange<Int> { min(firstFrame, frame)...frame }
  /// The first bytes; none if it does not matter which of them differ.
  package var bytes: [UInt8] { excerpt.bytes }
}

extension PointMessage.Identity {
  /// `NEGOTIATE response`
  package var name: String {
    switch form {
    case .smb2(let command): "\(command.name) \(isInterim ? "interim response" : isResponse ? "response" : "request")"
    case .smb1(let command): "\(command) \(isResponse ? "response" : "request")"
    case .session(.sessionRequest): "NetBIOS session request"
    case .session(.positiveResponse): "NetBIOS session response"
    case .session(.negativeResponse): "NetBIOS session refusal"
    case .session: "NetBIOS session packet"
    case .encrypted: "encrypted message"
    case .compressed: "compressed message"
    case .unread: "unreadable message"
    }
  }

  var isOfSMB2: Bool { if case .smb2 = form { true } else { false } }

  /// It sets up sessions or shares.
  var establishes: Bool {
    switch form {
    // NEGOTIATE, SESSION_SETUP, LOGOFF, TREE_CONNECT.
    case .smb2(let command): command.rawValue <= SMB2Command.treeConnect.rawValue
    case .smb1(let command): command.isControlPlane
    case .session: true
    default: false
    }
  }

  /// What devices change most: its bytes are kept whatever else there is.
  var isWorthItsOwn: Bool {
    switch form {
    case .smb2(let command): command.rawValue == SMB2Command.negotiate.rawValue || command.rawValue == SMB2Command.treeConnect.rawValue
    default: false
    }
  }
}

extension PointMessage {
  /// `NEGOTIATE request`, or `VALIDATE_NEGOTIATE_INFO request` where the IOCTL is one.
  package var name: String {
    guard identity.form == .smb2(.ioctl), isValidation else { return identity.name }
    return "VALIDATE_NEGOTIATE_INFO \(identity.isResponse ? "response" : "request")"
  }

  var establishes: Bool { isValidation || identity.establishes }

  /// All of it was captured, and is in a digest.
  var isWholeInDigest: Bool { packet?.digest != nil || isWhole && isAllRead }

  /// By its command and control code, which requests and answers have at the same place: MS-SMB2 2.2.31, 2.2.32.
  static func isValidation(_ bytes: borrowing ByteView) -> Bool {
    (try? bytes.u16le(at: 12)) == SMB2Command.ioctl.rawValue
      && (try? bytes.u32le(at: 68)) == SMB2ControlCode.validateNegotiateInfo.rawValue
      && (try? bytes.u16le(at: 64)).map { [49, 57].contains($0) } ?? false
  }
}
