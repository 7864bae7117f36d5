import Packets
import Transcripts

extension Rule {
  static let noSMBFound = Rule(
    id: "no-smb-found",
    severity: .info,
    phase: .capture,
    nature: .note,
    summary: "There is no SMB in this recording.",
    explanation: """
      No connection speaks SMB on any TCP port, and no client tried ports 445 and 139. Perhaps the recording was \
      made at the wrong place or with a filter that leaves SMB out. Or the client never got that far, because name \
      resolution or Kerberos failed first. SMB may also be hidden in a VPN, in QUIC or in RDMA. Some packets may be \
      unreadable, because they are encrypted or use an unknown encapsulation. SMB may be in them: the finding is \
      then only possible, and a warning counts them by kind.
      """,
    whenBenign: "If the recording was made for another purpose.",
    howToVerify: "Open a share while recording, and look for packets to port 445.",
    remedies: [
      Remedy("Record on the client, on the interface that leads to the server, without a filter or with port 445 in it."),
      .captureWhole,
    ],
    references: ["MS-SMB2 2.1"],
    judge: .capture { facts in
      guard facts.connections == 0 else { return [] }
      let unread = facts.counts.unreadFrames
      let isVain = facts.hasVainSearches && unread == 0
      guard unread == 0 else {
        return [
          Observation(
            .possible,
            "no SMB in the \(counted(facts.counts.frames - unread, "packet")) that can be read; it may be in the \(grouped(unread)) others",
            evidence: [])
        ]
      }
      return [
        Observation(
          .proven,
          facts.counts.frames == 0
            ? "the recording holds no packets"
            : "no SMB in \(counted(facts.counts.frames, "packet"))"
              + (isVain ? "; clients look for names or hosts without success, so they may not have come as far as SMB" : ""),
          evidence: [], remedies: isVain ? [.solveSearchesFirst, .captureWhole] : nil)
      ]
    })
}

extension Remedy {
  fileprivate static let solveSearchesFirst = Remedy(
    "Look at the findings about names and hosts first. A client that finds no address, or no host with that address, sends nothing to port 445.")
}
