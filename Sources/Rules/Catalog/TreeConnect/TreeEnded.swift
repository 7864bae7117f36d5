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
    yieldsToSuccess: true,
    summary: "The server never answered the request for the share.",
    explanation: """
      The logon succeeded, and TREE_CONNECT got no answer: the client gave up after ten seconds or more, or was still \
      waiting after a minute. Look first at what the server does for a share: its storage, DFS, and filters of security \
      software. When the capture ends sooner, or bytes of the server are missing from it, nothing is reported.
      """,
    harmless: "When the capture ends sooner, or bytes of the server are missing, nothing is reported.",
    confirmation: "A capture on the server shows whether the request arrived; the share opened on the server itself, whether its storage answers.",
    causes: [
      "the storage behind the share hangs", "security software or another file system filter on the server",
      "DFS on the server waits for something", "a device on the path swallows the request or its answer",
    ],
    remedies: [.securitySoftwareOnServer, .serverLogs, .captureOtherSideOfSilence],
    references: ["MS-SMB2 3.3.5.7"]
  ) { transcript in
    guard transcript.end.diagnosis == .unanswered(.treeConnect), let tree = transcript.openTree else { return [] }
    return [
      Observation(
        .likely, "\(transcript.serverName) does not answer the request for \(tree.path)\(transcript.noteOnWaiting)",
        evidence: transcript.evidence(of: tree) + transcript.evidenceOfEnd)
    ]
  }

  static let treeConnectReset = Rule(
    id: "tree-connect-reset",
    severity: .error,
    phase: .treeConnect,
    nature: .reset,
    needs: [.end],
    yieldsToSuccess: true,
    summary: "The connection was closed instead of an answer to the request for the share, or right after it.",
    explanation: """
      The logon succeeded, and the connection ended over TREE_CONNECT. On SMB 3.1.1 a server must disconnect when the \
      request is not signed; see tree-311-unsigned first. Otherwise it matters who closed: a server that finds the \
      signature wrong, a client that finds the answer's signature wrong, or a device in between.

      A close after TREE_DISCONNECT or LOGOFF is the normal end and not meant. A client that closes right behind the answer \
      has a rule of its own, tree-rejected-by-client.
      """,
    harmless: "When a program only tries whether a share is there, and leaves.",
    confirmation: "Record on both hosts: a signature that differs between the two captures proves a device in between.",
    causes: [
      "signatures that do not fit, because a device on the path changes messages or ends the connection",
      "security software on one of the hosts", "the server failed",
    ],
    remedies: [.wanOptimizer, .captureOtherSide, .serverLogs, .clientLogs],
    references: ["MS-SMB2 3.3.5.7", "MS-SMB2 3.3.5.2.4"]
  ) { transcript in
    let end = transcript.end
    switch end.diagnosis {
    case .cutOff(.treeConnect, let peer):
      guard let tree = transcript.openTree else { return [] }
      return [
        Observation(
          peer == .client ? .possible : transcript.confidenceOfCloser,
          "\(transcript.closer(peer)) instead of \(peer == .client ? "waiting for " : "")an answer to the request for \(tree.path)",
          evidence: transcript.evidence(of: tree) + transcript.evidenceOfEnd)
      ]
    case .closedBehind(.share), .closedBehind(.pipeShare):
      guard let tree = transcript.trees.last else { return [] }
      return [
        Observation(
          transcript.confidenceOfCloser, "\(transcript.closer(.server)) right after \(tree.path) was connected",
          evidence: transcript.evidence(of: tree) + transcript.evidenceOfEnd)
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
      With SMB 3.1.1 the client must sign or encrypt TREE_CONNECT in every session of a real user, whether signing is \
      required otherwise or not, because that is what protects the negotiation. A server disconnects when it is not. \
      Guest and anonymous sessions cannot sign and are not meant.
      """,
    harmless: "It never is.",
    confirmation: "Record on both hosts: if the request is signed near the client, a device in between removes the signature.",
    causes: ["a device on the path strips signatures", "a software error in the client"],
    remedies: [.wanOptimizer, .captureOtherSide, .patchBoth],
    references: ["MS-SMB2 3.3.5.7", "MS-SMB2 3.2.4.1.1"]
  ) { transcript in
    guard transcript.dialect == .smb311 else { return [] }
    return transcript.trees.filter { tree in
      !tree.requestStamp.isSigned && transcript.session(of: tree)?.hasKey == true
    }.prefix(1).map { tree in
      Observation(
        .proven, "the request for \(tree.path) is not signed, which SMB 3.1.1 demands",
        evidence: transcript.evidence(of: tree) + (tree.isConnected ? [] : transcript.endEvidence),
        // A client that signs nothing has nothing that could be stripped.
        causes: transcript.protection.clientSigned
          ? nil : ["the client's program signs nothing on this connection: it cannot, or is set never to", "a device on the path strips signatures"],
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
      The share was answered in the end, but so late that people and programs give up. The server usually waits for its \
      storage, for DFS or for a domain controller.
      """,
    harmless: "Disks that sleep take some seconds to wake up.",
    confirmation: "Repeat it: if it is fast now, something had to wake up or to time out first.",
    causes: ["slow or waking storage", "DFS or a domain controller that answers slowly"],
    remedies: [.serverLogs],
    references: ["MS-SMB2 3.3.5.7"],
    threshold: .seconds(10)
  ) { limit in
    .connection { transcript in
      transcript.trees.compactMap { tree in
        guard let slow = tree.slowReply, slow.took(longerThan: limit) else { return nil }
        return Observation(
          .proven, "\(tree.path) was answered after \(slow.delay)", evidence: transcript.evidence(of: tree))
      }
    }
  }
}

extension Transcript {
  /// The last share that has no answer.
  var openTree: Tree? { trees.last { $0.replyStamp == nil } }
}
