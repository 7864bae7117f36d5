import Protocols

extension SMBConversation {
  /// An answer that waits for its request.
  struct Reply {
    var header: SMB2Header
    var body: SMB2Body?
    var stamp: MessageStamp
  }

  /// An answer that appeared before its request, because the request is after a gap.
  struct EarlyReply {
    enum Content {
      case smb2(Reply)
      case smb1(SMB1Header, SMB1Body, MessageStamp)
      /// Of which not even the header is whole.
      case head(SMB2MessageHead, MessageStamp)
    }

    /// As in ``openRequests``.
    var messageID: UInt64
    var content: Content
  }

  /// Security buffers up to this size wait with an early reply; longer ones could fill memory.
  static let keptToken = 1024
}

extension SMBConversation.Reply {
  /// The same answer for the time until its request comes up.
  var withoutLongToken: Self {
    guard case .sessionSetupResponse(var body) = body, body.securityBuffer.count > SMBConversation.keptToken else { return self }
    body.securityBuffer = []
    var copy = self
    copy.body = .sessionSetupResponse(body)
    return copy
  }
}
