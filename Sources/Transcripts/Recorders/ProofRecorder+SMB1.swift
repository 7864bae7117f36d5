import Cryptography
import Packets
import Proof
import Protocols

/// What is known of the key of an SMB1 connection, and of the numbers that its messages have: MS-CIFS 3.1.4.1.
struct SMB1Proof: DefaultInitializable {
  enum Limit {
    /// Requests whose numbers are remembered: servers take 50 at a time.
    static let requests = 256
    /// How far numbers may be from what is expected: requests that the recording lacks, and those that no answer has.
    static let ahead: UInt32 = 128
  }

  /// Of NEGOTIATE, for logons without a token.
  var challenge: [UInt8] = []
  /// The client's response, where there was no token.
  var response: [UInt8] = []
  var logon: ProofRecorder.Logon?
  var key: SMB1Key?
  /// Of the session that gave the key, among the proofs.
  var place = 0
  /// Of the next request. The logon that gave the key has 0, and its answer 1.
  var next: UInt32 = 2
  /// By what tells an exchange from others.
  var sequences: [(exchange: UInt64, number: UInt32)] = []
  /// The first message of each side whose signature is wrong, and the number that it should have.
  var wrongRequest: (message: [UInt8], number: UInt32)?
  var wrongResponse: (message: [UInt8], number: UInt32)?

  init() {}

  mutating func remember(_ number: UInt32, of exchange: UInt64) {
    if sequences.count == Limit.requests { sequences.removeFirst(Limit.requests / 2) }
    sequences.append((exchange, number))
  }

  /// Numbers that a message may have, the expected one first. After a gap requests have higher ones.
  func candidates(_ header: SMB1Header) -> [UInt32] {
    guard header.isResponse else {
      let expected = [next, next &- 1, next &- 2]
      return expected + (1...Limit.ahead).map { next &+ $0 }
    }
    if let known = sequences.last(where: { $0.exchange == header.exchangeID })?.number { return [known &+ 1] }
    // Servers may write another ProcessId.
    let recent = sequences.reversed().map { $0.number &+ 1 }
    return recent + (1...Limit.ahead).map { next &+ $0 }
  }
}

extension ProofRecorder {
  func take(_ header: SMB1Header, _ message: borrowing ByteView, isWhole: Bool, frame: Int) -> MessageProof {
    if isWhole {
      switch (header.command, header.isResponse) {
      case (.negotiate, true): smb1.value.challenge = (try? SMB1NegotiateResponse.challenge(in: message)) ?? []
      case (.sessionSetupAndX, false): takeRequest(header, message, frame: frame)
      case (.sessionSetupAndX, true): if takeAnswer(header, message) { return verify(header, message, isWhole: true, [1], frame: frame) }
      default: break
      }
    }
    guard !smb1.isAbsent, smb1.read({ $0.key }) != nil else { return [] }
    return verify(header, message, isWhole: isWhole, smb1.read { $0.candidates(header) }, frame: frame)
  }

  // MARK: Signatures

  private func verify(_ header: SMB1Header, _ message: borrowing ByteView, isWhole: Bool, _ candidates: [UInt32], frame: Int) -> MessageProof {
    // Servers ask for nothing but the end of oplocks, and do not sign that.
    guard header.isSigned, !header.hasZeroSignature, !SMB1Key.isPlaceholder(message), let key = smb1.read({ $0.key }), header.multiplexID != .max else { return [] }
    guard isWhole else {
      note(candidates[0], of: header)
      record(nil, "", isResponse: header.isResponse, at: smb1.value.place, frame: frame)
      return []
    }
    let right = number(of: message, candidates, key)
    note(right ?? candidates[0], of: header)
    if right == nil { keep(message, candidates[0], isResponse: header.isResponse) }
    record(right != nil, header.command.description, isResponse: header.isResponse, at: smb1.value.place, frame: frame)
    return right != nil ? .hasRightSignature : .hasWrongSignature
  }

  /// The number with which the signature is right; nil for none.
  private func number(of message: borrowing ByteView, _ candidates: [UInt32], _ key: SMB1Key) -> UInt32? {
    for (tries, candidate) in candidates.enumerated() {
      if tries > 0 {
        guard context.searchBudget > 0 else { return nil }
        context.searchBudget -= message.count
      }
      if key.isRight(message, sequence: candidate) == true { return candidate }
    }
    return nil
  }

  /// NT_CANCEL and further parts of a transaction have no answer, and take one number: MS-CIFS 3.2.4.1.3.
  private func note(_ number: UInt32, of header: SMB1Header) {
    guard !header.isResponse else { return }
    let hasNoAnswer: Set<UInt8> = [0x26, 0x33, 0xa1, 0xa4]
    smb1.value.next = number &+ (hasNoAnswer.contains(header.command.rawValue) ? 1 : 2)
    if !hasNoAnswer.contains(header.command.rawValue) { smb1.value.remember(number, of: header.exchangeID) }
  }

  private func keep(_ message: borrowing ByteView, _ number: UInt32, isResponse: Bool) {
    guard message.count <= Limit.kept else { return }
    if isResponse {
      if smb1.value.wrongResponse == nil { smb1.value.wrongResponse = (message.copy(), number) }
    } else if smb1.value.wrongRequest == nil {
      smb1.value.wrongRequest = (message.copy(), number)
    }
  }

  /// The connection is over: looks for what was altered.
  func finishSMB1() {
    guard !smb1.isAbsent, let key = smb1.value.key else { return }
    for (wrong, isServer) in [(smb1.value.wrongRequest, false), (smb1.value.wrongResponse, true)] {
      guard let wrong, context.searchBudget > 0 else { continue }
      let found = MessageSearch.find(wrong.message, budget: &context.searchBudget) { candidate in
        let view = ByteView(candidate.span)
        return key.isRight(view, sequence: wrong.number) == true
      }
      record(found, ofServer: isServer, at: smb1.value.place)
    }
    if proofs[smb1.value.place].hasGivenKey { noteGivenKey(at: smb1.value.place) }
    smb1 = Boxed()
  }

  // MARK: Logons

  private func takeRequest(_ header: SMB1Header, _ message: borrowing ByteView, frame: Int) {
    guard case .sessionSetupRequest(let request)? = SMB1Body(message, header: header).commands.first else { return }
    var logon = smb1.value.logon ?? Logon(sessionID: 0, isBinding: false, messageID: 0)
    smb1.value.response = []
    switch request.logon {
    case .token(let token):
      logon.ntlm.read(token)
      if context.ring.keytabs != nil { logon.kerberos.read(token) }
    case .account(let account):
      guard let responses = (try? SMB1SessionSetupRequest.responses(in: message)) ?? nil else { return }
      logon.ntlm = NTLMLogon(
        user: account.name, domain: account.domain, challenge: smb1.value.challenge, lmResponse: responses.lm, ntResponse: responses.nt)
      smb1.value.response = responses.nt
    }
    logon.responseFrame = frame
    smb1.value.logon = logon
  }

  /// - Returns: whether the answer is the first message that is signed with the key of the connection.
  private func takeAnswer(_ header: SMB1Header, _ message: borrowing ByteView) -> Bool {
    guard var logon = smb1.isAbsent ? nil : smb1.value.logon else { return false }
    var answer: SMB1SessionSetupResponse?
    if case .sessionSetupResponse(let response)? = SMB1Body(message, header: header).commands.first { answer = response }
    logon.sessionID = UInt64(header.userID)
    if let token = answer?.token {
      logon.ntlm.read(token)
      if context.ring.keytabs != nil { logon.kerberos.read(token) }
    }
    guard header.status != .moreProcessingRequired else {
      smb1.value.logon = logon
      return false
    }
    smb1.value.logon = nil
    guard let (place, key) = record(logon), header.status == .success, answer?.isGuest == false, let key, smb1.value.key == nil
    else { return false }
    smb1.value.key = SMB1Key(context.ring.library, sessionKey: key, response: smb1.value.response)
    smb1.value.place = place
    return true
  }
}
