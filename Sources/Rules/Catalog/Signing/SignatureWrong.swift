import Packets
import Proof
import Protocols
import Transcripts

extension Rule {
  static let signatureWrong = Rule(
    id: "signature-wrong",
    severity: .critical,
    phase: .signing,
    nature: .wrongValue,
    supersededBySuccess: true,
    summary: "A message was altered after it was signed.",
    explanation: """
      Needs --keys or --keytab. smbdx knows the key of the session, and other messages are signed with it. The signature of this \
      message does not fit its bytes: they changed after the sender signed them. If a single byte explains it, smbdx \
      names the field. The receiver refuses the message with STATUS_ACCESS_DENIED, or closes the connection.
      """,
    whenBenign: "When the receiver does not check signatures. The finding is then a warning.",
    howToVerify: "Record on both hosts. The message differs between the two captures.",
    causes: ["a device on the path changes bytes of messages", "a fault of the sender, which signs this kind of message wrongly"],
    remedies: [.wanOptimizer, .captureOtherSide, .patchBoth],
    references: ["MS-SMB2 3.1.4.1", "MS-SMB2 3.2.5.1.3", "MS-SMB2 3.3.5.2.4", "MS-CIFS 3.1.5.1"]
  ) { transcript in
    transcript.proofs.flatMap { proof in
      [Peer.client, .server].compactMap { transcript.alteredMessage(of: $0, proof) }
    }
  }
}

extension Transcript {
  fileprivate func alteredMessage(of peer: Peer, _ proof: SessionProof) -> Observation? {
    let signatures = proof.signatures(of: peer)
    guard let wrong = signatures.firstWrong, !(peer == .server && proof.dependsOnOtherBytes),
      signatures.right > 0 || wrong.alteration?.place == .message
    else { return nil }
    let message = "\(wrong.command) \(peer == .client ? "request" : "response")"
    var summary = "the \(message) of the \(peer.rawValue) was altered after it was signed"
    if let change = wrong.alteration {
      summary += ": \(change.field) was \(change.signed), and is \(change.here) here"
    }
    if signatures.wrong > 1 { summary += "; \(counted(signatures.wrong - 1, "further signature")) of the \(peer.rawValue) \(signatures.wrong == 2 ? "is" : "are") wrong too" }
    // A client that goes on did not look, or did not mind.
    let goesOn = peer == .server && traffic.lastRequestFrame.map { $0 > wrong.frame } ?? false
    return Observation(
      .proven, summary,
      evidence: [evidence(of: wrong, sender: peer), evidence(of: signatures, sender: peer)].compactMap(\.self) + endEvidence,
      severity: goesOn ? .warning : nil)
  }
}
