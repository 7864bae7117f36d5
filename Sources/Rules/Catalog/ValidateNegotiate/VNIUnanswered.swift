import Packets
import Protocols
import Transcripts

extension Rule {
  static let vniUnanswered = Rule(
    id: "vni-unanswered",
    severity: .error,
    phase: .validateNegotiate,
    nature: .silence,
    needs: [.end],
    summary: "The server never answered Validate Negotiate.",
    explanation: """
      The client sent the request and nothing came back: it gave up after ten seconds or more, or was still waiting \
      after a minute. TCP may have acknowledged the request. That only shows that the server's network stack \
      received it.

      Look first for a device that drops IOCTL requests, then at the server. If the capture ends sooner, or lacks \
      bytes from the server, smbdx reports nothing.
      """,
    whenBenign: "When the capture ends before the answer. smbdx then reports nothing.",
    howToVerify: "Record on the server at the same time. Check whether the request arrives and an answer leaves.",
    causes: [
      "a device on the path drops the request or its answer",
      "the server hangs (storage, antivirus filter)",
    ],
    remedies: [.captureOtherSideOfSilence, .serverLogs, .wanOptimizer],
    references: ["MS-SMB2 3.3.5.15.12"]
  ) { transcript in
    transcript.passedOverValidations + transcript.unansweredLastValidation
  }
}

extension Transcript {
  /// Exchanges that the server left unanswered although it answered what was asked later.
  fileprivate var passedOverValidations: [Observation] {
    validations.indices.compactMap { index in
      let validation = validations[index]
      let isLast = index == validations.count - 1
      let wentOn =
        isLast ? traffic.responsesSinceValidation > 0 : validations[(index + 1)...].contains { $0.responseStamp != nil }
      let waited = (ending?.stamp.time ?? captureEnd).since(validation.requestStamp.time)
      // Answers may overtake each other: to the last request one may still be under way.
      let isOver = !isLast || waited >= ValidationAbort.timeout || ending.map { peer($0.side) == .server } ?? false
      guard validation.responseStamp == nil, !validation.isMalformed, wentOn, isOver,
        !visibility.mayHideMessages(from: .server, behind: validation.requestStamp.frame)
      else { return nil }
      return Observation(
        .likely, "the server answered later requests, but never Validate Negotiate" + noteOnLostAnswer,
        evidence: evidence(of: validation) + endEvidence)
    }
  }

  /// The last exchange, when the server said nothing any more.
  fileprivate var unansweredLastValidation: [Observation] {
    guard end.diagnosis == .unanswered(.validateNegotiate), traffic.responsesSinceValidation == 0, let validation = lastValidation
    else { return [] }
    return [
      Observation(
        .likely, "no answer to Validate Negotiate came\(noteOnWaiting)", evidence: evidence(of: validation) + evidenceOfEnd)
    ]
  }
}
