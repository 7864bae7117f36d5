import Packets
import Proof
import Protocols
import Transcripts

extension Rule {
  static let preauthHashDiffers = Rule(
    id: "preauth-hash-differs",
    severity: .critical,
    phase: .signing,
    nature: .wrongValue,
    supersededBySuccess: true,
    summary: "Client and server saw different NEGOTIATE or SESSION_SETUP messages, so their keys differ.",
    explanation: """
      Needs --keys or --keytab. On SMB 3.1.1 both sides derive the keys of a session from the password and from every byte of \
      NEGOTIATE and SESSION_SETUP. smbdx knows the key, but the signature of the last logon answer does not fit the \
      recorded messages: the server saw other ones. smbdx undoes possible changes, one field after another, until the \
      signature fits, and names that field.
      """,
    whenBenign: "Never. These two cannot work together over this path.",
    howToVerify: "Record on both hosts and compare: smbdx compare client.pcapng server.pcapng",
    causes: ["a device on the path changes NEGOTIATE or SESSION_SETUP"],
    remedies: [.wanOptimizer, .captureOtherSide, .patchBoth],
    references: ["MS-SMB2 3.1.4.2", "MS-SMB2 3.2.5.3.1", "MS-SMB2 3.3.5.5.3"]
  ) { transcript in
    transcript.proofs.compactMap { proof in
      transcript.changedHere(proof) ?? transcript.unexplainedHash(proof)
    }
  }
}

extension Transcript {
  /// The field that was changed between the two sides' views is found.
  fileprivate func changedHere(_ proof: SessionProof) -> Observation? {
    guard proof.dependsOnOtherBytes, let wrong = proof.server.firstWrong, let change = wrong.alteration else { return nil }
    let isRequest = change.place == .negotiateRequest || change.place == .sessionSetup(isResponse: false)
    let view = isRequest ? "the server received \(change.signed)" : "the server sent \(change.signed)"
    return Observation(
      .proven, "a device changed \(change.field) in the \(change.message): \(view), and \(change.here) was recorded here",
      evidence: [
        Evidence(frame(of: change), isRequest ? .client : .server, "\(change.message): \(change.field) \(change.here)"),
        Evidence(
          wrong.frame, .server,
          "SESSION_SETUP response: the signature is wrong for the messages as recorded, and right with \(change.field) \(change.signed)"),
      ].compactMap(\.self) + endEvidence,
      causes: [
        "a device between this capture point and the server changes \(change.field) in the \(change.message)"
      ])
  }

  private func frame(of change: Alteration) -> Int? {
    switch change.place {
    case .negotiateRequest: negotiation?.requestStamp?.frame
    case .negotiateResponse: negotiation?.responseStamp?.frame
    case .sessionSetup, .message: nil
    }
  }

  /// The key is certain, and no single change explains the signature.
  fileprivate func unexplainedHash(_ proof: SessionProof) -> Observation? {
    guard proof.dependsOnOtherBytes, proof.hasCertainKey, let wrong = proof.server.firstWrong else { return nil }
    return Observation(
      .likely, "the server's signature does not fit NEGOTIATE and SESSION_SETUP as recorded here: the server saw other ones",
      evidence: [
        Evidence(negotiation?.requestStamp?.frame, .client, "NEGOTIATE request"),
        Evidence(negotiation?.responseStamp?.frame, .server, "NEGOTIATE response, SMB 3.1.1"),
        evidence(of: wrong, sender: .server),
      ].compactMap(\.self) + endEvidence,
      causes: [
        "a device between this capture point and the server changes more than one field of NEGOTIATE, or numbers that cannot be guessed, such as a GUID",
        "the server or the client derives its keys wrongly; try SMB 3.0.2 or 2.1, which do not use that hash",
      ])
  }
}
