package import Packets

/// The exchanges by which an SMB connection gets established.
extension Conversation {
  package static let session: UInt64 = 0x1234_5678

  /// NEGOTIATE, request and response.
  package mutating func negotiate(
    _ messageID: UInt64 = 0, dialect: UInt16 = 0x0302, dialects: [UInt16] = [0x0202, 0x0210, 0x0300, 0x0302],
    clientMode: UInt16 = 1, serverMode: UInt16 = 1, clientCapabilities: UInt32 = 0x7f, serverCapabilities: UInt32 = 0x7f,
    clientContexts: [(type: UInt16, data: [UInt8])] = [], serverContexts: [(type: UInt16, data: [UInt8])] = [],
    serverGUID: [UInt8] = SMB2BodyBytes.serverGUID
  ) {
    request(
      .request(
        0, messageID,
        SMB2BodyBytes.negotiateRequest(
          dialects: dialects, securityMode: clientMode, capabilities: clientCapabilities, contexts: clientContexts)))
    response(
      .response(
        0, messageID,
        SMB2BodyBytes.negotiateResponse(
          dialect: dialect, securityMode: serverMode, capabilities: serverCapabilities, contexts: serverContexts,
          serverGUID: serverGUID)))
  }

  /// SESSION_SETUP in two legs.
  package mutating func setUpSession(
    _ messageID: UInt64 = 1, session: UInt64 = session, status: UInt32 = 0, flags: UInt16 = 0, logon: NTLMLogon? = nil,
    isSigned: Bool = false
  ) {
    begin(messageID, session: session, logon: logon)
    request(
      .request(
        1, messageID + 1, session: session, SMB2BodyBytes.sessionSetupRequest(token: logon?.authenticate ?? [0x60])))
    let answer = SMB2Bytes.response(
      1, messageID + 1, status: status, session: session,
      status == 0 ? SMB2BodyBytes.sessionSetupResponse(flags: flags) : SMB2BodyBytes.error())
    response(isSigned ? answer.signed : answer)
  }

  /// The first of two legs, with its answer.
  package mutating func begin(_ messageID: UInt64 = 1, session: UInt64 = session, logon: NTLMLogon? = nil) {
    request(.request(1, messageID, SMB2BodyBytes.sessionSetupRequest(token: logon?.negotiate ?? [0x60])))
    response(
      .response(
        1, messageID, status: SMB2Bytes.moreProcessingRequired, session: session,
        SMB2BodyBytes.sessionSetupResponse(token: logon?.challenge ?? [])))
  }

  package mutating func connectTree(
    _ messageID: UInt64 = 3, path: String = #"\\fs01\data"#, session: UInt64 = session, tree: UInt32 = 5, status: UInt32 = 0,
    isSigned: Bool = false, body: [UInt8]? = nil
  ) {
    let ask = SMB2Bytes.request(3, messageID, session: session, SMB2BodyBytes.treeConnectRequest(path: path))
    let answer = SMB2Bytes.response(
      3, messageID, status: status, session: session, tree: tree,
      body ?? (status == 0 ? SMB2BodyBytes.treeConnectResponse() : SMB2BodyBytes.error()))
    request(isSigned ? ask.signed : ask)
    response(isSigned ? answer.signed : answer)
  }

  package mutating func askForValidation(_ messageID: UInt64 = 4) {
    request(SMB2Bytes.request(11, messageID, session: Self.session, tree: 5, SMB2BodyBytes.validateRequest()).signed)
  }

  package mutating func validate(_ messageID: UInt64 = 4) {
    askForValidation(messageID)
    response(SMB2Bytes.response(11, messageID, session: Self.session, tree: 5, SMB2BodyBytes.validateResponse()).signed)
  }

  /// Everything up to and with a Validate Negotiate exchange; frames 1 to 13.
  package static func healthy(client: Endpoint = .testClient, server: Endpoint = .testServer) -> Conversation {
    var conversation = Conversation(client: client, server: server)
    conversation.open()
    conversation.negotiate()
    conversation.setUpSession()
    conversation.connectTree()
    conversation.validate()
    return conversation
  }
}
