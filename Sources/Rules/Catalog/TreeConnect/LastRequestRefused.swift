import Packets
import Protocols
import Transcripts

extension Rule {
  static let lastRequestRefused = Rule(
    id: "last-request-refused",
    severity: .warning,
    phase: .treeConnect,
    nature: .status,
    needs: [.end],
    yieldsToSuccess: true,
    summary: "The client works on the share until the server refuses a request, and then it leaves.",
    explanation: """
      The share is connected, and the client opened something on it. Then the server refused a request because of \
      permissions or because of the disk, and the client did nothing more before it left. This is typical of scanners, backup \
      programs and scripts that can log on but cannot write. After a refusal that did not stop the client, smbdx reports nothing.
      """,
    harmless: "When a program tests what it may do, or asks for more than it needs.",
    confirmation: "Do the same by hand as the same user: write or delete a test file in the same folder, or list it.",
    causes: ["the user may open the folder, but not write to it or list it"],
    remedies: [.folderPermissionsWindows, .folderPermissionsSamba, .sharePermissionsWindows, .serverLogs],
    references: ["MS-SMB2 3.3.5.9", "MS-ERREF 2.3.1"]
  ) { transcript in
    guard let closing = transcript.ending, transcript.peer(closing.side) == .client, !transcript.wasResetByThirdParty,
      let refusal = transcript.workRefusal, refusal.stamp.number > transcript.traffic.lastWorkDoneFrame,
      closing.stamp.time.since(refusal.stamp.time) <= .seconds(60),
      let tree = transcript.trees.last(where: { $0.id == refusal.treeID && $0.sessionID == refusal.sessionID && $0.isConnected }),
      tree.hasOpenedFile, !tree.isPipeShare
    else { return [] }
    let isDenied = refusal.status == .accessDenied
    let advice = isDenied ? nil : StatusAdvice.of(refusal.status)
    let who = transcript.session(of: tree).map { " to \($0.who)" } ?? ""
    return [
      Observation(
        closing.stamp.time.since(refusal.stamp.time) <= .seconds(5) ? .likely : .possible,
        "\(transcript.serverName) refuses \(refusal.command.name) on \(tree.path)\(who) with \(refusal.status), and the client leaves",
        evidence: transcript.evidence(of: tree)
          + [Evidence(refusal.stamp.number, .server, "\(refusal.command.name) response: \(refusal.status)")] + transcript.endEvidence,
        causes: advice?.causes ?? causes(of: refusal.command, tree), firstRemedies: advice?.remedies ?? [], goal: transcript.goal(of: tree))
    ]
  }

  /// FILE_WRITE_DATA, or generic rights that include it: MS-SMB2 2.2.13.1.1.
  private static func causes(of command: SMB2Command, _ tree: Tree) -> [String] {
    if command == .queryDirectory { return ["the user may open the folder, but not list it"] }
    if let access = tree.response?.maximalAccess, access & 0x5000_0002 == 0 {
      return ["the permissions of the share allow the user to read, but not to write (access \(hexadecimal(access)))"]
    }
    return ["the permissions of the folder do not let the user write or delete there", "the file is read-only, or its permissions differ from those of the folder"]
  }
}
