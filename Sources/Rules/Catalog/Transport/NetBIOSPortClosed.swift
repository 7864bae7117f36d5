import Packets
import Protocols
import Transcripts

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
}
