import Packets
import Protocols
import Transcripts

extension Rule {
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
    guard !transcript.isAnsweredInSMB1 else { return [] }
    return switch transcript.end.diagnosis {
    case .cutOff(.negotiate, .server): [transcript.closedInsteadOfNegotiating]
    case .closedBehind(.negotiate): [transcript.closedBehindNegotiate]
    default: []
    }
  }

  fileprivate static var negotiateResetByServerCauses: [String] {
    [
      "client and server have no version of SMB in common: one of them speaks only SMB1",
      "the server is at its limit of connections, or accepts no connection from this client",
      "security software on the server or on the path closes the connection",
      "the file service crashed",
      "another service listens on this port, or a proxy or port forwarding without a working server",
    ]
  }
}

extension Transcript {
  /// The server closed, and did not answer.
  fileprivate var closedInsteadOfNegotiating: Observation {
    guard let termination = ending, termination.stamp.isBehind(end.last) else {
      return Observation(
        .likely, "the server closed the connection before it received NEGOTIATE",
        evidence: endEvidence + [Evidence(end.last?.number, .client, "NEGOTIATE request")].compactMap(\.self),
        causes: [
          "the server is at its limit of connections or processes (“max smbd processes” in Samba)",
          "the server accepts none from this client", "the file service is shutting down or crashed",
        ],
        remedies: [.connectionLimitSamba, .serverLogs, .captureOtherSideOfReset])
    }
    if let repeated = repeatedNegotiate("the server must close the connection", evidence(ofUnanswered: end.last)) { return repeated }
    var observation = Observation(
      confidenceOfCloser, "\(closer(.server)) \(end.waited) after NEGOTIATE, without an answer",
      evidence: evidence(ofUnanswered: end.last), severity: isVersionProbe ? .info : nil)
    if negotiation?.offered.isEmpty == false || smb1?.request?.offersSMB2 == true {
      // Servers since 2006 speak SMB2, and those that do not want its version say so in a status; who offers both has a
      // version in common with every server.
      let (version, others) = (Rule.negotiateResetByServerCauses.prefix(1), Rule.negotiateResetByServerCauses.dropFirst())
      // A server with SMB1 alone reads the request and closes in an orderly way. One at its limit reads nothing, and so its
      // system resets.
      let hasRead = termination.kind != .rst && smb1?.request?.offersSMB2 != true && answersOthers == nil && end.waited < Self.proxyTimeout
      observation.causes = Array(hasRead ? version + others : others + version)
      observation.remedies = hasRead
        ? [.alignDialectsSamba, .replaceSMB1, .alignDialectsWindows, .connectionLimitSamba, .serverLogs]
        : [.connectionLimitSamba, .serverLogs, .alignDialectsSamba, .captureOtherSideOfReset, .alignDialectsWindows]
    }
    addContexts(to: &observation)
    if isNetBIOS, sessionPackets.isEmpty {
      observation.causes = ["the client did not send the NetBIOS session request that port 139 expects first: let it use port 445"] + (observation.causes ?? Rule.negotiateResetByServerCauses)
    }
    if end.waited >= End.timeout || end.waited >= Self.proxyTimeout && termination.kind == .fin {
      observation.causes =
        [
          "a proxy, port forwarding or load balancer gave up waiting for the real server, or has none that works",
          "the server hangs (security software, storage, exhausted resources) and its own timer ran out",
        ] + Rule.negotiateResetByServerCauses
    }
    return observation
  }

  /// No server thinks for so long before it closes; proxies do, for a server that is not there.
  private static var proxyTimeout: TimeSpan { .milliseconds(600) }

  /// A fault in the list of contexts explains a close; a long list without one may still be too much for an old server.
  private func addContexts(to observation: inout Observation) {
    guard let request = negotiation?.request else { return }
    var causes = observation.causes ?? Rule.negotiateResetByServerCauses
    let refusal = NegotiateRefusal(request, lacksPreauthHash: negotiation?.requestHasNoPreauthContext ?? false)
    if refusal.note != nil, let faults = refusal.causes {
      causes = faults + causes
      observation.firstRemedies = refusal.remedies ?? []
    } else if request.contexts.count > 2 {
      let names = request.contexts.compactMap { $0.type.map(SMB2NegotiateContext.name) }.joined(separator: ", ")
      causes.insert("an old or embedded server that fails on a context that it does not know: the client sent \(names)", at: 2)
      observation.remedies?.insert(.dialectWithoutContexts, at: 2)
    }
    observation.causes = causes
  }

  /// The server answered and closed, before the client could go on.
  fileprivate var closedBehindNegotiate: Observation {
    Observation(
      .likely, "\(closer(.server)) \(end.waited) after it had answered NEGOTIATE, before the client continued",
      evidence: evidenceOfNegotiate + evidenceOfEnd,
      causes: [
        "the server is at its limit of connections or sessions, or accepts no connection from this client",
        "security software on the server or on the path closes the connection", "the file service crashed",
      ], firstRemedies: [.connectionLimitSamba, .serverLogs])
  }
}
