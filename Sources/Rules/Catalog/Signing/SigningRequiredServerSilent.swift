import Packets
import Protocols
import Transcripts

extension Rule {
  static let signingRequiredServerSilent = Rule(
    id: "signing-required-server-silent",
    severity: .error,
    phase: .signing,
    nature: .wrongValue,
    summary: "The server requires signing, but does not sign its own answers.",
    explanation: whenSigningIsRequired + """
      The server demands signing, but none of its answers in the session is signed. Interim answers, errors and the \
      messages of the logon do not count.
      """,
    whenBenign: "Never.",
    howToVerify: "Record on the server. If its answers are signed there, a device in between removes the signatures.",
    causes: ["a device on the path strips the server's signatures", "a software error in the server"],
    remedies: [.wanOptimizer, .captureOtherSide, .patchBoth],
    references: ["MS-SMB2 3.3.4.1.1", "MS-SMB2 3.3.5.5.3"]
  ) { transcript in
    guard transcript.serverRequiresSigning, !transcript.protection.serverSigned,
      let fault = transcript.protection.faults.first(where: { $0.fault == .unsigned && $0.sender == .server })
    else { return [] }
    return [
      Observation(
        .proven, "the server requires signing, but does not sign its answers",
        evidence: transcript.evidence(of: fault, "not signed"))
    ]
  }
}
