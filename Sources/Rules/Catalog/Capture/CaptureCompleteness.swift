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
      Their TCP handshake is not in the recording, and often neither are NEGOTIATE, the logon and the connecting of \
      shares. Only what comes later could be judged. Clients keep connections open for minutes after their last use.
      """,
    harmless: "Nothing is wrong with these connections as far as can be seen.",
    confirmation: "Look at the connections under “not checked”.",
    remedies: [
      Remedy("Close the client's connections before recording, so that they are opened anew (on Windows, as administrator):", command: "net use * /delete", caution: "Programs that have files open on the shares lose them."),
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
      Of these connections the recording has what one side sent and nothing of the other, although acknowledgments \
      show that it did send. Requests without answers mean nothing then, and are not reported.
      """,
    harmless: "It says nothing about the connections.",
    confirmation: "Look whether the other direction takes another path or another interface.",
    remedies: [
      Remedy("Record on one of the two hosts, or have the mirror port copy both directions, of all links that the traffic may take."),
      .captureWhole,
    ],
    references: ["RFC 9293 3.4"],
    judge: .capture { facts in
      guard facts.oneDirectional.count > 0 else { return [] }
      return [
        Observation(
          .proven, "only one direction recorded of \(counted(facts.oneDirectional.count, "SMB connection"))",
          evidence: facts.oneDirectional.examples.map {
            Evidence($0.ends, $0.ends.firstFrame, "nothing that the \($0.unseen.rawValue) sent")
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
      The hosts exchanged bytes that the recording does not have: the other side acknowledged them, or went on behind \
      them. Messages in such a gap could not be read, and whatever they would have decided was not judged. Gaps inside \
      file contents do no harm and are not counted.

      Some recorders write into the file how many packets they lost. Then silence proves little: an answer may be \
      among those packets, without a trace where it came over UDP. Findings that rest on silence are only “possible” then.
      """,
    harmless: "It says nothing about the connections: the hosts had the bytes.",
    confirmation: "Look at the connections under “not checked”; capinfos says what the recorder lost on each interface.",
    causes: [
      "the recording program or the mirror port could not keep up",
      "traffic takes several paths and only one was recorded",
    ],
    remedies: [
      Remedy("Record on one of the two hosts, with a filter for the two addresses and a larger buffer (tcpdump -B 65536)."),
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
            Evidence($0.ends, $0.lost, "\(counted($0.lost.count, "byte")) of the \($0.lost.sender.rawValue) missing before this")
          })
      ] + losses
    })

  static let captureEndsEarly = Rule(
    id: "capture-ends-early",
    severity: .info,
    phase: .capture,
    nature: .note,
    summary: "The recording ends while an answer is awaited.",
    explanation: """
      A client had asked something and had no answer yet when the recording ended, but had not waited long enough to \
      call it a failure. The answer may have come right afterwards.

      A server that is well answers within a second or two. When the client had waited ten seconds or more, this is a \
      warning: something is probably wrong, and a longer recording would prove it.
      """,
    harmless: "Every recording ends somewhere.",
    confirmation: "Record for at least a minute behind the failure: that is how long Windows waits.",
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
    "a device on the path swallows the request or its answer", "the server hangs",
  ]

  static let encryptedOpaque = Rule(
    id: "encrypted-opaque",
    severity: .info,
    phase: .capture,
    nature: .note,
    summary: "Connections are encrypted before shares are connected.",
    explanation: """
      From the frame given on everything is inside SMB encryption. That a logon succeeded can be seen; which shares \
      are connected, and with what result, cannot.
      """,
    harmless: "Encryption is what the server or the client was set to.",
    confirmation: "The server's log says which shares were connected, and what was refused.",
    remedies: [
      .serverLogs,
      Remedy(
        "Read what is encrypted with the password or NT hash of the user, or the key of the session (the log of a Samba server has it with “debug encryption = yes”), in a file of keys; see smbdx --help:",
        command: "smbdx --keys keys.toml FILE"),
      Remedy("Wireshark can decrypt a recording when it is given the session's keys, for example by a keytab with the server's key."),
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
      No connection speaks SMB, on any TCP port, and none was tried to ports 445 and 139. Either it was recorded at the \
      wrong place or with a filter that leaves SMB out, or the client never got so far: name resolution or Kerberos \
      failed before. SMB may also be hidden in a VPN, in QUIC or in RDMA. Where packets cannot be read, because they are \
      encrypted or in an encapsulation that is not known, SMB may be in them: then this is only possible, and a warning \
      says how many there are of each kind.
      """,
    harmless: "A recording of something else has no SMB.",
    confirmation: "Open a share while recording, and look for packets to port 445.",
    remedies: [
      Remedy("Record on the client, on the interface that leads to the server, without a filter or with port 445 in it."),
      .captureWhole,
    ],
    references: ["MS-SMB2 2.1"],
    judge: .capture { facts in
      guard facts.connections == 0 else { return [] }
      let unread = facts.counts.unreadFrames
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
          .proven, facts.counts.frames == 0 ? "the recording holds no packets" : "no SMB in \(counted(facts.counts.frames, "packet"))",
          evidence: [])
      ]
    })
}
