import Packets
import Transcripts

extension Rule {
  private static let causesOfHang = [
    "the storage behind the share hangs", "security software or another file system filter on the server",
    "the server waits for another client that holds the file", "a device on the path drops the request or its answer",
  ]

  static let requestUnansweredInUse = Rule(
    id: "request-unanswered-in-use",
    severity: .warning,
    phase: .transport,
    nature: .silence,
    needs: [.end],
    supersededBySuccess: true,
    summary: "The server stopped answering on an established connection.",
    explanation: """
      The connection was established, and then a request got no answer: the client gave up after ten seconds or \
      more, or was still waiting after a minute. TCP may have acknowledged the request. That only shows that the \
      server's network stack received it. The finding is an error if it was the first request on the share, because \
      then the user could not use the share. In an encrypted session the sizes of the messages show whether anything was \
      opened before.
      """,
    whenBenign: "When the user cancels a long operation. smbdx reports nothing if the capture ends sooner, or while the server is still working (STATUS_PENDING) and the client waits.",
    howToVerify: "Open the same file or folder on the server itself. A capture there shows whether the request arrived.",
    causes: causesOfHang,
    remedies: [.securitySoftwareOnServer, .serverLogs, .captureOtherSideOfSilence],
    references: ["MS-SMB2 3.2.6.1", "MS-SMB2 3.3.5.9"]
  ) { transcript in
    let end = transcript.end
    guard end.diagnosis == .unanswered(.request), let asked = end.last, !transcript.visibility.startsMidstream || transcript.traffic.responses > 0
    else { return [] }
    // That is an answer: see connection-reset-in-use. What comes when the client has given up is none.
    if let reset = transcript.ending, reset.kind == .rst, transcript.peer(reset.side) == .server, reset.stamp.isBehind(asked),
      end.turnedAway.map({ $0.isBehind(reset.stamp) }) ?? true
    {
      return []
    }
    if let referral = transcript.referrals.last, referral.requestStamp.frame == asked.number {
      return [transcript.observation(of: referral)]
    }
    let opensNothing = transcript.opensNothing
    let isInTheMiddle = transcript.visibility.startsMidstream && transcript.trees.isEmpty
    let isFirst = transcript.traffic.encryptedResponses == 0 && !isInTheMiddle && transcript.isFirstOnShare(asked.number)
    let request = opensNothing ? "an encrypted request (nothing was opened before it)" : isFirst ? "the first request on the share" : "a request"
    var observation = Observation(
      end.delivery == .confirmed ? .likely : .possible,
      "\(transcript.doesNotAnswer) \(request)\(transcript.noteOnWaiting)",
      evidence: [Evidence(asked.number, .client, "the request")] + transcript.evidenceOfEnd,
      severity: opensNothing || isFirst ? .error : nil, goal: isFirst ? transcript.goalOfLastShare : Goal(.established))
    if end.hasInterim, let sign = end.lastSign {
      // The request arrived, and its answer was promised.
      observation.causes = Array(causesOfHang.dropLast())
      observation.evidence.insert(Evidence(sign.number, .server, "STATUS_PENDING: the server is still working on it"), at: 1)
    } else {
      transcript.putLossFirst(in: &observation)
    }
    return [observation]
  }
}

extension Transcript {
  fileprivate func observation(of referral: Referral) -> Observation {
    Observation(
      end.delivery == .confirmed ? .likely : .possible,
      "\(doesNotAnswer) the request for a DFS referral for \(referral.path)\(noteOnWaiting)",
      evidence: [Evidence(referral.requestStamp.frame, .client, "referral request for \(referral.path)")] + evidenceOfEnd,
      severity: trees.contains { $0.isConnected && !$0.isPipeShare } ? nil : .error,
      causes: [
        "the DFS Namespace service of this server hangs, or cannot reach Active Directory or the other namespace servers",
        "a device on the path drops the request or its answer",
      ], firstRemedies: [.dfsWindows, .dfsSamba], goal: Goal(.established))
  }
}

extension Transcript {
  /// The user wants the share that was connected last. Another share does not help.
  var goalOfLastShare: Goal { trees.last { $0.isConnected && !$0.isPipeShare }.map(goal(of:)) ?? Goal(.established) }

  /// Whether a request is the first by which a user works with a share: with any, or with the last one that was connected.
  func isFirstOnShare(_ frame: Int) -> Bool {
    if end.step <= .onShare { return traffic.firstWorkFrame.map { frame <= $0 } ?? true }
    guard let last = trees.last, last.isConnected, !last.isPipeShare, !last.hasTriedFile, let reply = last.replyStamp else { return false }
    // Others may go on meanwhile.
    let shares = trees.dropLast().filter { !$0.isPipeShare }
    let isAlone = !shares.isEmpty && shares.allSatisfy { $0.sessionID != last.sessionID }
    let isUnused = traffic.lastWorkDoneFrame.map { $0 < reply.frame } ?? true
    return reply.frame < frame && (isUnused || isAlone)
  }
}
