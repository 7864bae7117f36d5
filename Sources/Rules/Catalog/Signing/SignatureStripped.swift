import Packets
import Protocols
import Transcripts

extension Rule {
  static let signatureStripped = Rule(
    id: "signature-stripped",
    severity: .critical,
    phase: .signing,
    nature: .wrongValue,
    summary: "A message that must be signed has no signature or an empty one.",
    explanation: whenSigningIsRequired + """
      A message of an established session is neither encrypted nor signed, or is flagged as signed but its signature \
      is all zero. A device removed the signature on the way, or the sender broke its own rule. Interim answers, \
      errors, notifications and the messages of the logon may be unsigned and do not count. If signing is only \
      enabled, unsigned messages are normal.
      """,
    whenBenign: "Never, although a self-written client may simply not sign.",
    howToVerify: "Record on both hosts. If the sender's capture has the signature, a device in between removes it.",
    causes: ["a device on the path strips or blanks signatures", "a software error in the sender"],
    remedies: [.wanOptimizer, .captureOtherSide, .patchBoth],
    references: ["MS-SMB2 3.2.4.1.1", "MS-SMB2 3.3.4.1.1", "MS-SMB2 3.1.4.1"]
  ) { transcript in
    transcript.protection.faults.compactMap { fault in
      switch fault.fault {
      case .inClear: return nil
      case .zeroSignature:
        return Observation(
          .proven, "the \(fault.sender.rawValue) sends \(fault.command.name) flagged as signed, but its signature is all zero",
          evidence: transcript.evidence(of: fault, "flagged as signed, signature all zero"))
      case .unsigned:
        // On SMB 3.1.1 that has a rule of its own.
        if fault.command == .treeConnect, fault.sender == .client, transcript.dialect == .smb311 { return nil }
        let signsOthers = transcript.protection.hasSigned(fault.sender)
        // A client that signs nothing has nothing that could be stripped: it does not sign.
        if fault.sender == .client, !signsOthers, transcript.clientThatNeverSigns != nil { return nil }
        // A server that never signs although it demands it is its own case.
        if fault.sender == .server, !signsOthers, transcript.serverRequiresSigning { return nil }
        return Observation(
          signsOthers ? .proven : .likely,
          "signing is required, and the \(fault.sender.rawValue) sends \(fault.command.name) unsigned",
          evidence: transcript.evidence(of: fault, "not signed"))
      }
    }
  }
}
