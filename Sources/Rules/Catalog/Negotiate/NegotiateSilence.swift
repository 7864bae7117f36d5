import Packets
import Protocols
import Transcripts

/// NEGOTIATE without an answer: one rule for each way in which it ends.
extension Rule {
  static let negotiateUnanswered = Rule(
    id: "negotiate-unanswered-60s",
    severity: .critical,
    phase: .negotiate,
    nature: .silence,
    needs: [.serverReplies],
    yieldsToSuccess: true,
    summary: "The server never answered NEGOTIATE.",
    explanation: """
      The client connected and sent NEGOTIATE, and the server said nothing. Windows clients give up after 60 seconds \
      and reset the connection. When TCP acknowledged the request, the server's network stack has it and the file \
      service does not answer: look at the server, first at its antivirus and other filter drivers.
      """,
    harmless: """
      When the recording ends before a minute has passed, or bytes of the server are missing from it, this is not \
      reported.
      """,
    confirmation: """
      Capture on the server: when NEGOTIATE arrives there and no answer leaves, the host is at fault, not the path. \
      Then stop the security software as a test.
      """,
    causes: [
      "antivirus, endpoint security or another file-system filter on the server holds SMB up",
      "outdated SMB components on either side (there were hotfixes for Windows Server 2008 R2)",
      "the server hangs (storage, exhausted resources)",
      "a firewall or load balancer accepts TCP connections without a working server behind it",
      "a path on which large packets do not get through",
    ],
    remedies: [.antivirus, .patchBoth, .checkServerService, .captureOtherSideOfSilence, .checkPath],
    references: ["MS-SMB2 3.3.5.4", "MS-SMB2 3.2.6.1"]
  ) { transcript in
    guard let asked = transcript.unansweredNegotiate else { return [] }
    let end = transcript.ending
    let waited = (end?.stamp.time ?? transcript.captureEnd).since(asked.time)
    // A recording that is still waiting proves nothing before the client's timer has run out.
    guard waited >= (end == nil ? Transcript.patience : Transcript.shortestTimeOut), !transcript.wasResetByThirdParty
    else { return [] }
    let how = end.map { "; then the \(transcript.peer($0.side).rawValue) closed the connection" } ?? ""
    return [
      Observation(
        .likely,
        "\(transcript.noteOnConfirmation(of: asked)) NEGOTIATE in \(milliseconds(waited))\(how)" + transcript.noteOnLostAnswer,
        evidence: transcript.evidence(ofUnanswered: asked),
        causes: transcript.confirmation(of: asked) == nil ? unreachedCauses : nil)
    ]
  }

  private static let unreachedCauses = [
    "the path is broken: the request did not reach the server, or its acknowledgment did not come back",
    "a firewall accepts TCP connections and drops what follows", "the server has gone down",
  ]

  static let negotiateNoAnswerYet = Rule(
    id: "negotiate-no-answer-yet",
    severity: .info,
    phase: .negotiate,
    nature: .note,
    needs: [.serverReplies],
    summary: "NEGOTIATE had no answer yet when the recording ended.",
    explanation: """
      The client sent NEGOTIATE and the recording ends before an answer, but also before the minute after which a \
      Windows client gives up. Whether the server would have answered is not known.
      """,
    harmless: "A recording that is stopped at this moment shows the same of a healthy server.",
    confirmation: "Record again, for at least a minute behind the request.",
    remedies: [.captureWhole],
    references: ["MS-SMB2 3.2.6.1"]
  ) { transcript in
    guard let asked = transcript.unansweredNegotiate, transcript.ending == nil else { return [] }
    let waited = transcript.captureEnd.since(asked.time)
    // In a recording whose times step back the end is unknown.
    guard waited < Transcript.patience, transcript.captureEnd >= transcript.lastFrame.time else { return [] }
    return [
      Observation(
        .proven, "no answer to NEGOTIATE before the recording ends, \(milliseconds(waited)) later",
        evidence: transcript.evidence(ofUnanswered: asked))
    ]
  }

  static let negotiateResetByServer = Rule(
    id: "negotiate-reset-by-server",
    severity: .critical,
    phase: .negotiate,
    nature: .reset,
    needs: [.serverReplies],
    yieldsToSuccess: true,
    summary: "The server closed the connection instead of answering NEGOTIATE.",
    explanation: """
      The specification has a server hang up without a word when the client offers only SMB1 and the server has none, \
      and when it gets NEGOTIATE a second time. Old servers that speak only SMB1 do the same to a client that offers \
      only SMB2. Otherwise the server has no more room, crashed, or something in front of it closed the connection.
      """,
    harmless: "When the client tries again with other dialects and succeeds, this is only a note.",
    confirmation: "Look at the dialects in the request, and try with a client that offers both SMB1 and SMB2.",
    causes: [
      "client and server have no version of SMB in common: one of them speaks only SMB1",
      "the server is at its limit of connections, or accepts none from this client",
      "security software on the server or on the path closes the connection",
      "the file service crashed",
    ],
    remedies: [.alignDialectsWindows, .alignDialectsSamba, .replaceSMB1, .serverLogs, .captureOtherSideOfReset],
    references: ["MS-SMB2 3.3.5.3.1", "MS-SMB2 3.3.5.3.2", "MS-SMB2 3.3.5.4"]
  ) { transcript in
    // Bytes of the server that neither the capture nor the client has may have been the answer.
    guard let (asked, closing) = transcript.closedNegotiate(by: .server), transcript.visibility.unseenServerTail == 0
    else { return [] }
    guard closing.stamp.number > asked.number else {
      return [
        Observation(
          .likely, "the server closed the connection before it had seen NEGOTIATE",
          evidence: [
            transcript.evidence(of: closing),
            Evidence(asked.number, .client, "NEGOTIATE request"),
          ],
          causes: [
            "the server is at its limit of connections or processes", "the server accepts none from this client",
            "the file service is shutting down or crashed",
          ])
      ]
    }
    return [
      Observation(
        transcript.forgedReset == nil ? .likely : .possible,
        "the server closed the connection \(milliseconds(closing.stamp.time.since(asked.time))) after NEGOTIATE, without an answer",
        evidence: transcript.evidence(ofUnanswered: asked))
    ]
  }

  static let negotiateResetByClient = Rule(
    id: "negotiate-reset-by-client",
    severity: .error,
    phase: .negotiate,
    nature: .reset,
    needs: [.serverReplies],
    yieldsToSuccess: true,
    summary: "The client closed the connection before or right after the answer to NEGOTIATE.",
    explanation: """
      Before the answer: the client did not want to wait any longer; smbclient waits 20 seconds, many programs less. \
      After the answer: the client does not accept it. The specification has it hang up over a dialect that it did not \
      offer, over maximum sizes below 64 KiB, and over missing negotiate contexts of SMB 3.1.1.
      """,
    harmless: """
      A client that leaves after an answer with nothing wrong in it is a note only: port and version probes do that, \
      and a client that finds no Kerberos ticket for the server.
      """,
    confirmation: "Look at the client's log for this moment.",
    causes: [
      "the server takes too long for this client",
      "the answer holds something that the client must not accept",
      "the client's policy does not allow the dialect that was chosen",
    ],
    remedies: [.clientLogs, .serverLogs, .alignDialectsWindows, .alignDialectsSamba],
    references: ["MS-SMB2 3.2.5.2"]
  ) { transcript in
    if let (asked, closing) = transcript.closedNegotiate(by: .client) {
      return [
        Observation(
          .likely,
          "the client closed the connection \(milliseconds(closing.stamp.time.since(asked.time))) after NEGOTIATE, without having an answer"
            + (transcript.confirmation(of: asked) == nil ? "; TCP had not acknowledged it either" : transcript.noteOnLostAnswer),
          evidence: transcript.evidence(ofUnanswered: asked),
          causes: transcript.confirmation(of: asked) == nil ? unreachedCauses : nil)
      ]
    }
    guard let answer = transcript.lastWordNegotiateResponse, let closing = transcript.ending,
      transcript.peer(closing.side) == .client, !transcript.wasResetByThirdParty
    else { return [] }
    let faults = transcript.negotiation?.unacceptable ?? []
    return [
      Observation(
        faults.isEmpty ? .proven : .likely,
        faults.isEmpty
          ? "the client left after the answer to NEGOTIATE, in which nothing is wrong"
          : "the client left over the answer to NEGOTIATE: \(faults.joined(separator: ", "))",
        evidence: [
          Evidence(transcript.negotiation?.requestStamp?.frame, .client, "NEGOTIATE request"),
          Evidence(answer.frame, .server, "NEGOTIATE response, SMB \(transcript.dialect?.description ?? "?")"),
          transcript.evidence(of: closing, after: answer),
        ].compactMap(\.self),
        severity: faults.isEmpty ? .info : nil)
    ]
  }

  static let negotiateSlow = Rule(
    id: "negotiate-slow",
    severity: .info,
    phase: .negotiate,
    nature: .note,
    summary: "The server took more than five seconds to answer NEGOTIATE.",
    explanation: """
      NEGOTIATE asks nothing that takes time: a healthy server answers within milliseconds and the way there and back. \
      A server that takes seconds is overloaded, or something in front of its file service holds the request up.
      """,
    harmless: "Right after the server has started it may happen once.",
    confirmation: "Compare with the time that the server's TCP takes to acknowledge the request.",
    remedies: [.antivirus, .serverLogs],
    references: ["MS-SMB2 3.3.5.4"],
    threshold: 5
  ) { limit in
    .connection { transcript in
      guard let asked = transcript.negotiation?.requestStamp, let answer = transcript.negotiation?.responseStamp,
        answer.time.since(asked.time) > Int64(limit) * 1_000_000_000
      else { return [] }
      return [
        Observation(
          .proven, "the server answered NEGOTIATE after \(milliseconds(answer.time.since(asked.time)))",
          evidence: [Evidence(asked.frame, .client, "NEGOTIATE request"), Evidence(answer.frame, .server, "NEGOTIATE response")])
      ]
    }
  }
}

extension Negotiation {
  /// What a client must not accept in the response: MS-SMB2 3.2.5.2.
  fileprivate var unacceptable: [String] {
    guard let response else { return [] }
    var faults: [String] = []
    if !offered.isEmpty, response.dialectRevision != .wildcard, !offered.contains(response.dialectRevision) {
      faults.append("SMB \(response.dialectRevision) was not offered")
    }
    let sizes = [
      ("MaxTransactSize", response.maxTransactSize), ("MaxReadSize", response.maxReadSize),
      ("MaxWriteSize", response.maxWriteSize),
    ]
    faults += sizes.filter { $0.1 < 65_536 }.map { "\($0.0) is \($0.1)" }
    if hasNoPreauthContext { faults.append("no preauthentication hash was chosen") }
    if contextError != nil { faults.append("its negotiate contexts cannot be read") }
    return faults
  }
}

extension Transcript {
  /// Windows clients wait 60 seconds, less what their timers' steps take off.
  fileprivate static let shortestTimeOut: Int64 = 55_000_000_000

  /// The NEGOTIATE, SMB1 or SMB2, to which the server has said nothing.
  fileprivate var unansweredNegotiate: FrameStamp? {
    guard sessions.isEmpty, trees.isEmpty, foreignBeginnings.isEmpty, openingFailure == nil else { return nil }
    let asked: FrameStamp
    if let negotiation {
      guard negotiation.responseStamp == nil, let stamp = negotiation.requestStamp else { return nil }
      asked = FrameStamp(number: stamp.frame, time: stamp.time)
    } else {
      guard let smb1, smb1.request != nil, smb1.response == nil, smb1.upgrade == nil
      else { return nil }
      asked = FrameStamp(number: smb1.requestFrame, time: smb1.requestTime)
    }
    return unreadable.contains { $0.sender == .server && $0.frame > asked.number } ? nil : asked
  }

  /// The NEGOTIATE over which one side hung up, before the other's timer had run out.
  fileprivate func closedNegotiate(by peer: Peer) -> (asked: FrameStamp, closing: Closing)? {
    guard let asked = unansweredNegotiate, let closing = ending, self.peer(closing.side) == peer,
      // A server that turns a client away may do so while its request is still on the way.
      closing.stamp.number > asked.number || peer == .server,
      closing.stamp.time.since(asked.time) < Self.shortestTimeOut,
      !wasResetByThirdParty
    else { return nil }
    return (asked, closing)
  }

  /// The response to NEGOTIATE, when nobody said anything after it.
  fileprivate var lastWordNegotiateResponse: MessageStamp? {
    guard let negotiation, let asked = negotiation.requestStamp, let answer = negotiation.responseStamp,
      negotiation.response != nil, sessions.isEmpty, trees.isEmpty, traffic.encryptedMessages == 0,
      traffic.lastRequestFrame == asked.frame, !visibility.mayHideMessages(from: .client)
    else { return nil }
    return answer
  }

  /// When the server's TCP confirmed the request.
  fileprivate func confirmation(of asked: FrameStamp) -> FrameStamp? {
    guard let confirmed = lastRequestConfirmed, confirmed.number > asked.number,
      confirmed.number < ending?.stamp.number ?? .max
    else { return nil }
    return confirmed
  }

  fileprivate func noteOnConfirmation(of asked: FrameStamp) -> String {
    guard let confirmed = confirmation(of: asked) else { return "neither TCP nor SMB of the server answered" }
    return "TCP acknowledged it (\(milliseconds(confirmed.time.since(asked.time)))), but the SMB layer never answered"
  }

  fileprivate func evidence(ofUnanswered asked: FrameStamp) -> [Evidence] {
    let offered = negotiation?.offered ?? []
    let offer =
      offered.isEmpty ? smb1?.request.map { ": " + $0.dialects.joined(separator: ", ") } ?? "" : ": SMB \(list(offered))"
    var evidence = [Evidence(asked.number, .client, "NEGOTIATE request\(offer)")]
    if let confirmed = confirmation(of: asked) {
      evidence.append(
        Evidence(confirmed.number, .server, "TCP acknowledges it, \(milliseconds(confirmed.time.since(asked.time))) later"))
    }
    if let closing = ending, closing.isUnseen {
      evidence.append(self.evidence(of: closing))
    } else if let closing = ending {
      let kind = closing.kind == .rst ? "RST" : "FIN"
      evidence.append(
        Evidence(
          closing.stamp.number, peer(closing.side), "\(kind), \(milliseconds(closing.stamp.time.since(asked.time))) after the request"))
    }
    return evidence
  }
}
