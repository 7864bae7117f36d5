import Packets
import Transcripts

extension Rule {
  static let rstInjectedByThirdParty = Rule(
    id: "rst-injected-by-third-party",
    severity: .critical,
    phase: .transport,
    nature: .reset,
    supersededBySuccess: true,
    summary: "A TCP reset has a host's address, but another device sent it.",
    explanation: """
      Firewalls, intrusion prevention systems and some WAN optimizers end connections by sending a reset in the name \
      of one end, often of both. Such a reset usually differs from the host's own segments in hop limit, IP ID, \
      sequence number, timing or hardware address. The evidence lists each sign. Several signs together give \
      “likely”, fewer give “possible”.

      smbdx does not report ordinary resets: after LOGOFF, in answer to a FIN, or from a host that really closes.
      """,
    whenBenign: "When it is an ordinary reset: after LOGOFF, in answer to a FIN, or from a host that really closes. smbdx does not report these.",
    howToVerify: "Record on the other host at the same time. An injected reset is in only one capture, or looks different in the two.",
    causes: [
      "a firewall or intrusion prevention system with a rule against this traffic",
      "endpoint security software on one of the hosts",
      "a WAN optimizer or load balancer that lost its state",
    ],
    remedies: [.findInjector, .captureOtherSideOfReset],
    references: ["RFC 9293 3.5.2", "RFC 5961"]
  ) { transcript in
    guard !transcript.wasLeftOrderly || transcript.end.kind == .forged, let forged = transcript.forgedReset, let confidence = forged.thirdParty,
      transcript.traffic.isSMB || transcript.isClosedByThirdParty, transcript.ending?.kind == .rst, !transcript.cutsOffRenewal
    else { return [] }
    let sender = transcript.peer(forged.termination.side)
    let what = transcript.isClosedByThirdParty ? " before the first byte of SMB" : transcript.end.diagnosis == .resetByThirdParty ? transcript.momentOfReset : ""
    return [
      Observation(
        confidence,
        "a reset in the \(sender.rawValue)'s name \(forged.isForged ? "was" : "may have been") sent by another device\(what)",
        evidence: [transcript.evidence(of: forged.termination)] + forged.evidence,
        severity: confidence == .likely || transcript.isCutOffWithoutRule && forged.isForged
          ? nil : transcript.endsAtFirstRequest ? .error : .warning,
        causes: transcript.idleBeforeReset.map(causes(idle:)))
    ]
  }
}

private func causes(idle: TimeSpan) -> [String] {
  [
    "a firewall or load balancer on the path had forgotten the idle connection (\(idle) without a message) and resets what comes next: let it keep connections to TCP 445 longer, or shorten the keep-alive interval of the client",
    "an intrusion prevention system with a rule against this traffic", "endpoint security software on one of the hosts",
  ]
}

extension Transcript {
  /// A reset that is not the server's ended the connection before anything was said.
  var isClosedByThirdParty: Bool {
    guard case .closedUnused(let termination)? = openingFailure, peer(termination.side) == .server, let forged = forgedReset else { return false }
    return forged.isForged && forged.termination.stamp == termination.stamp
  }

  /// Whether the reset came during a renewal of the logon. The logon is then reported as failed.
  fileprivate var cutsOffRenewal: Bool { end.diagnosis == .resetByThirdParty && end.stage == .sessionSetup && logonAtEnd?.reauthentications.isEmpty == false }

  /// How long nothing was said before the request to which the reset came.
  fileprivate var idleBeforeReset: TimeSpan? {
    guard let said = traffic.lastResponse else { return nil }
    let asked: FrameStamp? = if case .server(.request) = end.turn { end.last } else { nil }
    let next = asked?.time ?? ending?.stamp.time ?? captureEnd
    let idle = next.since(said.time)
    return idle >= .seconds(60) ? idle : nil
  }

  /// The logon and Validate Negotiate have rules of their own about it.
  fileprivate var isCutOffWithoutRule: Bool {
    isClosedByThirdParty || outcome == .failed && end.diagnosis == .resetByThirdParty && end.stage != .sessionSetup && end.stage != .validateNegotiate
  }

  /// Nothing was opened before it.
  fileprivate var endsAtFirstRequest: Bool {
    guard case .server(.request) = end.turn, let asked = end.last else { return false }
    return opensNothing || end.step == .onIPC || end.step >= .onShare && isFirstOnShare(asked.number)
  }

  /// What the reset cut off.
  fileprivate var momentOfReset: String {
    switch end.turn {
    case .server(.negotiate): ", while NEGOTIATE waited for its answer"
    case .server(.sessionSetup), .client(.challenge): ", during the logon"
    case .server(.treeConnect): ", while the request for \(openTree?.path ?? "the share") waited for its answer"
    case .server(.validateNegotiate): ", during Validate Negotiate"
    case .server(.request): ", while a request waited for its answer"
    case .client(.negotiate), .client(.upgrade): ", right after the answer to NEGOTIATE"
    case .client(.session): ", right after the logon"
    case .client(.share), .client(.pipeShare): ", right after the share was connected"
    case .client(.validateNegotiate), .client(.request), .neither: ""
    }
  }
}
