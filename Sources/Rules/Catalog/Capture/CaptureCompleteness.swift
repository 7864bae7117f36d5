import Packets
import Transcripts

/// What of the connections the recording does not have.
extension Rule {
  static let captureStartsMidstream = Rule(
    id: "capture-starts-midstream",
    severity: .info,
    phase: .capture,
    nature: .note,
    summary: "Connections were already open when the recording began.",
    explanation: """
      The recording lacks their TCP handshake, and often NEGOTIATE, the logon and TREE_CONNECT as well. smbdx could \
      judge only what came later. Clients keep connections open for minutes after their last use.
      """,
    whenBenign: "Always. The recording shows nothing wrong with these connections.",
    howToVerify: "Look at the connections under “not checked”.",
    remedies: [
      Remedy("Close the client's connections before recording, so that it has to open new ones (on Windows, as administrator):", command: "net use * /delete", caution: "Programs that have files open on the shares lose them."),
      .captureWhole,
    ],
    references: ["RFC 9293 3.5"],
    judge: .capture { facts in
      guard facts.startedBefore.count > 0 else { return [] }
      return [
        Observation(
          .proven, "the recording starts in the middle of \(counted(facts.startedBefore.count, "SMB connection"))",
          evidence: facts.startedBefore.examples.map { Evidence($0, $0.firstFrame, "first packet recorded") })
      ]
    })

  static let captureOneDirectional = Rule(
    id: "capture-one-directional",
    severity: .info,
    phase: .capture,
    nature: .note,
    summary: "Only one direction was recorded.",
    explanation: """
      For these connections the recording has only what one side sent, although acknowledgments show that the other \
      side sent something too. Requests without answers then prove nothing and are not reported.
      """,
    whenBenign: "Always. This says nothing about the connections themselves.",
    howToVerify: "Check whether the other direction takes another path or another interface.",
    remedies: [
      Remedy("Record on one of the two hosts, or let the mirror port copy both directions of all links that the traffic may use."),
      .captureWhole,
    ],
    references: ["RFC 9293 3.4"],
    judge: .capture { facts in
      guard facts.oneDirectional.count > 0 else { return [] }
      return [
        Observation(
          .proven, "only one direction was recorded of \(counted(facts.oneDirectional.count, "SMB connection"))",
          evidence: facts.oneDirectional.examples.map {
            Evidence($0.ends, $0.ends.firstFrame, "nothing sent by the \($0.unseen.rawValue) was recorded")
          })
      ]
    })

  static let captureHasGaps = Rule(
    id: "capture-has-gaps",
    severity: .warning,
    phase: .capture,
    nature: .note,
    summary: "Bytes of SMB messages are missing from the recording.",
    explanation: """
      The hosts exchanged bytes that are missing from the recording: the other side acknowledged them, or sent what \
      comes after them. smbdx could not read messages in such a gap and did not judge what depends on them. Gaps \
      inside file contents do no harm and are not counted.

      Some recorders write into the file how many packets they lost. An answer may be among those packets, and over \
      UDP its loss leaves no trace. Findings that rest on silence are then only “possible”.
      """,
    whenBenign: "Always. This says nothing about the connections: the hosts received the bytes.",
    howToVerify: "Look at the connections under “not checked”. capinfos shows what the recorder lost on each interface.",
    causes: [
      "the recording program or the mirror port could not keep up",
      "traffic takes several paths and only one was recorded",
    ],
    remedies: [
      .captureWithLargerBuffer,
      .captureWhole,
    ],
    references: ["RFC 9293 3.4"],
    judge: .capture { facts in
      let hasGaps = facts.gaps.count > 0
      let losses = facts.lostPackets.map {
        Observation(
          .proven, "the recorder of \($0.file) lost \(counted($0.count, "packet"))", evidence: [],
          severity: hasGaps ? nil : .info)
      }
      guard hasGaps else { return losses }
      return [
        Observation(
          .proven, "bytes of SMB messages are missing from \(counted(facts.gaps.count, "connection"))",
          evidence: facts.gaps.examples.map {
            Evidence($0.ends, $0.lost, "\(counted($0.lost.count, "byte")) of the \($0.lost.sender.rawValue) missing before this frame")
          })
      ] + losses
    })

  static let captureEndsEarly = Rule(
    id: "capture-ends-early",
    severity: .info,
    phase: .capture,
    nature: .note,
    summary: "The recording ends while a client waits for an answer.",
    explanation: """
      A client had sent a request and had no answer yet when the recording ended. It had not waited long enough to \
      call this a failure: the answer may have come right afterwards.

      A healthy server answers within a second or two. If the client had waited ten seconds or more, this is a \
      warning: something is probably wrong, and a longer recording would prove it.
      """,
    whenBenign: "Usually. Every recording ends somewhere.",
    howToVerify: "Record for at least a minute after the failure: Windows waits that long.",
    remedies: [.captureWhole],
    references: ["MS-SMB2 3.2.6.1"],
    judge: .capture { facts in
      guard facts.openQuestions.count > 0 else { return [] }
      return [
        Observation(
          .proven,
          "the recording ends while \(counted(facts.openQuestions.count, "connection waits", "connections wait")) for an answer"
            + (facts.overdueQuestions == 0
              ? "" : facts.openQuestions.count == 1 ? ", which is long overdue" : ", which is long overdue for \(grouped(facts.overdueQuestions))"),
          evidence: facts.openQuestions.examples.map {
            Evidence(
              $0.ends, $0.asked.number,
              "\($0.question), unanswered \((facts.counts.lastTime ?? $0.asked.time).since($0.asked.time)) later at the end")
          }, severity: facts.overdueQuestions > 0 ? .warning : nil,
          causes: facts.overdueQuestions > 0 ? overdueCauses : nil)
      ]
    })

  private static let overdueCauses = [
    "the server waits for something itself: a domain controller, a name server, a disk, security software",
    "a device on the path drops the request or its answer", "the server hangs",
  ]

  static let encryptedOpaque = Rule(
    id: "encrypted-opaque",
    severity: .info,
    phase: .capture,
    nature: .note,
    summary: "Connections are encrypted before shares are connected.",
    explanation: """
      From the given frame on, SMB encryption hides everything. The recording shows that a logon succeeded, but not \
      which shares were connected and with what result.
      """,
    whenBenign: "Always. The server or the client is set to encrypt.",
    howToVerify: "The server's log shows which shares were connected and what was refused.",
    remedies: [
      .serverLogs,
      Remedy(
        "Give smbdx the user's password or NT hash, or the session key, in a key file (a Samba server logs session keys with “debug encryption = yes”). If the user logged on with Kerberos, give it the server's keytab instead, with --keytab. It then reads the encrypted messages:",
        command: "smbdx --keys keys.toml FILE"),
      Remedy("Wireshark can decrypt a recording if you give it the same keys."),
    ],
    references: ["MS-SMB2 2.2.41", "MS-SMB2 3.1.4.3"],
    judge: .capture { facts in
      guard facts.encrypted.count > 0 else { return [] }
      return [
        Observation(
          .proven, "\(counted(facts.encrypted.count, "connection is", "connections are")) encrypted before shares are connected",
          evidence: facts.encrypted.examples.map { Evidence($0.ends, $0.frame, "the first encrypted message") })
      ]
    })

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
              + (isVain ? ", where clients look for names or hosts in vain: they may never have come to SMB" : ""),
          evidence: [], remedies: isVain ? [.solveSearchesFirst, .captureWhole] : nil)
      ]
    })
}

extension Remedy {
  fileprivate static let solveSearchesFirst = Remedy(
    "Look at the findings about names and hosts first. A client that finds no address, or no host with that address, sends nothing to port 445.")
}
