import Packets
import Protocols
import Transcripts

extension Rule {
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
    switch transcript.end.diagnosis {
    case .cutOff(.treeConnect, let peer): transcript.openTree.map { [transcript.cutOff($0, by: peer)] } ?? []
    case .closedBehind(.share), .closedBehind(.pipeShare): transcript.trees.last.map { [transcript.closedBehind($0)] } ?? []
    default: []
    }
  }
}

extension Transcript {
  /// One side closed before the answer.
  fileprivate func cutOff(_ tree: Tree, by peer: Peer) -> Observation {
    let reason = reason(ofCuttingOff: tree, by: peer)
    return Observation(
      peer == .client ? .possible : confidenceOfCloser,
      "\(closer(peer)) instead of \(peer == .client ? "waiting for an answer" : "answering") to the request for \(tree.path)",
      evidence: evidence(of: tree) + evidenceOfEnd, causes: reason?.causes, firstRemedies: reason?.remedies ?? [])
  }

  /// nil when the rule's own causes fit.
  private func reason(ofCuttingOff tree: Tree, by peer: Peer) -> (causes: [String], remedies: [Remedy])? {
    // Who waits for seconds and then leaves does not object to anything that was said.
    if peer == .client, end.waited >= .seconds(2) {
      return (
        [
          "the server did not answer, and the user or the program gave up: its storage, a file system filter or security software hangs",
          "a device on the path drops the request or its answer",
        ], [.securitySoftwareOnServer, .serverLogs, .captureOtherSideOfSilence]
      )
    }
    // A wrong signature is refused at once.
    if peer == .server, end.waited >= .seconds(2) {
      return (
        [
          "the file service hung and was then stopped or restarted: its storage, a file system filter or security software",
          "a proxy or load balancer whose server does not answer, and that gives up after this time",
        ], [.serverLogs, .securitySoftwareOnServer, .captureOtherSideOfSilence]
      )
    }
    // Samba refuses a wrong signature with a status.
    if peer == .server, serverSoftware == .samba {
      return (
        [
          "smbd failed while it set up the share: a module in “vfs objects”, a “root preexec” script or a crash (log.smbd names it)",
          "security software on the server, or a device on the path that ends the connection",
        ], [.serverLogs, .sharesSamba]
      )
    }
    // What is not signed has no wrong signature.
    if peer == .server, !tree.requestStamp.isSigned, dialect != .smb311 {
      return (
        ["security software on one of the hosts, or a device on the path that ends the connection", "the file service failed, or was stopped"],
        [.serverLogs, .securitySoftwareOnServer]
      )
    }
    return nil
  }

  /// The server accepted the share, and closed before it was used.
  fileprivate func closedBehind(_ tree: Tree) -> Observation {
    Observation(
      confidenceOfCloser, "\(closer(.server)) right after \(tree.path) was connected", evidence: evidence(of: tree) + evidenceOfEnd,
      causes: [
        "the file service crashed or was stopped, or a limit or policy of the server ends the connection",
        "security software on the server or on the path",
      ])
  }
}
