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
    guard let tree = transcript.trees.last else { return [] }
    // Who says goodbye in order has a reason only where it can be seen.
    if diagnosis == .left(.share) || diagnosis == .left(.pipeShare), transcript.wasLeftOrderly, transcript.end.waited <= End.promptness {
      return [transcript.leftOverMissingSignature(tree)].compactMap(\.self)
    }
    guard diagnosis == .rejected(.share) || diagnosis == .rejected(.pipeShare) else { return [] }
    return [
      transcript.left(overUnreadable: .treeConnect, request: tree.requestStamp) ?? transcript.leftOverWrongSignature(tree)
        ?? transcript.leftOverEncryption(tree) ?? transcript.leftOverMissingSignature(tree) ?? transcript.leftWithoutReason(tree)
    ]
  }

  fileprivate static let noKeyCauses = [
    "the client does not accept a session as a guest or anonymous user: it has no key, so nothing can be signed or validated",
    "a client that only tests whether the share exists", "the user cancelled at exactly this time",
  ]

  fileprivate static let usualCauses = [
    "the signature of the server's answer is wrong: a device on the path changed the message, or the two derive their keys differently",
    "a client that only tests whether the share exists", "the user cancelled at exactly this time",
  ]
}

extension Tree {
  /// When a key shows that the signature is right here; nil otherwise.
  fileprivate var causesByProof: [String]? {
    guard replyStamp?.hasRightSignature == true else { return nil }
    return [
      "a client that only tests whether the share exists", "the user cancelled at exactly this time",
      "a device between this capture point and the client: the signature of the server's answer is right here, and the client may have received other bytes",
    ]
  }
}

extension Transcript {
  private func left(behind tree: Tree) -> String { "the client left \(end.waited) after it connected \(tree.path)" }

  fileprivate func leftOverWrongSignature(_ tree: Tree) -> Observation? {
    guard tree.replyStamp?.hasWrongSignature == true else { return nil }
    return Observation(
      .proven, "\(left(behind: tree)): the signature of the server's answer is wrong", evidence: evidence(of: tree) + endEvidence,
      causes: ["the answer was changed on its way, or the server signs with another key: see the finding about that signature"])
  }

  /// The share is encrypted, or the client may demand that it is.
  fileprivate func leftOverEncryption(_ tree: Tree) -> Observation? {
    if stopsBehindFirstEncryptedAnswer {
      return Observation(
        .possible, "the client left \(end.waited) after the server's first encrypted answer, and asked for nothing more on \(tree.path)",
        evidence: evidence(of: tree) + [Evidence(end.last?.number, .server, "the first encrypted answer")].compactMap(\.self) + endEvidence,
        causes: [Rule.differentEncryption] + Rule.usualCauses.dropFirst(), firstRemedies: [.otherClient, .clientLogs])
    }
    if tree.response?.shareFlags.contains(.encryptData) == true {
      return Observation(
        .likely, "\(left(behind: tree)): the share demands encryption, and the client sent nothing on it", evidence: evidence(of: tree) + endEvidence,
        causes: [
          "the client cannot encrypt, or will not: the share demands it (SMB2_SHAREFLAG_ENCRYPT_DATA)",
          tree.replyStamp?.hasRightSignature == true ? nil : "the signature of the server's answer is wrong",
        ].compactMap(\.self))
    }
    guard lacksAgreedCipher, tree.isPipeShare else { return nil }
    return Observation(
      .possible, "\(left(behind: tree)), and asked for no other share: it offers encryption, and \(lackOfCipher)",
      evidence: evidence(of: tree) + endEvidence,
      causes: ["the client demands encryption for its share, but this connection has none"] + (tree.causesByProof ?? Rule.usualCauses),
      firstRemedies: remediesWithoutCipher)
  }

  /// MS-SMB2 3.3.4.1.1: the answer to a signed request is signed.
  fileprivate func leftOverMissingSignature(_ tree: Tree) -> Observation? {
    guard tree.requestStamp.isSigned, tree.replyStamp?.isSigned == false, session(of: tree)?.hasKey == true else { return nil }
    return Observation(
      .likely, "\(left(behind: tree)): its request is signed, and the server's answer is not", evidence: evidence(of: tree) + endEvidence,
      causes: ["a device on the path answered in the server's name, or removed the signature", "a fault in the server's software: it does not sign the answer to a signed request"])
  }

  fileprivate func leftWithoutReason(_ tree: Tree) -> Observation {
    let hasNoKey = session(of: tree)?.hasNoKey == true
    return Observation(
      .possible, left(behind: tree) + (tree.isPipeShare ? ", and asked for no other share" : ""), evidence: evidence(of: tree) + endEvidence,
      causes: hasNoKey ? Rule.noKeyCauses : tree.causesByProof, firstRemedies: hasNoKey ? [.realCredentials, .mapToGuestSamba] : [])
  }
}
