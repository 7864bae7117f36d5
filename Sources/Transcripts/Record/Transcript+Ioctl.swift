import Protocols

/// FSCTL_VALIDATE_NEGOTIATE_INFO and FSCTL_DFS_GET_REFERRALS: MS-SMB2 2.2.31 and 2.2.32.
extension Transcript {
  mutating func openIoctl(_ message: SMBConversation.Decoded) -> SMBConversation.OpenRequest {
    guard case .ioctlRequest(let body) = message.body else { return .other }
    guard body.controlCode == .validateNegotiateInfo else {
      let hasTree = trees.contains(where: \.isConnected)
      if traffic.firstTreeUse == nil, hasTree { traffic.firstTreeUse = message.stamp.frameStamp }
      // Clients ask for referrals and for the server's interfaces on their own.
      if traffic.firstWorkFrame == nil, hasTree, !body.controlCode.isPreparation { traffic.firstWorkFrame = message.stamp.frame }
      return body.referralPath.map { openReferral($0, message.stamp) } ?? .other
    }
    var request = body.validateNegotiate
    // Nearly always the same list: one copy of it is enough.
    if let offered = negotiation?.request?.dialects, request?.dialects == offered { request?.dialects = offered }
    return open(
      Validation(
        request: request, requestStamp: message.stamp, sessionID: message.header.sessionID,
        requestSignature: message.header.signature,
        maxOutputResponse: body.maxOutputResponse))
  }

  mutating func open(_ validation: Validation) -> SMBConversation.OpenRequest {
    dropSettledValidations()
    if validations.count >= SMBConversation.Limit.validations {
      visibility.limitsReached += 1
      // Open requests hold positions in the list: nothing may move while one is unanswered.
      guard validations.allSatisfy({ $0.responseStamp != nil }) else { return .other }
      validations.removeFirst()
    }
    traffic.requestsSinceValidation = 0
    traffic.responsesSinceValidation = 0
    validations.append(validation)
    return .validation(validations.count - 1)
  }

  private mutating func openReferral(_ path: String, _ stamp: MessageStamp) -> SMBConversation.OpenRequest {
    guard referrals.count < SMBConversation.Limit.referrals else {
      visibility.limitsReached += 1
      return .other
    }
    referrals.append(Referral(path: path.clippedPath, requestStamp: stamp))
    return .referral(referrals.count - 1)
  }

  mutating func answerReferral(_ index: Int, _ reply: SMBConversation.Reply) {
    referrals[index].replyStamp = reply.stamp
    guard case .ioctlResponse(let body) = reply.body else { return }
    // MS-DFSC 3.1.5.4.1: an empty path asks for domains, and a domain for its controllers. Neither names where data are.
    if referrals[index].namesShare { referrals[index].targets = body.referralTargets.map(\.clippedPath) }
    // MS-DFSC 2.2.4: a header, and no entry behind it.
    referrals[index].isEmpty = body.outputCount == 8
  }

  /// What it answers to FSCTL_QUERY_NETWORK_INTERFACE_INFO.
  mutating func recordInterfaces(_ reply: SMBConversation.Reply) {
    if case .ioctlResponse(let body) = reply.body, !body.interfaces.isEmpty { interfaces = body.interfaces }
  }

  /// Lets go of exchanges that no rule needs any more. Open requests hold positions in the list, so all must be answered.
  mutating func dropSettledValidations() {
    // On 3.1.1 there should be none at all (3.3.5.15.12), so each is evidence.
    guard dialect != .smb311, validations.allSatisfy({ $0.responseStamp != nil }) else { return }
    var kept: [Validation] = []
    for validation in validations
    where validation.status != .success || !validation.agrees(with: negotiation) || outcome(of: validation) != .passed {
      kept.append(validation)
    }
    settledValidations += validations.count - kept.count
    if kept.count < validations.count { traffic.settledValidationFrame = validations.compactMap { $0.responseStamp?.frame }.max() }
    validations = kept
  }

  mutating func answerValidation(_ index: Int, _ reply: SMBConversation.Reply) {
    validations[index].responseStamp = reply.stamp
    if traffic.responsesSinceValidation > 0 { traffic.responsesSinceValidation -= 1 }
    validations[index].echoesSignature =
      !reply.header.signature.isZero && reply.header.signature == validations[index].requestSignature
    guard case .ioctlResponse(let body) = reply.body else { return }
    validations[index].outputCount = body.outputCount
    validations[index].response = body.validateNegotiate
  }
}
