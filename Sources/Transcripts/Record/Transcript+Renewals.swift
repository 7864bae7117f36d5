import Packets
import Protocols

// SESSION_SETUP for a session that is established: MS-SMB2 3.2.4.2.3, 3.3.5.5.2.

extension Transcript {
  mutating func openReauthentication(_ index: Int, _ stamp: MessageStamp) -> SMBConversation.OpenRequest {
    guard sessions[index].logoffFrame == nil else { return .other }
    var renewals = sessions[index].reauthentications
    if let last = renewals.indices.last, renewals[last].replyStamp?.status == .moreProcessingRequired {
      renewals[last].legs += 1
      renewals[last].requestStamp = stamp
      (renewals[last].replyStamp, renewals[last].kerberosError) = (nil, nil)
    } else {
      if renewals.count == SMBConversation.Limit.reauthentications { renewals.removeFirst() }
      renewals.append(Reauthentication(requestStamp: stamp))
    }
    sessions[index].rarities.value.reauthentications = renewals
    return .reauthentication(index)
  }

  mutating func answerReauthentication(_ index: Int, _ stamp: MessageStamp, _ error: KerberosErrorCode? = nil) {
    guard let last = sessions[index].reauthentications.indices.last else { return }
    // One that succeeds makes those before it a matter of the past.
    guard stamp.status != .success else {
      let id = sessions[index].id
      if !rarities.isAbsent { expiredSessions.removeAll { $0.sessionID == id } }
      return sessions[index].rarities.value.reauthentications = []
    }
    sessions[index].rarities.value.reauthentications[last].replyStamp = stamp
    sessions[index].rarities.value.reauthentications[last].kerberosError = error
  }
}

extension SMBConversation.Reply {
  /// The error in the token of a SESSION_SETUP response: RFC 4121 4.1.
  var kerberosError: KerberosErrorCode? {
    guard case .sessionSetupResponse(let body) = body, var token = try? SPNEGOToken(ByteView(body.securityBuffer.span)) else { return nil }
    if case .negTokenResp(let answer) = token, let inner = answer.responseToken, let read = try? SPNEGOToken(ByteView(inner.span)) { token = read }
    guard case .kerberos(let message) = token, case .error(let error) = message.message else { return nil }
    return error.errorCode
  }
}
