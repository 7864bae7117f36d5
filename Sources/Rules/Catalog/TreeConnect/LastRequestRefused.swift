import Packets
import Protocols
import Transcripts

extension Rule {
  static let lastRequestRefused = Rule(
    id: "last-request-refused",
    severity: .warning,
    phase: .treeConnect,
    nature: .status,
    supersededBySuccess: true,
    summary: "The client works on the share until the server refuses a request, and then does no more.",
    explanation: """
      The share is connected, and the client opened something on it. Then the server refused to open, read, write or list, and \
      the client did no more work on the share before it left. This is typical of scanners, backup programs and scripts that can \
      log on but cannot write. If the client worked on after the refusal, smbdx reports nothing. If it had read or written data \
      and only one more file was refused, the finding is a note. It is an error if the status means that the whole share or its \
      disk is gone.

      A full disk, a used-up quota and a write-protected disk stop every user. smbdx reports these however the connection \
      ends, if nothing was done after that.
      """,
    whenBenign: "When a program tests what it may do, or asks for more than it needs.",
    howToVerify: "Do the same by hand as the same user: write or delete a test file in the same folder, or list it.",
    causes: ["the user may open the folder, but not write to it or list it"],
    remedies: [.folderPermissionsWindows, .folderPermissionsSamba, .sharePermissionsWindows, .serverLogs],
    references: ["MS-SMB2 3.3.5.9", "MS-ERREF 2.3.1"]
  ) { transcript in
    guard let refusal = transcript.workRefusal, isLast(refusal, transcript.traffic), !refusal.isOfMissingPath else { return [] }
    if refusal.isOfStorage, !isFirstOnShare(refusal, transcript) { return [observation(ofStorage: refusal, transcript)] }
    guard let termination = transcript.ending, transcript.peer(termination.side) == .client, !transcript.wasResetByThirdParty,
      !transcript.visibility.mayHideMessages(from: .server, behind: refusal.stamp.number),
      termination.stamp.time.since(refusal.stamp.time) <= .seconds(120),
      let tree = transcript.trees.last(where: { $0.id == refusal.treeID && $0.sessionID == refusal.sessionID && $0.isConnected }),
      tree.hasOpenedFile, !tree.isPipeShare, !isFirstOnShare(refusal, transcript)
    else { return [] }
    let isOwn = refusal.status == .accessDenied || refusal.command == .setInfo || refusal.command == .queryInfo
    let advice = isOwn ? nil : StatusAdvice.of(refusal.status) ?? .unknown(refusal.status)
    let who = transcript.session(of: tree).map { " to \($0.who)" } ?? ""
    return [
      Observation(
        refusal.command != .create && termination.stamp.time.since(refusal.stamp.time) <= .seconds(5) ? .likely : .possible,
        "\(transcript.serverName) refuses \(transcript.name(of: refusal.command)) on \(tree.path)\(who) with \(refusal.status), and the client does no more work there",
        evidence: transcript.evidence(of: tree)
          + [Evidence(refusal.stamp.number, .server, "\(transcript.name(of: refusal.command)) response: \(refusal.status)")] + transcript.endEvidence,
        severity: refusal.command == .create && refusal.status.isOfBrokenShare ? .error
          : stopsTheUser(refusal, transcript.traffic, until: termination) ? nil : .info,
        causes: (tree.isPrinter ? [printer] : []) + (transcript.session(of: tree)?.causesAsGuest ?? []) + (advice?.causes ?? causes(of: refusal, tree)),
        firstRemedies: tree.isPrinter ? [.printerShare] : advice?.remedies ?? (tree.isReadOnly ? [.writeListSamba] : []), goal: transcript.goal(of: tree))
    ]
  }

  private static let printer = "the share is a printer, and not a folder: it takes print jobs, and has nothing to list"

  /// That has a rule of its own.
  private static func isFirstOnShare(_ refusal: WorkRefusal, _ transcript: Transcript) -> Bool {
    [.create, .queryInfo].contains(refusal.command) && transcript.trees.contains { $0.id == refusal.treeID && $0.sessionID == refusal.sessionID && !$0.isUsed }
  }

  /// Whoever asks next gets the same answer, so it does not matter how the connection ends, and on which share it was.
  private static func observation(ofStorage refusal: WorkRefusal, _ transcript: Transcript) -> Observation {
    let tree = transcript.trees.last { $0.isConnected && $0.id == refusal.treeID && $0.sessionID == refusal.sessionID }
    let advice = StatusAdvice.ofFile(refusal.status) ?? StatusAdvice.of(refusal.status) ?? .unknown(refusal.status)
    let isLeft = transcript.ending.map { $0.stamp.time.since(refusal.stamp.time) <= .seconds(120) } ?? false
    return Observation(
      isLeft && tree != nil ? .likely : .possible,
      "\(transcript.serverName) refuses \(transcript.name(of: refusal.command)) on \(tree?.path ?? "a share") with \(refusal.status), and nothing is written after that",
      evidence: (tree.map { transcript.evidence(of: $0) } ?? [])
        + [Evidence(refusal.stamp.number, .server, "\(transcript.name(of: refusal.command)) response: \(refusal.status)")].compactMap(\.self) + transcript.endEvidence,
      causes: advice.causes, firstRemedies: advice.remedies, goal: tree.map { transcript.goal(of: $0) })
  }

  /// Nothing was done behind it. A request that asks about a file comes in one message with those that open and close it.
  private static func isLast(_ refusal: WorkRefusal, _ traffic: Traffic) -> Bool {
    guard let done = traffic.lastWorkDoneFrame else { return true }
    return refusal.stamp.number > done || refusal.command == .queryInfo && refusal.stamp.number == done
  }

  /// Who has worked a lot was refused something beside it: a lock file, a thumbnail, the times of a file that was copied.
  private static func stopsTheUser(_ refusal: WorkRefusal, _ traffic: Traffic, until termination: Termination) -> Bool {
    // Nobody gets on with a share that is gone.
    if refusal.status.isOfBrokenShare { return true }
    // Who has not even seen what is there does not leave as soon.
    let limit = TimeSpan.seconds(traffic.hasListed ? 5 : 60)
    return switch refusal.command {
    // Programs that share a file look for the locks of each other.
    case .read where refusal.status.isOfLock, .write where refusal.status.isOfLock: !traffic.hasMovedData
    case .read, .write, .queryDirectory: true
    case .queryInfo: traffic.workDone <= 2
    case .create: !traffic.hasMovedData && traffic.workDone <= 4 && termination.stamp.time.since(refusal.stamp.time) <= limit
    default: false
    }
  }

  /// FILE_WRITE_DATA, or generic rights that include it: MS-SMB2 2.2.13.1.1.
  private static func causes(of refusal: WorkRefusal, _ tree: Tree) -> [String] {
    let command = refusal.command
    if command == .setInfo {
      return ["the user may write the data, but not set times, attributes, owner or permissions, or rename or delete the file"]
    }
    if command == .queryInfo { return ["the client asks for something about the folder that the server does not give this user, or does not know"] }
    if command == .queryDirectory { return ["the user may open the folder, but not list it"] }
    if refusal.access != 0, refusal.access & Tree.writing == 0 {
      return ["the permissions of the file or folder do not let the user read or list it, although the user may open others"]
        + (tree.isReadOnly ? ["the client wants to make a new file or folder there, and the permissions of the share allow the user only to read"] : [])
        + ["on Samba or a NAS: the owner or mode of the file or folder"]
    }
    if tree.isReadOnly, let access = tree.response?.maximalAccess {
      return ["the permissions of the share allow the user to read, but not to write (access \(hexadecimal(access)))"]
    }
    return ["the permissions of the folder do not let the user write or delete there", "the file is read-only, or its permissions differ from those of the folder"]
  }
}

extension Transcript {
  /// The Linux kernel opens a share's folder and asks about it when it mounts, and undoes everything when it is refused.
  func givesUpMount(of tree: Tree) -> Bool {
    clientSoftware == .linuxCIFS && !tree.isUsed && wasLeftOrderly && !trees.contains(where: \.isUsed)
  }
}

extension Session {
  /// Why a guest or an anonymous user is refused what others may do; nil for all others.
  var causesAsGuest: [String]? {
    guard hasNoKey else { return nil }
    return [identity.isAnonymous ? "the session is anonymous: the client sent no user" : "the server let the user in only as a guest, and guests may not do this"]
  }
}
