import Packets
import Protocols
import Transcripts

// What the NetBIOS session service adds to a case: clients try port 139 beside port 445, and names one after the other.
extension Rule {
  static let netbiosPortClosed = Rule(
    id: "netbios-port-closed",
    severity: .info,
    phase: .transport,
    nature: .note,
    summary: "The NetBIOS port 139 is closed.",
    explanation: """
      The server refuses TCP 139. Only clients that use NetBIOS names need that port. SMB itself runs on TCP 445, \
      and current systems keep 139 closed.
      """,
    whenBenign: "Nearly always. It matters only for a client that cannot use port 445.",
    howToVerify: "Check whether the same client reaches the server on port 445.",
    remedies: [.useDirectSMB],
    references: ["RFC 1002 4.3", "MS-SMB2 2.1"],
    judge: .attempt { one in
      let works = one.connections.contains { $0.server.port != 139 && $0.outcome == .established }
      return one.connections.compactMap { connection in
        guard connection.server.port == 139, case .refused(let reset)? = connection.openingFailure else { return nil }
        return Observation(
          .proven, "\(connection.server.address) refuses TCP 139" + (works ? "; port 445 works" : ""),
          evidence: [
            Evidence(connection.firstFrame.number, .client, "SYN to port 139"),
            Evidence(reset.stamp.number, .server, "RST"),
          ], connections: [connection.id])
      }
    })

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
