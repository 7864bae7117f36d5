import Packets
import Protocols
import Transcripts

extension Rule {
  static let pipeRefused = Rule(
    id: "pipe-refused",
    severity: .warning,
    phase: .treeConnect,
    nature: .status,
    needs: [.end],
    supersededBySuccess: true,
    summary: "The server refuses the pipe that the client opens on IPC$, and the client leaves without a share.",
    explanation: """
      Clients connect IPC$ and open a pipe on it to talk to a service of the server: to list shares (srvsvc), to look up names \
      (lsarpc, samr) or to print (spoolss). The server refused the only pipe, and the client left. If the client opened any \
      pipe or connected another share, smbdx reports nothing. The capture shows the status, but smbdx does not read the name \
      of the pipe: `smbdx messages` lists the frames.
      """,
    whenBenign: "When a program only tests whether a service is there.",
    howToVerify: "Ask for the same as the same user from another client, for example the list of shares.",
    causes: ["the service behind the pipe does not run on this server"],
    remedies: [.pipeService, .serverLogs],
    references: ["MS-SMB2 3.3.5.9"]
  ) { transcript in
    guard let termination = transcript.ending, transcript.peer(termination.side) == .client, transcript.trees.count == 1,
      let tree = transcript.trees.first, tree.isPipeShare, !tree.hasOpenedFile, let refused = tree.refusedCreate
    else { return [] }
    let isDenied = refused.status == .accessDenied
    let who = transcript.session(of: tree).map { " to \($0.who)" } ?? ""
    return [
      Observation(
        .likely, "\(transcript.serverName) refuses a pipe on IPC$\(who) with \(refused.status), and the client leaves without a share",
        evidence: transcript.evidence(of: tree) + [Evidence(refused.frame, .server, "CREATE response: \(refused.status)")]
          + transcript.endEvidence,
        // What a server does not tell to everybody.
        severity: isDenied && transcript.session(of: tree)?.hasNoKey == true ? .info : nil,
        causes: isDenied
          ? [
            "the server does not let this user ask for what the pipe gives: lists of shares or users for administrators only, or no guests",
            "a policy of the server restricts anonymous users and guests",
          ]
          : [
            "the service behind the pipe does not run on this server: the print spooler, or the remote registry",
            "the server does not have this service",
          ],
        remedies: isDenied ? [.serverLogs] : nil, goal: Goal(.established))
    ]
  }
}
