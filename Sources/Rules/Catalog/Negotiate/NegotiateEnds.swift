import Packets
import Protocols
import Transcripts

// What several rules say of a connection that ends at NEGOTIATE, or at an answer that cannot be read.
extension Transcript {
  /// The client negotiates again although a dialect was chosen, and the server answers with an error: MS-SMB2 3.3.5.3.1.
  func repeatedNegotiate(_ status: NTStatus) -> Observation? {
    repeatedNegotiate(
      "the server refuses it with \(status)",
      [
        Evidence(negotiation?.requestStamp?.frame, .client, "NEGOTIATE request"),
        Evidence(negotiation?.responseStamp?.frame, .server, "NEGOTIATE response: \(status)"),
      ].compactMap(\.self))
  }

  func repeatedNegotiate(_ consequence: String, _ evidence: [Evidence]) -> Observation? {
    guard let before = negotiatedBefore else { return nil }
    return Observation(
      .proven, "the client sends NEGOTIATE a second time, although the server has already chosen SMB \(negotiatedDialect); \(consequence)",
      evidence: [Evidence(before.frame, .server, "NEGOTIATE response, SMB \(negotiatedDialect): the negotiation is over")] + evidence,
      causes: [
        "an error in the client: after a dialect other than 0x02FF is chosen, it has to continue with SESSION_SETUP",
        "a device on the path that changed the server's first answer",
      ],
      remedies: [.patchClient, .clientLogs, .captureOtherSide])
  }

  /// The client left after an answer that is malformed.
  ///
  /// - Parameter command: what the last request of the client asked for.
  func left(overUnreadable command: SMB2Command, request: MessageStamp?) -> Observation? {
    guard let answer = unreadable.last(where: { $0.sender == .server && $0.structure == "SMB2 \(command.name) Response" }),
      let termination = ending, peer(termination.side) == .client, visibility.lost.isEmpty, !visibility.isCut,
      answer.frame > request?.frame ?? 0
    else { return nil }
    return Observation(
      .likely, "the client left because the answer to \(command.name) is malformed (\(answer.error.reason))",
      evidence: [
        Evidence(request?.frame, .client, "\(command.name) request"),
        Evidence(answer.frame, .server, "\(command.name) response, malformed"),
      ].compactMap(\.self) + endEvidence,
      causes: ["a fault in the server's software", "a device on the path that changed or cut the answer"],
      remedies: [.patchServer, .captureOtherSide, .serverLogs])
  }

  var evidenceOfNegotiate: [Evidence] {
    [
      Evidence(negotiation?.requestStamp?.frame ?? smb1?.requestStamp?.number, .client, "NEGOTIATE request"),
      Evidence(negotiation?.responseStamp?.frame ?? smb1?.responseFrame, .server, "NEGOTIATE response, \(dialectName)"),
    ].compactMap(\.self)
  }

  private var negotiatedDialect: String { (dialectBefore ?? smb1?.upgrade)?.description ?? "2.0.2" }
}
