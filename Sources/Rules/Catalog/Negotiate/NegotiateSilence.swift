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
    needs: [.end],
    supersededBySuccess: true,
    summary: "The server never answered NEGOTIATE.",
    explanation: """
      The client connected and sent NEGOTIATE, but the server did not answer. Windows clients give up after 60 \
      seconds and reset the connection, Samba's tools after 20. If TCP acknowledged the request, the server's \
      network stack received it and the file service does not answer. Then look at the server, first at its \
      antivirus and other filter drivers.
      """,
    whenBenign: """
      When the recording ends before a minute has passed, or lacks bytes from the server. smbdx then reports \
      nothing.
      """,
    howToVerify: """
      Capture on the server. If NEGOTIATE arrives there and no answer leaves, the host is at fault, not the path. \
      Then stop the security software as a test.
      """,
    causes: [
      "antivirus, endpoint security or another file-system filter on the server delays SMB",
      "outdated SMB components on either side (Microsoft published hotfixes for Windows Server 2008 R2)",
      "the server hangs (storage, exhausted resources)",
      "a firewall or load balancer accepts TCP connections without a working server behind it",
      "a path on which large packets do not get through",
    ],
    remedies: [.antivirus, .patchBoth, .checkServerService, .captureOtherSideOfSilence, .checkPath],
    references: ["MS-SMB2 3.3.5.4", "MS-SMB2 3.2.6.1"]
  ) { transcript in
    guard transcript.end.diagnosis == .unanswered(.negotiate) else { return [] }
    let asked = transcript.end.last
    return [
      Observation(
        .likely,
        "\(transcript.noteOnConfirmation(of: asked)) NEGOTIATE\(transcript.noteOnWaiting)",
        evidence: transcript.evidence(ofUnanswered: asked),
        causes: transcript.confirmation(of: asked) == nil ? unreachedCauses : nil)
    ]
  }

  static var unreachedCauses: [String] {
    [
      "the path is broken: the request did not reach the server, or its acknowledgment did not come back",
      "a firewall accepts TCP connections and drops what follows", "the server went down",
    ]
  }

  static let negotiateNoAnswerYet = Rule(
    id: "negotiate-no-answer-yet",
    severity: .info,
    phase: .negotiate,
    nature: .note,
    needs: [.end],
    summary: "The recording ended before an answer to NEGOTIATE.",
    explanation: """
      The client sent NEGOTIATE, and the recording ends before an answer. It also ends before the minute after which \
      a Windows client gives up. So it does not show whether the server would have answered.
      """,
    whenBenign: "If the recording was just stopped too early. A healthy server then looks the same.",
    howToVerify: "Record again, until at least a minute after the request.",
    remedies: [.captureWhole],
    references: ["MS-SMB2 3.2.6.1"]
  ) { transcript in
    // In a recording whose times step back the end is unknown.
    guard transcript.end.diagnosis == .notYet(.negotiate), transcript.captureEnd >= transcript.lastFrame.time else { return [] }
    let (asked, waited) = (transcript.end.last, transcript.end.waited)
    return [
      Observation(
        .proven, "no answer to NEGOTIATE before the recording ends, \(waited) later",
        evidence: transcript.evidence(ofUnanswered: asked))
    ]
  }

  static let negotiateResetByServer = Rule(
    id: "negotiate-reset-by-server",
    severity: .critical,
    phase: .negotiate,
    nature: .reset,
    needs: [.end],
    supersededBySuccess: true,
    summary: "The server closed the connection instead of answering NEGOTIATE.",
    explanation: """
      The specification requires a server to close the connection without an answer in two cases: the client offers \
      only SMB1 and the server has no SMB1, or the client sends NEGOTIATE again after the server chose a dialect. \
      Old servers that speak only SMB1 do the same to a client that offers only SMB2. Otherwise the server is at a \
      limit, crashed, or something in front of it closed the connection.
      """,
    whenBenign: "When the client tries again with other dialects and succeeds. The finding is then only a note.",
    howToVerify: "Look at the dialects in the request, and try a client that offers both SMB1 and SMB2.",
    causes: negotiateResetByServerCauses,
    remedies: [.alignDialectsWindows, .alignDialectsSamba, .replaceSMB1, .serverLogs, .captureOtherSideOfReset],
    references: ["MS-SMB2 3.3.5.3.1", "MS-SMB2 3.3.5.3.2", "MS-SMB2 3.3.5.4"]
  ) { transcript in
    switch transcript.end.diagnosis {
    case .cutOff(.negotiate, .server): [transcript.closedInsteadOfNegotiating]
    case .closedBehind(.negotiate): [transcript.closedBehindNegotiate]
    default: []
    }
  }

  static var negotiateResetByServerCauses: [String] {
    [
      "client and server have no version of SMB in common: one of them speaks only SMB1",
      "the server is at its limit of connections, or accepts no connection from this client",
      "security software on the server or on the path closes the connection",
      "the file service crashed",
    ]
  }

  static let negotiateResetByClient = Rule(
    id: "negotiate-reset-by-client",
    severity: .error,
    phase: .negotiate,
    nature: .reset,
    needs: [.end],
    supersededBySuccess: true,
    summary: "The client closed the connection before or right after the answer to NEGOTIATE.",
    explanation: """
      Before the answer: the client stopped waiting. smbclient waits 20 seconds, many programs wait less. After the \
      answer: the client does not accept it. The specification requires it to close the connection if the answer has \
      a dialect that it did not offer, maximum sizes below 64 KiB, or SMB 3.1.1 without its negotiate contexts.
      """,
    whenBenign: """
      When the client leaves after an answer without a fault. Port and version probes do that, and clients that get \
      no Kerberos ticket for the server. The finding is then only a note.
      """,
    howToVerify: "Look at the client's log for this moment.",
    causes: [
      "the server takes too long for this client",
      "the answer contains something that the client must not accept",
      "the client's policy does not allow the dialect that was chosen",
    ],
    remedies: [.clientLogs, .serverLogs, .alignDialectsWindows, .alignDialectsSamba],
    references: ["MS-SMB2 3.2.5.2"]
  ) { transcript in
    if let left = transcript.leftOverUnreadableAnswer { return [left] }
    return switch transcript.end.diagnosis {
    case .cutOff(.negotiate, .client): [transcript.leftWithoutAnswer]
    case .rejected(.negotiate): [transcript.leftOverNegotiate]
    default: []
    }
  }

  static let negotiateSlow = Rule(
    id: "negotiate-slow",
    severity: .info,
    phase: .negotiate,
    nature: .note,
    summary: "The server took more than five seconds to answer NEGOTIATE.",
    explanation: """
      NEGOTIATE requests nothing that takes time: a healthy server answers within milliseconds plus the round trip. \
      A server that takes seconds is overloaded, or something in front of its file service delays the request.
      """,
    whenBenign: "When it happens once, right after the server has started.",
    howToVerify: "Compare with the time that the server's TCP takes to acknowledge the request.",
    remedies: [.antivirus, .serverLogs],
    references: ["MS-SMB2 3.3.5.4"],
    threshold: .seconds(5)
  ) { limit in
    .connection { transcript in
      guard let asked = transcript.negotiation?.requestStamp, let answer = transcript.negotiation?.responseStamp,
        answer.time.since(asked.time) > limit
      else { return [] }
      return [
        Observation(
          .proven, "the server answered NEGOTIATE after \(answer.time.since(asked.time))",
          evidence: [Evidence(asked.frame, .client, "NEGOTIATE request"), Evidence(answer.frame, .server, "NEGOTIATE response")])
      ]
    }
  }
}

extension Transcript {
  /// When the server's TCP confirmed the request.
  func confirmation(of asked: FrameStamp) -> FrameStamp? {
    guard let confirmed = lastRequestConfirmed, confirmed.number > asked.number,
      confirmed.number < ending?.stamp.number ?? .max
    else { return nil }
    return confirmed
  }

  fileprivate func noteOnConfirmation(of asked: FrameStamp) -> String {
    guard let confirmed = confirmation(of: asked) else { return "neither the server's TCP nor its SMB service answered" }
    let answer = visibility.unseenServerTail > 0 ? "no answer arrived for" : "the SMB service never answered"
    return "TCP acknowledged it (\(confirmed.time.since(asked.time))), but \(answer)"
  }

  func evidence(ofUnanswered asked: FrameStamp) -> [Evidence] {
    let offered = negotiation?.offered ?? []
    let offer =
      offered.isEmpty ? smb1?.request.map { ": " + $0.dialects.joined(separator: ", ") } ?? "" : ": SMB \(list(offered))"
    var evidence = [Evidence(asked.number, .client, "NEGOTIATE request\(offer)")]
    if let confirmed = confirmation(of: asked) {
      evidence.append(
        Evidence(confirmed.number, .server, "TCP acknowledges it, \(confirmed.time.since(asked.time)) later"))
    }
    return evidence + evidenceOfEnd
  }
}
