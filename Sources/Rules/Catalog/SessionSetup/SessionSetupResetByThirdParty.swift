import Packets
import Protocols
import Transcripts

extension Rule {
  static let sessionSetupResetByThirdParty = Rule(
    id: "session-setup-reset-by-third-party",
    severity: .critical,
    phase: .sessionSetup,
    nature: .reset,
    needs: [.end],
    supersededBySuccess: true,
    summary: "Something on the path reset the connection in the middle of the logon.",
    explanation: whatCutsOffALogon + """
      Here the reset has the address of one of the two hosts, but several signs (hop limit, IP ID, sequence number, \
      timing, hardware address) show that another device sent it. The evidence lists them.
      """,
    whenBenign: "Never. Neither host ended the logon.",
    howToVerify: "Record on both hosts. The reset is in only one capture, or looks different in the two.",
    causes: [
      "a firewall or intrusion prevention system that acts on the logon", "endpoint security software on one of the hosts",
    ],
    remedies: [.findInjector, .captureOtherSideOfReset],
    references: ["RFC 9293 3.5.2", "MS-SMB2 3.3.5.5"]
  ) { transcript in
    guard transcript.end.diagnosis == .resetByThirdParty, transcript.end.stage == .sessionSetup,
      let session = transcript.logonAtEnd, let forged = transcript.forgedReset
    else { return [] }
    return [
      Observation(
        forged.thirdParty ?? .possible,
        "a reset that the \(transcript.peer(forged.termination.side).rawValue) did not send ended the logon of \(session.who)",
        evidence: transcript.evidence(of: session) + transcript.evidenceOfEnd)
    ]
  }
}
