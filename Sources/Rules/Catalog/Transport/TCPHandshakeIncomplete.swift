import Packets
import Transcripts

extension Rule {
  /// To each SYN one answer accepts and another one refuses.
  static let twoAnswers = [
    "two hosts have the same address: one accepts the connection, and the other refuses it",
    "a firewall or intrusion prevention system resets the connection in the server's name",
  ]

  static let tcpHandshakeIncomplete = Rule(
    id: "tcp-handshake-incomplete",
    severity: .error,
    phase: .transport,
    nature: .silence,
    supersededBySuccess: true,
    summary: "The server answers the SYN, but the client never completes the handshake.",
    explanation: """
      The server sent the SYN-ACK several times but the client did not acknowledge it, or it came so late that the \
      client had given up and answered with a reset. Either the answer does not reach the client, or the client's \
      acknowledgment does not reach this capture point.
      """,
    whenBenign: """
      When a scanner resets right after the SYN-ACK, or the client opened ports 445 and 139 at the same time and \
      does not need this connection. smbdx reports neither. It also reports nothing if the capture has no packet \
      from the client.
      """,
    howToVerify: "Capture on the client: does the SYN-ACK arrive there, and does an ACK leave?",
    causes: [
      "the way back to the client is blocked, or a firewall sees only one direction (asymmetric routing)",
      "two hosts with the same address",
      "an overloaded server or SYN proxy that answers too late",
    ],
    remedies: [.captureOtherSideOfSilence, .checkPath, .checkAddress],
    references: ["RFC 9293 3.5"]
  ) { transcript in
    let handshake = transcript.handshake
    guard case .incomplete(let reset)? = transcript.openingFailure, !transcript.isNetBIOS, let syn = handshake.syn, let synAck = handshake.synAck
    else { return [] }
    let delay = synAck.time.since(syn.time)
    let opening = [
      Evidence(syn.number, .client, "SYN"),
      Evidence(synAck.number, .server, "SYN-ACK, \(delay) later, TTL \(handshake.synAckHopLimit)"),
    ]
    guard let reset else {
      let denial = transcript.terminations.first { transcript.peer($0.side) == .server && $0.kind == .rst }
      return [
        Observation(
          .likely, "the client does not complete the handshake, although the server sent its SYN-ACK \(handshake.synAckCount) times",
          evidence: opening
            + [
              denial.map { Evidence($0.stamp.number, .server, "a reset beside it, TTL \($0.hopLimit)") } ?? nil,
              Evidence(handshake.lastTry?.number, .server, "SYN-ACK number \(handshake.synAckCount)"),
            ].compactMap(\.self),
          causes: denial == nil ? nil : twoAnswers, firstRemedies: denial == nil ? [] : [.compareSenders])
      ]
    }
    return [
      Observation(
        .likely, "the server's SYN-ACK came after \(delay), after the client had given up",
        evidence: opening + [transcript.evidence(of: reset)])
    ]
  }
}
