import Packets
import Protocols
import Transcripts

/// TREE_CONNECT without an answer, cut off, slow, or sent without the signature it must have.
extension Rule {
  static let treeConnectUnanswered = Rule(
    id: "tree-connect-unanswered",
    severity: .error,
    phase: .treeConnect,
    nature: .silence,
    needs: [.end],
    supersededBySuccess: true,
    summary: "The server never answered the request for the share.",
    explanation: """
      The logon succeeded, but TREE_CONNECT got no answer: the client gave up after ten seconds or more, or was \
      still waiting after a minute. Look first at what the server needs for a share: its storage, DFS, and filters \
      of security software. If the capture ends sooner, or lacks bytes from the server, smbdx reports nothing.
      """,
    whenBenign: "When the capture ends sooner, or lacks bytes from the server. smbdx then reports nothing.",
    howToVerify: "Capture on the server: it shows whether the request arrived. Open the share on the server itself: this shows whether its storage answers.",
    causes: [
      "the storage behind the share hangs", "security software or another file system filter on the server",
      "DFS on the server waits for something", "a device on the path drops the request or its answer",
    ],
    remedies: [.securitySoftwareOnServer, .serverLogs, .captureOtherSideOfSilence],
    references: ["MS-SMB2 3.3.5.7"]
  ) { transcript in
    guard transcript.end.diagnosis == .unanswered(.treeConnect), let tree = transcript.openTree else { return [] }
    return [
      Observation(
        .likely, "\(transcript.doesNotAnswer) the request for \(tree.path)\(transcript.noteOnWaiting)",
        evidence: transcript.evidence(of: tree) + transcript.evidenceOfEnd,
        // A client that gets its share without the pipes of the server lost only time.
        severity: tree.isPipeShare && transcript.trees.contains { $0.isConnected && !$0.isPipeShare } ? .warning : nil)
    ]
  }

  static let treeConnectReset = Rule(
    id: "tree-connect-reset",
    severity: .error,
    phase: .treeConnect,
    nature: .reset,
    needs: [.end],
    supersededBySuccess: true,
    summary: "The connection was closed before the answer to the request for the share, or right after it.",
    explanation: """
      The logon succeeded, and the connection ended during TREE_CONNECT. On SMB 3.1.1 a server must disconnect if \
      the request is not signed; see tree-311-unsigned first. Otherwise check which side closed: the server if it \
      rejects the signature, the client if it rejects the answer's signature, or a device in between.

      A close after TREE_DISCONNECT or LOGOFF is the normal end, and smbdx does not report it. For a client that \
      closes right after the answer see tree-rejected-by-client.
      """,
    whenBenign: "When a program only tests whether a share exists, and leaves.",
    howToVerify: "Record on both hosts. A signature that differs between the two captures proves a device in between.",
    causes: [
      "wrong signatures, because a device on the path changes messages or ends the connection",
      "security software on one of the hosts", "the server failed",
    ],
    remedies: [.wanOptimizer, .captureOtherSide, .serverLogs, .clientLogs],
    references: ["MS-SMB2 3.3.5.7", "MS-SMB2 3.3.5.2.4"]
  ) { transcript in
    let end = transcript.end
    switch end.diagnosis {
    case .cutOff(.treeConnect, let peer):
      guard let tree = transcript.openTree else { return [] }
      let hasGivenUp = peer == .client && end.waited >= .seconds(2)
      // What is not signed has no wrong signature.
      let isUnsigned = peer == .server && !tree.requestStamp.isSigned && transcript.dialect != .smb311
      return [
        Observation(
          peer == .client ? .possible : transcript.confidenceOfCloser,
          "\(transcript.closer(peer)) instead of \(peer == .client ? "waiting for an answer" : "answering") to the request for \(tree.path)",
          evidence: transcript.evidence(of: tree) + transcript.evidenceOfEnd,
          // Who waits for seconds and then leaves does not object to anything that was said.
          causes: hasGivenUp
            ? [
              "the server did not answer, and the user or the program gave up: its storage, a file system filter or security software hangs",
              "a device on the path drops the request or its answer",
            ]
            : isUnsigned
              ? ["security software on one of the hosts, or a device on the path that ends the connection", "the file service failed, or was stopped"] : nil,
          firstRemedies: hasGivenUp
            ? [.securitySoftwareOnServer, .serverLogs, .captureOtherSideOfSilence] : isUnsigned ? [.serverLogs, .securitySoftwareOnServer] : [])
      ]
    case .closedBehind(.share), .closedBehind(.pipeShare):
      guard let tree = transcript.trees.last else { return [] }
      return [
        Observation(
          transcript.confidenceOfCloser, "\(transcript.closer(.server)) right after \(tree.path) was connected",
          evidence: transcript.evidence(of: tree) + transcript.evidenceOfEnd,
          causes: [
            "the file service crashed or was stopped, or a limit or policy of the server ends the connection",
            "security software on the server or on the path",
          ])
      ]
    default: return []
    }
  }

  static let tree311Unsigned = Rule(
    id: "tree-311-unsigned",
    severity: .critical,
    phase: .treeConnect,
    nature: .wrongValue,
    summary: "On SMB 3.1.1 the request for the share is not signed.",
    explanation: """
      With SMB 3.1.1 the client must sign or encrypt TREE_CONNECT in every session of a real user, even if signing \
      is not required otherwise. This protects the negotiation. A server disconnects if the request is not signed. \
      This does not apply to guest and anonymous sessions, because they cannot sign.
      """,
    whenBenign: "Never.",
    howToVerify: "Record on both hosts. If the request is signed near the client, a device in between removes the signature.",
    causes: ["a device on the path strips signatures", "a software error in the client"],
    remedies: [.wanOptimizer, .captureOtherSide, .patchBoth],
    references: ["MS-SMB2 3.3.5.7", "MS-SMB2 3.2.4.1.1"]
  ) { transcript in
    guard transcript.dialect == .smb311 else { return [] }
    return transcript.trees.filter { tree in
      !tree.requestStamp.isSigned && transcript.session(of: tree)?.hasKey == true
    }.prefix(1).map { tree in
      Observation(
        .proven, "the request for \(tree.path) is not signed, but SMB 3.1.1 demands it",
        evidence: transcript.evidence(of: tree) + (tree.isConnected ? [] : transcript.endEvidence),
        // A client that signs nothing has nothing that could be stripped.
        causes: transcript.protection.clientSigned
          ? nil : ["the client's program signs nothing on this connection: it cannot, or is set not to", "a device on the path strips signatures"],
        firstRemedies: transcript.protection.clientSigned ? [] : [.clientSigns, .patchClient])
    }
  }

  static let treeConnectSlow = Rule(
    id: "tree-connect-slow",
    severity: .info,
    phase: .treeConnect,
    nature: .note,
    summary: "The server took more than ten seconds to connect a share.",
    explanation: """
      The server connected the share, but so late that users and programs give up. The server usually waits for its \
      storage, for DFS or for a domain controller.
      """,
    whenBenign: "When the server's disks were asleep. They take some seconds to wake up.",
    howToVerify: "Repeat it. If it is fast now, something first had to wake up or to time out.",
    causes: ["slow or waking storage", "DFS or a domain controller that answers slowly"],
    remedies: [.serverLogs],
    references: ["MS-SMB2 3.3.5.7"],
    threshold: .seconds(10)
  ) { limit in
    .connection { transcript in
      transcript.trees.compactMap { tree in
        guard let slow = tree.slowReply, slow.took(longerThan: limit) else { return nil }
        return Observation(
          .proven, "the server answered the request for \(tree.path) after \(slow.delay)", evidence: transcript.evidence(of: tree))
      }
    }
  }
}

extension Transcript {
  /// The last share that has no answer.
  var openTree: Tree? { trees.last { $0.replyStamp == nil } }
}
