import Packets
import Protocols
import Transcripts

extension Rule {
  static let negotiateUnanswered60s = Rule(
    id: "negotiate-unanswered-60s",
    severity: .critical,
    phase: .negotiate,
    nature: .silence,
    needs: [.end],
    supersededBySuccess: true,
    summary: "The server never answered NEGOTIATE.",
    explanation: """
      The client connected and sent NEGOTIATE, but the server did not answer. Windows clients give up after 60 \
      seconds and reset the connection, Samba's tools after 20. If TCP acknowledged the request, the server's \
      network stack received it and the file service does not answer. Then look at the server, first at its \
      antivirus and other filter drivers.
      """,
    whenBenign: """
      When the recording ends before a minute has passed, or lacks bytes from the server. smbdx then reports \
      nothing.
      """,
    howToVerify: """
      Capture on the server. If NEGOTIATE arrives there and no answer leaves, the host is at fault, not the path. \
      Then stop the security software as a test.
      """,
    causes: [
      "antivirus, endpoint security or another file-system filter on the server delays SMB",
      "outdated SMB components on either side (Microsoft published hotfixes for Windows Server 2008 R2)",
      "the server hangs (storage, exhausted resources)",
      "a firewall or load balancer accepts TCP connections without a working server behind it",
      "a path on which large packets do not get through",
    ],
    remedies: [.antivirus, .patchBoth, .checkServerService, .captureOtherSideOfSilence, .checkPath],
    references: ["MS-SMB2 3.3.5.4", "MS-SMB2 3.2.6.1"]
  ) { transcript in
    guard transcript.end.diagnosis == .unanswered(.negotiate), let asked = transcript.end.last else { return [] }
    return [
      Observation(
        .likely,
        "\(transcript.noteOnConfirmation(of: asked)) NEGOTIATE\(transcript.noteOnWaiting)",
        evidence: transcript.evidence(ofUnanswered: asked),
        causes: transcript.confirmation(of: asked) == nil && !transcript.isHeardInVain ? unreachedCauses : nil)
    ]
  }
}

extension Transcript {
  /// The recording lacks the server's acknowledgments, but the client had them.
  fileprivate var isHeardInVain: Bool { provenSilence != nil && sending(of: .client).retransmission == nil }

  fileprivate func noteOnConfirmation(of asked: FrameStamp) -> String {
    if isHeardInVain { return "TCP acknowledged it, since the client did not send it again, but the SMB service never answered" }
    guard let confirmed = confirmation(of: asked) else { return "neither the server's TCP nor its SMB service answered" }
    let answer = visibility.unseenServerTail > 0 ? "no answer arrived for" : "the SMB service never answered"
    return "TCP acknowledged it (\(confirmed.time.since(asked.time))), but \(answer)"
  }
}
