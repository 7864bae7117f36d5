import Packets
import Protocols
import Transcripts

extension Rule {
  static let sessionBindingFailed = Rule(
    id: "session-binding-failed",
    severity: .warning,
    phase: .sessionSetup,
    nature: .status,
    supersededBySuccess: true,
    summary: "The server refuses an additional channel of a session.",
    explanation: """
      With multichannel a client opens more connections and binds them to its session. The server refused this one. \
      The session continues over its first connection, only slower. All channels need the dialect, client GUID and \
      signing key of the first connection.
      """,
    whenBenign: "Always, as long as slower transfers are acceptable. The session works without the additional channel. If the session has as many channels as the server allows, the finding is only a note.",
    howToVerify: "Run Get-SmbMultichannelConnection on the Windows client. It shows the channels in use.",
    causes: [
      "the channel was negotiated with another dialect or cipher than the first connection",
      "the session expired or ended in between", "a load balancer sent the channel to another server",
    ],
    remedies: [.multichannelOff, .loadBalancer, .joinedSession, .patchBoth],
    references: ["MS-SMB2 3.3.5.5", "MS-SMB2 3.2.4.2.3"]
  ) { transcript in
    transcript.refusedSessions { session, status in
      guard session.isBinding else { return nil }
      let note = " when the client binds a further channel to its session"
      // 3.3.5.5: the server refuses a request for a channel that is not signed.
      if status.rawValue == 0xC000_000D, !session.requestStamp.isSigned {
        return transcript.refusal(
          of: session, status, note: note + ", in a request that is not signed",
          causes: ["a fault in the client's software: the request for a further channel has to be signed with the key of the session"],
          remedies: [.patchClient, .multichannelOff])
      }
      if [0xC000_009A, 0xC000_0205].contains(status.rawValue) {
        var refusal = transcript.refusal(
          of: session, status, note: note + ", which has as many as the server allows",
          causes: ["the session has reached the server's limit of channels (32 in Samba)"], remedies: [.multichannelOff])
        refusal.severity = .info
        return refusal
      }
      guard transcript.offersNoMultichannel else { return transcript.refusal(of: session, status, note: note) }
      return transcript.refusal(
        of: session, status, note: note + ", which the server never offered",
        causes: [
          "the server does not support multichannel (as its capabilities in NEGOTIATE show), but the client tries it anyway; the first connection continues"
        ], remedies: [.multichannelOff, .multichannelServer, .joinedSession])
    }
  }
}

extension Transcript {
  /// SMB 3 was chosen, and the capabilities of the server lack multichannel.
  fileprivate var offersNoMultichannel: Bool {
    guard let dialect, dialect >= .smb300, let response = negotiation?.response else { return false }
    return !response.capabilities.contains(.multiChannel)
  }
}
