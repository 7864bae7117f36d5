import Packets
import Transcripts

extension Rule {
  static let connectionResetInUse = Rule(
    id: "connection-reset-in-use",
    severity: .warning,
    phase: .transport,
    nature: .reset,
    needs: [.end],
    supersededBySuccess: true,
    summary: "The connection was closed while the client waited for an answer.",
    explanation: """
      The session worked, and then one side closed the connection while a client's request was unanswered. Clients \
      connect again by themselves, but programs may see an error. The finding is an error if it was the first \
      request on the share or the client had only IPC$, and only a note if the client closed. smbdx also reports a server that had closed the idle \
      connection, if the client's next request is answered with a reset. For resets that another device sent see \
      rst-injected-by-third-party.
      """,
    whenBenign: """
      When the connection closes after LOGOFF, while it is idle, or after the client has all its answers. smbdx does \
      not report these. If the client disappeared and the server therefore ended the connection, the finding is a \
      note.
      """,
    howToVerify: "Look at the log of the side that closed the connection, for this moment.",
    causes: [
      "the file service crashed or was stopped, or an administrator closed the session",
      "security software on the server or on the path that blocks this request", "the server ran out of resources",
    ],
    remedies: [.serverLogs, .clientLogs, .captureOtherSideOfReset],
    references: ["RFC 9293 3.5.2", "MS-SMB2 3.2.7.1"]
  ) { transcript in
    if let late = transcript.requestBehindClose ?? transcript.answerBehindEnd { return [late] }
    return switch transcript.end.diagnosis {
    case .cutOff(.request, let peer): transcript.cutOffRequest(by: peer)
    case .left(.request), .closedBehind(.share), .leftOpen(.share): transcript.vanishedClient
    default: []
    }
  }.alsoJudging { $0.endsAgainAndAgain }
}

extension Case {
  /// So many are no accident.
  private static let fewestResets = 3
  /// Idle connections are reset later.
  private static let resetSpan = TimeSpan.seconds(120)

  /// The server ends one connection of the client after the other, and none of them shows why.
  fileprivate var endsAgainAndAgain: [Observation] {
    let resets = connections.filter { $0.endedInUse && $0.endedBy == .server && $0.outcome == .established }
    guard let first = resets.first, let last = resets.last, resets.count >= Self.fewestResets,
      // The client still needs it: it comes back.
      let newest = connections.map(\.firstFrame.number).max(),
      resets.count(where: { $0.lastFrame.number < newest }) >= Self.fewestResets - 1,
      last.lastFrame.time.since(first.firstFrame.time) <= Self.resetSpan * resets.count
    else { return [] }
    return [
      Observation(
        .likely, "\(server) ends \(counted(resets.count, "connection")) of the client in \(last.lastFrame.time.since(first.lastFrame.time)), without an open request, and the client connects again",
        evidence: resets.prefix(8).compactMap { Evidence($0.lastFrame.number, .server, "the end of the connection") },
        causes: [
          "the file service crashes or is restarted again and again, or an administrator or script closes the sessions",
          "a device on the path ends the connections: an intrusion prevention system, or a firewall with a limit of time or traffic",
          "security software on the server blocks the client after what it does on the share",
        ], connections: resets.map(\.id))
    ]
  }
}

extension Transcript {
  fileprivate func cutOffRequest(by peer: Peer) -> [Observation] {
    guard let termination = ending, let asked = end.last?.number else { return [] }
    // Programs leave with questions open; only a reset says that something was wrong, or a share that was of no use.
    let isUseless = end.step >= .onShare && isFirstOnShare(asked) && end.waited >= End.promptness
    if peer == .client, termination.kind == .fin && !isUseless || wasLeftOrderly { return [] }
    let evidence = [Evidence(asked, .client, "the request")] + evidenceOfEnd
    if peer == .server, let unread = compressedInVain ?? encryptedFirst(evidence) { return [unread] }
    // IPC$ alone is of no use.
    let isFirst = opensNothing || end.step == .onIPC || end.step >= .onShare && isFirstOnShare(asked)
    var observation = Observation(
      suspiciousReset == nil ? .proven : .possible, "\(closer(peer)) while a request was unanswered, \(end.waited) after it",
      evidence: evidence, severity: peer == .client ? .info : isFirst ? .error : nil,
      causes: peer == .client ? ["the user or the program gave up, or the program was ended", "the server was too slow: its storage, a file system filter or security software"] : nil,
      goal: isFirst && !opensNothing ? goalOfLastShare : Goal(.established))
    putOtherSenderFirst(in: &observation)
    return [observation]
  }

  /// The server had closed the idle connection, and the client's next request finds no connection: RFC 9293 3.6.
  fileprivate var requestBehindClose: Observation? {
    guard let termination = ending, termination.kind == .fin, peer(termination.side) == .server, traffic.isInUse,
      let asked = traffic.lastAsk, let said = traffic.lastResponse, asked.isBehind(termination.stamp), termination.stamp.isBehind(said),
      let reset = terminations.last(where: { $0.kind == .rst && peer($0.side) == .server && $0.stamp.isBehind(asked) })
    else { return nil }
    let idle = termination.stamp.time.since((traffic.lastUse ?? said).time)
    let silence = traffic.lastUse == said ? "a message" : "a request other than ECHO"
    return Observation(
      .likely,
      "the server had closed the connection after \(idle) without \(silence), and answers the client's next request, \(asked.time.since(termination.stamp.time)) later, with a reset",
      evidence: [
        Evidence(termination.stamp.number, .server, "FIN"), Evidence(asked.number, .client, "a request"),
        Evidence(reset.stamp.number, .server, "RST"),
      ],
      // Limits of idle time count in minutes.
      causes: (idle >= .seconds(60)
        ? ["a limit of idle time on the server (“deadtime” of Samba, autodisconnect of Windows), or its file service was restarted"]
        : [
          "the file service was stopped, restarted or crashed, or an administrator closed the session",
          "a proxy or load balancer in front of the server, which ends idle connections after seconds",
        ])
        + ["the client does not connect again by itself: a fault in its software"],
      firstRemedies: idle >= .seconds(60) ? [.idleLimits] : [.checkServerService, .serverLogs], goal: Goal(.established))
  }

  /// The connection was already gone at the client, which had not come to a share yet.
  fileprivate var answerBehindEnd: Observation? {
    let isSuspicious = suspiciousReset.map { peer($0.termination.side) == .client } ?? false
    guard isOnTheWay, isForgottenByClient || isSuspicious else { return nil }
    var observation = Observation(
      isSuspicious ? .possible : .likely,
      (!isSuspicious ? "the client's host answers the server with a reset, because its connection is already gone" : closer(.client))
        + "; the client had only connected IPC$",
      evidence: [Evidence(traffic.lastResponse?.number, .server, "the server's last answer")].compactMap(\.self) + endEvidence, severity: .error,
      causes: [
        "a device on the path reset the connection at the client, in the server's name", "the client's program was ended, or its host gave up the connection",
      ], firstRemedies: [.captureOtherSideOfReset, .findInjector], goal: Goal(.established))
    putOtherSenderFirst(in: &observation)
    return observation
  }

  /// The server closed over a compressed message.
  private var compressedInVain: Observation? {
    guard let unasked = compressedUnasked, !end.last.isBehind(unasked) else { return nil }
    return Observation(
      .likely, "the server closed the connection after a compressed message, because compression was not agreed",
      evidence: [
        Evidence(negotiation?.responseStamp?.frame, .server, "NEGOTIATE response without COMPRESSION_CAPABILITIES"),
        Evidence(unasked.number, .client, "a compressed message"),
      ].compactMap(\.self) + evidenceOfEnd,
      severity: .error,
      causes: [
        "an error in the client: it compresses although the server did not agree to it (MS-SMB2 3.3.5.2.13)",
        "a device on the path that removed the compression context from NEGOTIATE",
      ])
  }

  /// The server closed over the first messages that the client encrypted, and encrypted none itself.
  private func encryptedFirst(_ evidence: [Evidence]) -> Observation? {
    guard end.step == .loggedOn, traffic.encryptedMessages > 0, traffic.encryptedResponses == 0 else { return nil }
    if canEncrypt == false { return encryptedUnasked(evidence) }
    return Observation(
      suspiciousReset == nil ? .likely : .possible,
      "\(closer(.server)) \(end.waited) after the first encrypted message", evidence: evidence,
      severity: .error,
      causes: [
        "the server cannot decrypt it: client and server have different keys, for example because a device on the path changed a byte of NEGOTIATE or SESSION_SETUP (SMB 3.1.1)",
        "an error in the encryption of the client or the server; try another cipher or SMB 3.0.2",
        "security software on the path that blocks encrypted SMB",
      ], goal: Goal(.established))
  }

  /// MS-SMB2 3.3.5.2.1.1
  private func encryptedUnasked(_ evidence: [Evidence]) -> Observation {
    Observation(
      .likely, "the server closed the connection after an encrypted message, because no encryption was agreed",
      evidence: [Evidence(negotiation?.responseStamp?.frame, .server, "NEGOTIATE response, \(dialectName), without a cipher")].compactMap(\.self)
        + evidence, severity: .error,
      causes: [
        "the client is set to encrypt, and encrypts although the server agreed to no cipher: switch encryption on at the server, or off at the client",
        "a device on the path that removed the cipher from the server's answer",
      ], firstRemedies: remediesWithoutCipher, goal: Goal(.established))
  }

  /// The client's last word is long ago, and the server, which had something to say or to ask, ended the connection.
  fileprivate var vanishedClient: [Observation] {
    guard let termination = ending, termination.kind == .rst, !termination.isUnseen, !wasLeftOrderly,
      case let caller = peer(termination.side), let silent = trace(of: caller.other).lastTime, let spoke = trace(of: caller).lastTime,
      // Not the reset alone: what was said before it got no answer either.
      spoke.since(silent) - trace(of: caller).lastSilence >= End.promptness,
      spoke.since(silent) >= End.timeout, !terminations.contains(where: { self.peer($0.side) == caller.other })
    else { return [] }
    if caller == .client {
      return [
        Observation(
          .likely, "the server sent nothing for \(termination.stamp.time.since(silent)) and did not answer the client's keep-alives; then the client ended the connection",
          evidence: [Evidence(traffic.lastResponse?.number, .server, "the server's last answer")].compactMap(\.self) + endEvidence,
          causes: ["the server was switched off or restarted, or lost its network", "the path to the server broke, or a firewall forgot the idle connection"],
          goal: Goal(.established))
      ]
    }
    return [
      Observation(
        .likely, "the client sent nothing for \(termination.stamp.time.since(silent)) and did not answer the server's keep-alives; then the server ended the connection",
        evidence: [Evidence(traffic.lastRequestFrame, .client, "the client's last request")].compactMap(\.self) + endEvidence,
        severity: .info,
        causes: ["the client was switched off, went to sleep or left the network", "the path to the client broke"])
    ]
  }
}
