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
  /// The first bytes; none if it does not matter which of them differ.
  package var bytes: [UInt8]

  package var frame: Int { stamp.number }
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
    }
  }
}

extension PointMessage {
  /// `NEGOTIATE request`, or `VALIDATE_NEGOTIATE_INFO request` where the IOCTL is one.
  package var name: String {
    guard identity.form == .smb2(.ioctl), isValidation else { return identity.name }
    return "VALIDATE_NEGOTIATE_INFO \(identity.isResponse ? "response" : "request")"
  }

  /// The control code, which requests and answers have at the same place: MS-SMB2 2.2.31, 2.2.32.
  private var isValidation: Bool {
    (try? ByteView(bytes.span).u32le(at: 68)) == SMB2ControlCode.validateNegotiateInfo.rawValue
      && (try? ByteView(bytes.span).u16le(at: 64)).map { [49, 57].contains($0) } ?? false
  }
}
