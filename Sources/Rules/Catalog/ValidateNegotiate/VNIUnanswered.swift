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
      The request was sent and nothing came back: the client gave up after ten seconds or more, or the connection was \
      still waiting after a minute. TCP may well have acknowledged the request; that only says that the server's \
      network stack has it.

      Look first for a device that swallows IOCTL requests, then at the server. When the capture ends sooner, or \
      bytes of the server are missing from it, nothing is reported.
      """,
    harmless: "When the answer comes later than the capture ends; then nothing is reported.",
    confirmation: "Record on the server at the same time: whether the request arrives and an answer leaves.",
    causes: [
      "a device on the path swallows the request or its answer",
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
      let isOver = !isLast || waited >= ValidationAbort.patience || ending.map { peer($0.side) == .server } ?? false
      guard validation.responseStamp == nil, !validation.isMalformed, wentOn, isOver else { return nil }
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
