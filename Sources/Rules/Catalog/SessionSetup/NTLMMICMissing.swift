import Packets
import Protocols
import Transcripts

extension Rule {
  static let ntlmMICMissing = Rule(
    id: "ntlm-mic-missing",
    severity: .info,
    phase: .sessionSetup,
    nature: .note,
    summary: "The NTLM logon is not protected by a MIC, although the server asked for one.",
    explanation: """
      The server's challenge carries a time stamp. Windows and smbclient then add a MIC over all three messages. \
      Without it a device in between could change the flags of the logon unnoticed. Many current clients never add \
      one, and the logon works anyway, for example the Linux mount (cifs.ko), libsmb2, impacket, aiosmb, pysmb and \
      pike.
      """,
    whenBenign: "Usually, because the client's software has no MIC. Look closer if the client is Windows or smbclient: they add one.",
    howToVerify: "Record the same logon close to the client. If the MIC is there, something on the path removes it.",
    causes: ["the client's software adds no MIC, like the Linux mount and most libraries", "a relay or device that removed it, when the client is Windows or smbclient"],
    remedies: [.useKerberos, .patchBoth],
    references: ["MS-NLMP 3.1.5.1.2", "MS-NLMP 2.2.2.1"]
  ) { transcript in
    transcript.sessions.filter { session in
      guard let ntlm = session.ntlm, !session.identity.isAnonymous else { return false }
      return ntlm.hasServerTime && ntlm.response == .ntlmV2 && ntlm.hasClientPairs && !ntlm.clientFlags.contains(.hasMIC)
    }.prefix(1).map { session in
      Observation(
        .proven, "the client \(transcript.client.address) adds no MIC to the NTLM logon of \(session.who), although the server's challenge has a time stamp",
        evidence: transcript.evidence(of: session))
    }
  }
}
