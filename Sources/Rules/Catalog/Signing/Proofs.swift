import Packets
import Proof
import Protocols
import Transcripts

// What rules about proofs have in common. All of them need keys, and are silent without.

extension Transcript {
  /// The session that a proof is about.
  func session(of proof: SessionProof) -> Session? {
    sessions.last { $0.id == proof.sessionID && proof.sessionID != 0 } ?? sessions.last { $0.requestStamp.frame == proof.responseFrame }
  }

  /// The message whose signature is wrong, as evidence.
  func evidence(of wrong: SessionProof.Wrong, sender: Peer) -> Evidence {
    Evidence(
      wrong.frame, sender, "\(wrong.command) \(sender == .client ? "request" : "response"): the signature is wrong")
  }

  func evidence(of signatures: SessionProof.Signatures, sender: Peer) -> Evidence? {
    Evidence(
      signatures.firstRightFrame, sender,
      "the first of \(counted(signatures.right, "message")) of the \(sender.rawValue) with a right signature")
  }
}

extension SessionProof {
  /// The key is the one of the session for certain: the logon was made with it.
  var hasCertainKey: Bool { password == .fits && hasRightMIC != false || hasKeyOfTicket && !hasGivenKey }

  /// The first signature of the server is wrong, and on 3.1.1 its key depends on NEGOTIATE and SESSION_SETUP.
  var dependsOnOtherBytes: Bool {
    guard isFirstAnswerRight == false else { return false }
    // The dialect of the answer may be what was changed.
    guard agreement?.dialect == .smb311 else { return server.firstWrong?.alteration?.place == .negotiateResponse }
    return server.firstWrong?.alteration?.place != .message
  }
}

extension Alteration {
  /// `NEGOTIATE request`
  var message: String {
    switch place {
    case .negotiateRequest: "NEGOTIATE request"
    case .negotiateResponse: "NEGOTIATE response"
    case .sessionSetup(let isResponse): "SESSION_SETUP \(isResponse ? "response" : "request")"
    case .message: "message"
    }
  }
}
