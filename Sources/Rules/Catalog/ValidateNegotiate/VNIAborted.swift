import Packets
import Protocols
import Transcripts

/// The connection ends because of Validate Negotiate.
extension Rule {
  static let whatEndsAValidation = """
    The client asked the server to confirm the values of NEGOTIATE (Validate Negotiate), and the connection ended at \
    this step. Validate Negotiate detects tampering with NEGOTIATE: a side that finds a difference closes the \
    connection.


    """
}

extension Transcript {
  /// A key shows that the message of that side is not as it was signed: reason enough to leave.
  func abortOverSignature(_ abort: ValidationAbort, of peer: Peer) -> Observation {
    let message = peer == .client ? "request" : "answer"
    return Observation(
      .proven, "the \(peer.other.rawValue) closed the connection because the signature of the Validate Negotiate \(message) is wrong",
      evidence: evidence(of: abort.validation) + endEvidence,
      causes: ["the \(message) was changed on its way, or the \(peer.rawValue) signs with another key: see the finding about that signature"],
      comparison: abort.validation.comparison(with: negotiation))
  }
}
