import Packets
import Protocols

// Messages as keys show them.
extension SMBConversation {
  func verify(_ header: SMB2Header, _ message: borrowing ByteView, isWhole: Bool, origin: MessageOrigin) -> MessageProof {
    proof?.take(header, message, isWhole: isWhole, frame: origin.lastFrame) ?? []
  }

  func unseal(_ transform: borrowing ByteView, sessionID: UInt64, origin: MessageOrigin, side: Side) -> [UInt8]? {
    guard let proof,
      let inside = proof.unseal(
        transform, sessionID: sessionID, frame: origin.lastFrame, isFromServer: transcript.peer(side) == .server)
    else { return nil }
    countPassed()
    // What counts as encrypted is closed; this is told by what is inside.
    transcript.traffic.decryptedMessages += 1
    transcript.protection.recordSigned(by: transcript.peer(side))
    return inside
  }

  /// The connection is over.
  func recordProof() {
    guard let proof else { return }
    proof.finish()
    if !proof.proofs.isEmpty { transcript.rarities.value.proofs = proof.proofs }
  }
}

extension Transcript {
  /// What keys prove of its sessions; none without keys.
  package var proofs: [SessionProof] { rarities.read { $0.proofs } }
}
