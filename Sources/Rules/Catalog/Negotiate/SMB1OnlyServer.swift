import Packets
import Protocols
import Transcripts

extension Rule {
  static let smb1OnlyServer = Rule(
    id: "smb1-only-server",
    severity: .error,
    phase: .negotiate,
    nature: .wrongValue,
    needs: [.end],
    supersededBySuccess: true,
    summary: "The server answers in SMB1 although the client asked for SMB2.",
    explanation: """
      The client's first message offers SMB1 dialects and SMB2 together, so that old and new servers can choose. \
      This server chose SMB1: it does not speak SMB2, or has it switched off. Clients that refuse SMB1 end the \
      connection.

      If the client accepts SMB1, the session works and smbdx reports a warning: SMB1 is insecure.
      """,
    whenBenign: "On an isolated network with an old device that cannot be replaced. SMB1 is insecure there too, but works.",
    howToVerify: "Look at the dialects in the evidence. Look in the device's settings for an SMB2 switch or newer firmware.",
    causes: ["an old server or NAS", "SMB2 is switched off on the server"],
    remedies: [.replaceSMB1, .alignDialectsSamba],
    references: ["MS-SMB2 3.2.5.2", "MS-SMB2 3.3.5.3"]
  ) { transcript in
    if let answer = transcript.answerInSMB1 { return [answer] }
    guard let smb1 = transcript.smb1, smb1.request?.offersSMB2 == true, let chosen = smb1.chosen else { return [] }
    let isRefused = !transcript.sessions.contains(where: \.isEstablished) && transcript.ending != nil
    // A client that leaves after the answer may have had another reason.
    let isCertain = transcript.ending.map { transcript.peer($0.side) == .server } ?? true
    return [
      Observation(
        isRefused && !isCertain ? .likely : .proven,
        isRefused
          ? "the server speaks only SMB1 (\(chosen)), and no session followed"
          : "the connection uses SMB1: the server offers nothing else",
        evidence: [
          Evidence(smb1.requestStamp?.number, .client, "SMB1 NEGOTIATE with \(smb1.request?.offersUpgrade == true ? "SMB 2.???" : "SMB 2.002")"),
          Evidence(smb1.responseFrame, .server, "SMB1 NEGOTIATE response: \(chosen)"),
        ].compactMap(\.self) + (isRefused ? transcript.endEvidence : []),
        severity: isRefused && (isCertain || transcript.outcome == .failed) ? nil : .warning)
    ]
  }
}

extension Transcript {
  /// The client offers SMB2 alone, and the server answers in SMB1 all the same.
  var isAnsweredInSMB1: Bool {
    smb1?.isAnswerOnly == true && negotiation?.request != nil && negotiation?.response == nil && !visibility.mayHideMessages(from: .client)
  }

  fileprivate var answerInSMB1: Observation? {
    guard isAnsweredInSMB1, let negotiation else { return nil }
    let offered = negotiation.offered.map(\.description).joined(separator: ", ")
    return Observation(
      .proven, "the server answers in SMB1, although the client offers only SMB2 and later (\(offered))",
      evidence: [
        Evidence(negotiation.requestStamp?.frame, .client, "NEGOTIATE request in SMB2: \(offered)"),
        Evidence(smb1?.responseFrame, .server, "NEGOTIATE response in SMB1"),
      ].compactMap(\.self) + endEvidence)
  }
}
