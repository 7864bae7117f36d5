import Packets
import Transcripts

extension Rule {
  static let ntlmMachineIDShared = Rule(
    id: "ntlm-machine-id-shared",
    severity: .info,
    phase: .sessionSetup,
    nature: .note,
    summary: "Two computers with different names send the same machine identifier.",
    explanation: """
      Windows puts an identifier of the computer into its NTLM logons (MsvAvSingleHost). Two clients with different \
      addresses and names sent the same one. Computers that were cloned from one image without Sysprep do this. Since \
      the updates of August 2025 Windows refuses Kerberos and NTLM between such computers, and logs event 6167 (LsaSrv).
      """,
    whenBenign: "If one computer with several addresses was renamed between its logons.",
    howToVerify: "Look for event 6167 of LsaSrv in the System log of the computers, and for equal machine SIDs (PsGetSid).",
    causes: ["computers cloned from one image without Sysprep"],
    remedies: [
      Remedy("Give each clone its own identity: generalize the image with Sysprep before you clone it:", command: #"C:\Windows\System32\Sysprep\sysprep.exe /generalize /oobe /shutdown"#, caution: "It resets the installation. Run it on the image, not on a computer in use.")
    ],
    references: ["MS-NLMP 2.2.2.2"],
    judge: .capture { facts in
      facts.sharedMachines.map { pair in
        Observation(
          .possible,
          "\(pair.first.workstation) (\(pair.first.client)) and \(pair.second.workstation) (\(pair.second.client)) send the same machine identifier",
          evidence: [pair.first, pair.second].map {
            Evidence($0.frame, .client, "SESSION_SETUP request from \($0.workstation), \($0.client)")
          })
      }
    })
}
