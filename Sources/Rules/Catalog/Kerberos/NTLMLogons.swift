import Packets
import Protocols
import Transcripts

// Logons with NTLM, for the rules that ask why it was not Kerberos.

extension Case {
  /// Logons of users with NTLM that succeeded.
  var ntlmLogons: [(connection: ConnectionBrief, session: Session)] { ntlmLogons { _, _ in true } }

  /// - Parameter isWanted: gets the place of a connection, and that of its session.
  private func ntlmLogons(where isWanted: (Int, Int) -> Bool) -> [(connection: ConnectionBrief, session: Session)] {
    var logons: [(connection: ConnectionBrief, session: Session)] = []
    // By their places: to copy each connection takes longer than to look at it.
    for place in connections.indices {
      for index in connections[place].sessions.indices
      where connections[place].sessions[index].isNTLMLogon && isWanted(place, index) {
        logons.append((connections[place], connections[place].sessions[index]))
      }
    }
    return logons
  }

  /// With a server that belongs to a domain and offers Kerberos.
  func domainLogonsWithNTLM(
    where isWanted: (Session) -> Bool = { _ in true }
  ) -> [(connection: ConnectionBrief, session: Session)] {
    ntlmLogons { place, index in
      connections[place].mechanisms.contains(.kerberos) && connections[place].sessions[index].ntlm?.isDomainMember == true
        && isWanted(connections[place].sessions[index])
    }
  }

  /// Of all connections, and by their places, too.
  func sessions(where isWanted: (Session) -> Bool) -> [Session] {
    var sessions: [Session] = []
    for place in connections.indices {
      for index in connections[place].sessions.indices where isWanted(connections[place].sessions[index]) {
        sessions.append(connections[place].sessions[index])
      }
    }
    return sessions
  }

  /// Every name of the server is an address, for which there is no Kerberos.
  var isByAddress: Bool {
    let names = hosts
    return !names.isEmpty && names.allSatisfy(\.isAddressLiteral)
      && !lookups.exchanges.contains { $0.fileServer?.isAddressLiteral ?? false }
  }
}

extension Session {
  fileprivate var isNTLMLogon: Bool {
    isEstablished && !isBinding && !hasNoKey && identity.mechanism == .ntlm && ntlm?.response != nil
  }

  var ntlmEvidence: [Evidence] {
    [
      Evidence(requestStamp.frame, .client, "SESSION_SETUP request with NTLM, \(who)"),
      Evidence(establishedFrame, .server, "SESSION_SETUP response: success"),
    ].compactMap(\.self)
  }
}
