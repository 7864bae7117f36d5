import Packets
import Proof
import Protocols
import Transcripts

extension Rule {
  static let signingKeyDiffers = Rule(
    id: "signing-key-differs",
    severity: .critical,
    phase: .signing,
    nature: .wrongValue,
    supersededBySuccess: true,
    summary: "One side signs with a key that does not come from the logon.",
    explanation: """
      Needs --keys or --keytab. The logon fits the password or keytab that you gave, so smbdx knows the key of the session. One side made \
      none of its signatures with it. If the signatures of the other side are right, only this side has another key. It \
      refuses everything that the other side signs.
      """,
    whenBenign: "Never, if the recording has the whole logon.",
    howToVerify: "Try another client with this server, and this client with another server. The side that fails both times is at fault.",
    causes: [
      "a fault of the software of that side: it derives its keys wrongly for this dialect or algorithm",
      "a device on the path logs on itself and forwards messages that others signed",
    ],
    remedies: [.patchBoth, .wanOptimizer, .captureOtherSide],
    references: ["MS-SMB2 3.1.4.1", "MS-SMB2 3.1.4.2"]
  ) { transcript in
    transcript.proofs.flatMap { proof in
      [Peer.client, .server].compactMap { transcript.otherKey(of: $0, proof) }
    }
  }
}

extension Transcript {
  fileprivate func otherKey(of peer: Peer, _ proof: SessionProof) -> Observation? {
    let (signatures, others) = (proof.signatures(of: peer), proof.signatures(of: peer.other))
    guard proof.hasCertainKey, signatures.right == 0, let wrong = signatures.firstWrong, wrong.alteration == nil,
      // A rule of its own.
      !proof.dependsOnOtherBytes
    else { return nil }
    // A single wrong signature may be a message that was altered.
    let isCertain = signatures.wrong > 1 && others.right > 0
    return Observation(
      isCertain ? .proven : .likely,
      "\(signatures.wrong == 1 ? "the one signature" : "none of the \(signatures.wrong) signatures") of the \(peer.rawValue) is "
        + (signatures.wrong == 1 ? "not " : "") + "made with the key of the session"
        + (others.right > 0 ? ", and those of the \(peer.other.rawValue) are" : ""),
      evidence: [evidence(of: wrong, sender: peer), evidence(of: others, sender: peer.other)].compactMap(\.self) + endEvidence)
  }
}
