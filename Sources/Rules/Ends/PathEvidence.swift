import Packets
import Transcripts

// What the end of a connection shows of the path: that goes before whatever a rule suggests for hosts.

extension Transcript {
  /// Puts the path before the causes and remedies of a rule about silence or a close.
  package func putPathFirst(in observation: inout Observation, of rule: Rule) {
    switch rule.nature {
    case .silence where rule.phase != .transport: putLossFirst(in: &observation)
    case .reset where rule.phase != .transport:
      putOtherSenderFirst(in: &observation)
      putGoneConnectionFirst(in: &observation)
    default: break
    }
  }

  /// Bytes from which the size of a message may be why it is lost: no path has a smaller MTU.
  static let largeMessage = 1_200

  /// The server's later segments come after bytes that never arrived.
  func putLossFirst(in observation: inout Observation) {
    guard case .server = end.turn, visibility.unseenServerTail > 0 else { return }
    let isLarge = visibility.unseenServerTail >= Self.largeMessage
    // The server did answer, so nothing that keeps it from answering is left.
    observation.causes = [
      "the path loses the server's answer (its sequence numbers show \(counted(visibility.unseenServerTail, "byte")) that never arrived)"
        + (isLarge ? ": often only large packets are lost, because the MTU of a VPN or tunnel is smaller than the hosts assume" : ""),
      "a device on the path drops the answer because of its content: intrusion prevention, deep inspection, a WAN optimizer",
    ]
    observation.firstRemedies = []
    observation.remedies = (isLarge ? [.testMTU, .lowerMTU] : []) + [.captureOtherSideOfSilence, .findDropper, .checkPath]
  }

  /// A reset that does not look like the host's own, although not enough speaks against it to say so.
  func putOtherSenderFirst(in observation: inout Observation) {
    guard let doubt = suspiciousReset, let sign = doubt.signs.max(by: { $0.weight.rawValue < $1.weight.rawValue }) else { return }
    observation.firstCauses = [
      "a device on the path sent the reset in the \(peer(doubt.termination.side).rawValue)'s name: \(sign.note)"
    ]
    observation.firstRemedies = [.findInjector] + observation.firstRemedies.filter { $0 != .findInjector }
  }

  /// The client's host answers with a reset without an acknowledgment (RFC 9293 3.10.7.1). It does not know the connection, although
  /// the client had not closed it.
  var isForgottenByClient: Bool {
    guard let termination = ending, termination.kind == .rst, !termination.hasAck, peer(termination.side) == .client else { return false }
    return !terminations.contains { $0.kind == .fin && peer($0.side) == .client }
  }

  private func putGoneConnectionFirst(in observation: inout Observation) {
    guard suspiciousReset == nil, isForgottenByClient, traffic.lastResponse != nil else { return }
    observation.firstCauses = [
      "the connection was already gone at the client when the server's answer came: a device on the path had reset it there, or the program had ended"
    ]
    observation.firstRemedies = [.captureOtherSideOfReset] + observation.firstRemedies.filter { $0 != .captureOtherSideOfReset }
  }
}
