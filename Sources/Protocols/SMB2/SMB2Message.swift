package import Packets

/// A control-plane SMB2 message: its body read as far as the command and the status say what it is.
package enum SMB2Body: Equatable, Sendable {
  case negotiateRequest(SMB2NegotiateRequest)
  case negotiateResponse(SMB2NegotiateResponse)
  case sessionSetupRequest(SMB2SessionSetupRequest)
  case sessionSetupResponse(SMB2SessionSetupResponse)
  case treeConnectRequest(SMB2TreeConnectRequest)
  case treeConnectResponse(SMB2TreeConnectResponse)
  case ioctlRequest(SMB2IoctlRequest)
  case ioctlResponse(SMB2IoctlResponse)
  /// An error response to TREE_CONNECT whose data adds to the status.
  case treeConnectError(SMB2ErrorResponse)
  /// An error response (2.2.2), or an answer whose body says nothing that is used here.
  case statusOnly
  /// LOGOFF and TREE_DISCONNECT requests (2.2.7, 2.2.11), and other messages without fields of interest.
  case empty

  /// Reads the body behind a header.
  package init(_ message: borrowing ByteView, header: SMB2Header) throws(DecodeError) {
    guard let status = header.status else {
      self = try Self.request(message, header.command)
      return
    }
    self = try Self.response(message, header.command, status)
  }

  private static func request(_ message: borrowing ByteView, _ command: SMB2Command) throws(DecodeError) -> SMB2Body {
    switch command {
    case .negotiate: .negotiateRequest(try SMB2NegotiateRequest(message))
    case .sessionSetup: .sessionSetupRequest(try SMB2SessionSetupRequest(message))
    case .treeConnect: .treeConnectRequest(try SMB2TreeConnectRequest(message))
    case .ioctl: .ioctlRequest(try SMB2IoctlRequest(message))
    default: .empty
    }
  }

  private static func response(
    _ message: borrowing ByteView, _ command: SMB2Command, _ status: NTStatus
  ) throws(DecodeError) -> SMB2Body {
    switch (command, status) {
    case (.negotiate, .success): .negotiateResponse(try SMB2NegotiateResponse(message))
    // 2.2.6: MORE_PROCESSING_REQUIRED has error severity but carries a token.
    case (.sessionSetup, .success), (.sessionSetup, .moreProcessingRequired):
      .sessionSetupResponse(try SMB2SessionSetupResponse(message))
    case (.sessionSetup, _) where status.isError: sessionSetupError(message)
    case (.treeConnect, .success): .treeConnectResponse(try SMB2TreeConnectResponse(message))
    // 2.2.32: BUFFER_OVERFLOW comes with data.
    case (.ioctl, .success), (.ioctl, .bufferOverflow): .ioctlResponse(try SMB2IoctlResponse(message))
    case (.treeConnect, _) where status.isError: treeConnectError(message, status)
    default: .statusOnly
    }
  }

  /// Some servers put a token with their reason beside the status. Where an error response (2.2.2) has the high half of
  /// ByteCount, which is zero, SESSION_SETUP has the length of the token.
  private static func sessionSetupError(_ message: borrowing ByteView) -> SMB2Body {
    guard let response = try? SMB2SessionSetupResponse(message), !response.securityBuffer.isEmpty else { return .statusOnly }
    return .sessionSetupResponse(response)
  }

  /// The status alone is enough, so unreadable data does not make the message unreadable.
  private static func treeConnectError(_ message: borrowing ByteView, _ status: NTStatus) -> SMB2Body {
    guard let error = try? SMB2ErrorResponse(message, status: status), error.saysMore else { return .statusOnly }
    return .treeConnectError(error)
  }
}
