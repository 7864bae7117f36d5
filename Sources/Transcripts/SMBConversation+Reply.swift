import Protocols

extension SMBConversation {
  /// An answer that waits for its request.
  struct Reply {
    var header: SMB2Header
    var body: SMB2Body?
    var stamp: MessageStamp
  }

  /// Security buffers up to this size wait with an early reply; longer ones would be a way to fill memory.
  fileprivate static let keptToken = 1024
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
