import Packets
import Transcripts

extension Rule {
  static let treeRefusedEncrypted = Rule(
    id: "tree-refused-encrypted",
    severity: .error,
    phase: .treeConnect,
    nature: .status,
    needs: [.end],
    yieldsToSuccess: true,
    summary: "In an encrypted session the server refuses what the client asks for, as the sizes of its answers tell.",
    explanation: """
      Everything behind the logon is encrypted, but the size of each message is not: an answer of 73 bytes only says an \
      error, and one that connects a share has 80. Here the last answer is an error, no file was opened before it, and \
      the client leaves. So the share was refused, and the encryption hides with which status.
      """,
    harmless: "A client that works with a share gets longer answers, and nothing is reported.",
    confirmation: "The client shows the status: the number of the Windows error, or smbclient's NT_STATUS. The server's log names the share and the user.",
    causes: [
      "the share does not exist under this name", "the user has no right to the share, or the server refuses this client",
    ],
    remedies: [.serverLogs, .clientLogs],
    references: ["MS-SMB2 2.2.41", "MS-SMB2 2.2.2", "MS-SMB2 2.2.10"]
  ) { transcript in
    let traffic = transcript.traffic
    guard case .client = transcript.end.turn, transcript.outcome(of: .sessionSetup) == .passed, transcript.trees.isEmpty, !transcript.visibility.startsMidstream,
      transcript.visibility.lost.isEmpty, traffic.encryptedAnswers.endWithRefusal, let closing = transcript.ending,
      transcript.peer(closing.side) == .client
    else { return [] }
    let isSure = traffic.encryptedAnswers.showNoShare
    return [
      Observation(
        isSure ? .likely : .possible,
        isSure
          ? "each answer in the encrypted session only says an error, and the client leaves"
          : "the last answer in the encrypted session only says an error, and the client leaves before it has opened a file",
        evidence: [
          Evidence(traffic.firstEncryptedFrame, .client, "the first encrypted message"),
          Evidence(traffic.lastResponse.number, .server, "the last encrypted answer"),
        ] + transcript.endEvidence, goal: Goal(.established))
    ]
  }
}
