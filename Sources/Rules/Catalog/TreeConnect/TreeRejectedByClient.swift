import Packets
import Protocols
import Transcripts

extension Rule {
  static let treeRejectedByClient = Rule(
    id: "tree-rejected-by-client",
    severity: .error,
    phase: .treeConnect,
    nature: .reset,
    needs: [.end],
    supersededBySuccess: true,
    summary: "The server connected the share, and the client left at once.",
    explanation: """
      The server accepted TREE_CONNECT, but the client closed the connection without another request. So the client \
      did not accept the answer: its signature, or a share that demands encryption if the client cannot encrypt. If \
      only IPC$ was connected, the client has not reached its goal, because IPC$ alone is of no use.
      """,
    whenBenign: "When a program only tests whether a share exists. Most of these programs disconnect the share or log off first, and smbdx does not report that. Scripts with the test library pike disconnect nothing; smbdx does not report them either.",
    howToVerify: "Look for the reason in the client's log. smbclient -d 5 shows the signature check.",
    causes: usualCauses,
    remedies: [.clientLogs, .captureOtherSide, .wanOptimizer, .patchBoth],
    references: ["MS-SMB2 3.2.5.5", "MS-SMB2 3.2.5.1.3"]
  ) { transcript in
    let diagnosis = transcript.end.diagnosis
    guard diagnosis == .rejected(.share) || diagnosis == .rejected(.pipeShare), let tree = transcript.trees.last else { return [] }
    if let left = transcript.left(overUnreadable: .treeConnect, request: tree.requestStamp) { return [left] }
    let left = "the client left \(transcript.end.waited) after it connected \(tree.path)"
    let evidence = transcript.evidence(of: tree) + transcript.endEvidence
    if tree.replyStamp?.hasWrongSignature == true {
      return [
        Observation(
          .proven, "\(left): the signature of the server's answer is wrong", evidence: evidence,
          causes: ["the answer was changed on its way, or the server signs with another key: see the finding about that signature"])
      ]
    }
    if transcript.stopsBehindFirstEncryptedAnswer {
      return [
        Observation(
          .possible, "the client left \(transcript.end.waited) after the server's first encrypted answer, and asked for nothing more on \(tree.path)",
          evidence: transcript.evidence(of: tree) + [Evidence(transcript.end.last.number, .server, "the first encrypted answer")] + transcript.endEvidence,
          causes: [differentEncryption] + usualCauses.dropFirst(), firstRemedies: [.otherClient, .clientLogs])
      ]
    }
    if tree.response?.shareFlags.contains(.encryptData) == true {
      return [
        Observation(
          .likely, "\(left): the share demands encryption, and the client sent nothing on it", evidence: evidence,
          causes: [
            "the client cannot encrypt, or will not: the share demands it (SMB2_SHAREFLAG_ENCRYPT_DATA)",
            tree.replyStamp?.hasRightSignature == true ? nil : "the signature of the server's answer is wrong",
          ].compactMap(\.self))
      ]
    }
    if transcript.lacksAgreedCipher, tree.isPipeShare {
      return [
        Observation(
          .possible, "\(left), and asked for no other share: it offers encryption, and \(transcript.lackOfCipher)", evidence: evidence,
          causes: ["the client demands encryption for its share, but this connection has none"] + (causesByProof(tree) ?? usualCauses),
          firstRemedies: transcript.remediesWithoutCipher)
      ]
    }
    // 3.3.4.1.1: the answer to a signed request is signed.
    if tree.requestStamp.isSigned, tree.replyStamp?.isSigned == false, transcript.session(of: tree)?.hasKey == true {
      return [
        Observation(
          .likely, "\(left): its request is signed, and the server's answer is not", evidence: evidence,
          causes: ["a device on the path answered in the server's name, or removed the signature", "a fault in the server's software: it does not sign the answer to a signed request"])
      ]
    }
    return [
      Observation(
        .possible, left + (tree.isPipeShare ? ", and asked for no other share" : ""), evidence: evidence,
        causes: transcript.session(of: tree)?.hasNoKey == true ? noKeyCauses : causesByProof(tree),
        firstRemedies: transcript.session(of: tree)?.hasNoKey == true ? [.realCredentials, .mapToGuestSamba] : [])
    ]
  }

  private static let noKeyCauses = [
    "the client does not accept a session as a guest or anonymous user: it has no key, so nothing can be signed or validated",
    "a client that only tests whether the share exists", "the user cancelled at exactly this time",
  ]

  /// When a key shows that the signature is right here; nil otherwise.
  private static func causesByProof(_ tree: Tree) -> [String]? {
    guard tree.replyStamp?.hasRightSignature == true else { return nil }
    return [
      "a client that only tests whether the share exists", "the user cancelled at exactly this time",
      "a device between this capture point and the client: the signature of the server's answer is right here, and the client may have received other bytes",
    ]
  }

  private static let usualCauses = [
    "the signature of the server's answer is wrong: a device on the path changed the message, or the two derive their keys differently",
    "a client that only tests whether the share exists", "the user cancelled at exactly this time",
  ]
}
