import Packets
import Protocols
import Transcripts

extension Rule {
  static let treeRefusedEncrypted = Rule(
    id: "tree-refused-encrypted",
    severity: .error,
    phase: .treeConnect,
    nature: .status,
    needs: [.end],
    supersededBySuccess: true,
    summary: "The sizes of the server's answers show that it refuses the client's requests in an encrypted session.",
    explanation: """
      Everything after the logon is encrypted, but the size of each message is visible: an answer of 73 bytes is \
      always an error, and an answer that connects a share has 80 bytes. Here the last answer is an error, no file \
      was opened before it, and the client leaves. So the server refused the share, and encryption hides the status.

      A refused share also shows behind other work: the client disconnects it, and the server knows nothing to \
      disconnect. If the share was connected, and the server refuses even to disconnect it, it cannot enter the folder \
      behind the share.

      A share that demands encryption is connected in clear, and what happens on it is not. If every answer then is an \
      error, the finding is a warning.

      The finding is only a warning, too, if a share is still connected at that time: the error may then be about a file.
      """,
    whenBenign: "When the client works with a share. It then gets longer answers, and smbdx reports nothing.",
    howToVerify: "Look for the status on the client: the number of the Windows error, or smbclient's NT_STATUS. The server's log shows the share and the user.",
    causes: [
      "the share does not exist under this name", "the user has no right to the share, or the server refuses this client",
    ],
    remedies: [.serverLogs, .clientLogs],
    references: ["MS-SMB2 2.2.41", "MS-SMB2 2.2.2", "MS-SMB2 2.2.10"]
  ) { transcript in
    let traffic = transcript.traffic
    let share = transcript.encryptedShare
    guard case .client = transcript.end.turn, transcript.outcome(of: .sessionSetup) == .passed, transcript.trees.isEmpty || share != nil,
      !transcript.visibility.startsMidstream || transcript.sessions.contains(where: \.isEstablished),
      transcript.visibility.lost.allSatisfy(\.isEndOfMessage), traffic.encryptedAnswers.endWithRefusal || traffic.encryptedAnswers.endWithRefusedGoodbye, let termination = transcript.ending,
      transcript.peer(termination.side) == .client
    else { return [] }
    let evidence = [
      Evidence(traffic.firstEncryptedFrame, .client, "the first encrypted message"),
      Evidence(traffic.lastResponse?.number, .server, "the last encrypted answer"),
    ].compactMap(\.self) + transcript.endEvidence
    if let share {
      return traffic.encryptedAnswers.showNoShare
        ? [
          Observation(
            .likely, "\(share.path) is connected, but the server refuses every request on it: each encrypted answer has the size of an error",
            evidence: transcript.evidence(of: share) + evidence, severity: .warning,
            causes: ["the permissions of the folder behind the share do not include the user", "the file or folder is not there"],
            goal: transcript.goal(of: share))
        ]
        : []
    }
    if traffic.encryptedAnswers.refuseFolder {
      return [
        Observation(
          .likely, "the client gets a share, and then the server refuses every request on it, even the disconnect: the answers have the size of errors",
          evidence: evidence,
          causes: [
            "the permissions of the folder behind the share do not include the user", "the folder behind the share is gone",
            "a further share does not exist, or the user has no right to it",
          ], firstRemedies: [.folderPermissionsWindows, .folderPermissionsSamba], goal: Goal(.established))
      ]
    }
    let isRefusedFirst = traffic.encryptedAnswers.beginWithRefusal && traffic.encryptedAnswers.showNoFile
    if traffic.encryptedAnswers.mayRefuseFile, !isRefusedFirst {
      return [
        Observation(
          .possible, "the client gets a share, and then its first file or folder, or a further share, is refused: the answer has the size of an error",
          evidence: evidence, severity: .warning,
          causes: ["the file or folder is not there, or the user has no right to it", "a further share does not exist, or the user has no right to it"],
          goal: Goal(.established))
      ]
    }
    guard traffic.encryptedAnswers.endWithRefusal else {
      return [
        Observation(
          .possible, "after other work in the encrypted session the server refuses a request, and then the disconnect: the share that the client asked for last was not there",
          evidence: evidence,
          causes: ["a further share does not exist, or the user has no right to it", "the server has ended the session or closed the share"],
          goal: Goal(.established))
      ]
    }
    let (confidence, summary): (Confidence, String) =
      if traffic.encryptedAnswers.showNoShare {
        (.likely, "every answer in the encrypted session is an error, and the client leaves")
      } else if isRefusedFirst {
        (.likely, "the first answer in the encrypted session is an error, and the client leaves without having opened a file: the server refuses the share that the client asks for first")
      } else if traffic.encryptedAnswers.endWithRefusedShare {
        (.likely, "the last answer in the encrypted session is an error, given while no share was connected, and the client leaves: the server refuses the share that the client asks for last")
      } else {
        (.possible, "the last answer in the encrypted session is an error, and the client leaves before it opens a file")
      }
    return [Observation(confidence, summary, evidence: evidence, goal: Goal(.established))]
  }
}

extension Transcript {
  /// The share that demands encryption in a session that does not, where it is the only one.
  fileprivate var encryptedShare: Tree? {
    guard sessions.last?.flags.contains(.encryptData) == false else { return nil }
    let connected = trees.filter { $0.isConnected && !$0.isPipeShare }
    guard connected.count == 1, connected[0].response?.shareFlags.contains(.encryptData) == true, !connected[0].hasOpenedFile else { return nil }
    return connected[0]
  }
}
