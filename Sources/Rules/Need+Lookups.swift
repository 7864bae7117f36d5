import Protocols
package import Transcripts

// What a client asks beside SMB is missing when the recording was made with a filter, or at another place.

extension Case {
  /// Why this case does not meet a need that goes beyond its connections; nil when it does, or when nothing depends on it.
  package func obstacle(to need: Need, in facts: RecordingFacts) -> Obstacle? {
    switch need {
    // Who has looked for a KDC in vain asks none.
    case .kerberosTraffic where facts.kerberosFlows == 0 && mayFailForWantOfTicket && lookups.waits.isEmpty && lookups.neighbors.isEmpty:
      .noKerberosTraffic
    case .nameTraffic where facts.nameFlows == 0 && mayFailForItsName: .noNameTraffic
    default: nil
    }
  }

  /// A user who wants to log on with Kerberos was refused, or left where a client without a ticket leaves.
  private var mayFailForWantOfTicket: Bool {
    guard !connections.contains(where: { $0.sessions.contains { $0.isEstablished && !$0.hasNoKey } }) else { return false }
    return connections.contains { connection in
      if connection.leavesAfterNegotiate { return connection.mechanisms.isEmpty || connection.mechanisms.contains(.kerberos) }
      return connection.sessions.contains {
        $0.refusal != nil && ($0.identity.mechanism == .kerberos || $0.identity.offered.contains(.kerberos))
      }
    }
  }

  /// No connection came about, or the name that was used may be an alias.
  private var mayFailForItsName: Bool {
    guard !connections.contains(where: { $0.sessions.contains { $0.isEstablished && !$0.hasNoKey } }) else { return false }
    return connections.contains { $0.openingFailure != nil && $0.failedStage == .transport } || mayFailForWantOfTicket
  }
}

extension ConnectionBrief {
  /// The client has the answer to NEGOTIATE, sends no logon and ends the connection: so does who gets no ticket.
  package var leavesAfterNegotiate: Bool {
    dialect != nil && sessions.isEmpty && endedBy == .client && !isAdditionalChannel
  }
}

extension Obstacle {
  package static let noKerberosTraffic = Obstacle(
    reason: "the recording has no packet to or from a KDC (port 88), so smbdx cannot check whether the client got a ticket",
    remedy: "a recording on the client with the filter “port 445 or port 139 or port 88 or port 53”, from before the attempt")
  package static let noNameTraffic = Obstacle(
    reason: "the recording has no packet to or from a name server (port 53), so smbdx cannot check where the server's name leads",
    remedy: "a recording on the client with the filter “port 445 or port 139 or port 88 or port 53”, from before the attempt")
}
