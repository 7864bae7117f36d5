import Packets
import Protocols
import Transcripts

extension Rule {
  static let nbssNameRetry = Rule(
    id: "nbss-name-retry",
    severity: .info,
    phase: .transport,
    nature: .note,
    summary: "The server refused one NetBIOS name and accepted another.",
    explanation: """
      On port 139 the client first sends the server's NetBIOS name. The server did not have the first name but \
      accepted the second: often “*SMBSERVER”, which every server accepts.
      """,
    whenBenign: "Always. The session was opened; only the first name was wrong.",
    howToVerify: "Compare the called names with the server's own NetBIOS names.",
    remedies: [.useDirectSMB],
    references: ["RFC 1002 4.3.4", "RFC 1001 16"],
    judge: .attempt { one in
      guard let accepted = one.connections.first(where: { $0.sessionReply?.type == .positiveResponse }),
        let acceptance = accepted.sessionReply,
        let refused = one.connections.first(where: {
          $0.sessionReply?.type == .negativeResponse && $0.firstFrame.number < accepted.firstFrame.number
        }), let refusal = refused.sessionReply
      else { return [] }
      return [
        Observation(
          .proven, "the server refuses the name “\(refused.calledName)” but accepts “\(accepted.calledName)”",
          evidence: [
            Evidence(refusal.frame, .server, "negative session response to “\(refused.calledName)”"),
            Evidence(acceptance.frame, .server, "positive session response to “\(accepted.calledName)”"),
          ], connections: [refused.id, accepted.id])
      ]
    })
}

extension ConnectionBrief {
  fileprivate var sessionReply: SessionPacket? { sessionPackets.last { $0.sender == .server } }

  fileprivate var calledName: String { sessionPackets.compactMap(\.names?.called).last ?? "?" }
}
