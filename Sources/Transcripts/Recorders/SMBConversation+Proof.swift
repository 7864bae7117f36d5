import Packets
import Protocols

// Messages as keys show them.
extension SMBConversation {
  func verify(_ header: SMB2Header, _ message: borrowing ByteView, isWhole: Bool, origin: MessageOrigin) -> MessageProof {
    proof?.take(header, message, isWhole: isWhole, frame: origin.lastFrame) ?? []
  }

  func verify(_ header: SMB1Header, _ message: borrowing ByteView, isWhole: Bool, origin: MessageOrigin) -> MessageProof {
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
    for proof in proof.proofs where proof.ticket != nil { noteTicket(proof) }
  }

  /// What the keytab says of a ticket belongs to the logon that showed it: cases know no more of a connection than its sessions.
  private func noteTicket(_ proof: SessionProof) {
    let place =
      transcript.sessions.lastIndex { $0.id == proof.sessionID && proof.sessionID != 0 }
      ?? transcript.sessions.lastIndex { $0.requestStamp.frame == proof.responseFrame }
    if let place { transcript.sessions[place].rarities.value.ticketVerdict = proof.ticket }
  }
}

extension Transcript {
  /// What keys prove of its sessions; none without keys.
  package var proofs: [SessionProof] { rarities.read { $0.proofs } }
}
