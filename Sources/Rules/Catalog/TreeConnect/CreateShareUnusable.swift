import Packets
import Protocols
import Transcripts

extension Rule {
  static let createShareUnusable = Rule(
    id: "create-share-unusable",
    severity: .error,
    phase: .treeConnect,
    nature: .status,
    supersededBySuccess: true,
    summary: "The share is connected, but the server answers a file with an error that concerns the whole share.",
    explanation: """
      TREE_CONNECT only checks whether the share exists and who may use it. A missing disk or storage shows only \
      when the client opens the first file or folder. The status means that the problem is not a single file.

      After the client could open a file, only STATUS_NETWORK_NAME_DELETED counts: the server has closed the share, and \
      the client did not connect it again.
      """,
    whenBenign: "When the client connects the share again soon and gets in. The finding is then only a note.",
    howToVerify: "Open the share's folder on the server itself.",
    causes: ["see the meaning of the status in the summary"],
    remedies: [.sharesWindows, .sharesSamba, .serverLogs],
    references: ["MS-SMB2 3.3.5.9", "MS-ERREF 2.3.1"]
  ) { transcript in
    transcript.refusalOfUnknownTree + transcript.trees.compactMap { tree in
      if let lost = tree.lost, tree.hasOpenedFile || tree.isNameless { return transcript.observation(of: lost, tree) }
      if let missing = transcript.missingRoot(of: tree) { return missing }
      guard let broken = tree.brokenCreate, !tree.isUsed, !tree.isPipeShare else { return nil }
      let advice = broken.status.saysShareIsGone ? .ofLostShare : StatusAdvice.of(broken.status)
      let meaning = broken.status.meaning.map { ": \($0.withoutFullStop)" } ?? ""
      return Observation(
        .proven, "\(tree.path) is connected, but the server answers its first file or folder with \(broken.status)\(meaning)",
        evidence: transcript.evidence(of: tree) + [Evidence(broken.frame, .server, "\(transcript.name(of: broken.command)) response: \(broken.status)")],
        causes: advice?.causes, firstRemedies: advice?.remedies ?? [], goal: transcript.goal(of: tree))
    }
  }
}

extension NTStatus {
  /// UNRECOGNIZED_VOLUME: MS-ERREF 2.3.1.
  var isOfUnreadableVolume: Bool { rawValue == 0xC000_014F }
}

extension Transcript {
  /// The server does not know the share of a request, and the recording may lack how the client came by it.
  fileprivate var refusalOfUnknownTree: [Observation] {
    guard let stray = unknownTreeRefusal, ending != nil, stray.command == .create else { return [] }
    return [
      Observation(
        .proven, "the server answers \(stray.status) to a file on a share with the TreeId \(hexadecimal(stray.treeID)), and the client opens nothing",
        evidence: [Evidence(stray.answer.number, .server, "\(name(of: stray.command)) response: \(stray.status)")].compactMap(\.self) + endEvidence,
        causes: [
          "the server has closed the share meanwhile, or was restarted",
          "a fault in the client's software: it uses a TreeId that the server did not give it",
        ], firstRemedies: [.sharesWindows, .sharesSamba, .serverLogs], goal: Goal(.established))
    ]
  }

  /// The name that is not found is the share's own folder.
  fileprivate func missingRoot(of tree: Tree) -> Observation? {
    guard let missing = tree.refusedCreate, missing.isOfRoot, tree.missingPathFrame != nil || missing.status.isOfUnreadableVolume,
      !tree.isUsed, !tree.isPipeShare, ending != nil
    else { return nil }
    return Observation(
      .proven, "\(tree.path) is connected, but the server answers \(missing.status) for the share's own folder",
      evidence: evidence(of: tree) + [Evidence(missing.frame, .server, "\(name(of: missing.command)) response for the root of the share: \(missing.status)")] + endEvidence,
      causes: [
        missing.status.isOfUnreadableVolume
          ? "the disk or volume behind the share has no file system that the server can read"
          : "the folder behind the share was deleted, renamed or moved, or its disk is not mounted",
        "the path of the share on the server is wrong",
      ], goal: goal(of: tree))
  }

  /// A share that the server closed in the middle of the work, and that the client did not connect again here.
  fileprivate func observation(of lost: LostShare, _ tree: Tree) -> Observation? {
    guard !tree.isPipeShare, ending != nil || captureEnd.since(lost.answer.time) >= End.timeout,
      !trees.contains(where: { $0.isConnected && $0.requestStamp.frame > lost.answer.number && $0.share.lowercased() == tree.share.lowercased() })
    else { return nil }
    let isIdle = lost.idle >= .seconds(5)
    return Observation(
      .proven,
      "the server closed \(tree.path)" + (isIdle ? ", after \(lost.idle) without a message" : "")
        + ", and the client did not connect it again",
      evidence: evidence(of: tree) + [Evidence(lost.answer.number, .server, "response: \(lost.status)")] + endEvidence,
      causes: [
        "the share or its disk was removed, renamed or taken offline on the server",
        isIdle ? "the file service was restarted meanwhile, or closes shares that are idle for this long" : "the file service was restarted, or an administrator closed the share",
      ], firstRemedies: isIdle ? [.sharesWindows, .sharesSamba, .idleLimits, .serverLogs] : [], goal: goal(of: tree))
  }
}
