import Packets
import Protocols
import Transcripts

extension Rule {
  static let kerberosFallbackToNTLM = Rule(
    id: "kerberos-fallback-to-ntlm", severity: .warning, phase: .kerberos, nature: .note,
    summary: "The client got no Kerberos ticket and logged on with NTLM instead.",
    explanation: """
      The share works, and users notice nothing. But NTLM is weaker, is being switched off, and cannot be delegated. \
      The reason is the answer of the KDC just before, or that no KDC answered. A client that opens the server by its address \
      after the server had refused its ticket does the same.
      """,
    whenBenign: "If the client is set to use NTLM, or is not a member of a domain. It then asks no KDC, and smbdx reports nothing.",
    howToVerify: "Ask for the ticket by hand on the client: klist get cifs/NAME on Windows, kvno cifs/NAME on Linux.",
    causes: ["see the Kerberos finding that is shown with this one"],
    remedies: [.findSPN, .useKerberos], references: ["RFC 4178 4.1", "RFC 4120 7.5.9"],
    judge: .attempt { one in
      guard !one.lookups.exchanges.isEmpty else { return one.addressesBehindRefusedTickets }
      let failures = KerberosFailures(one)
      let isByAddress = one.isByAddress
      return one.ntlmLogons.compactMap { connection, session in
        guard !isByAddress, let reason = failures.last(before: session.requestStamp.frame, since: connection.firstFrame.time, of: session.identity.user)
        else { return nil }
        // What an earlier attempt was refused, this one may never have asked for.
        let isOwn = reason.frame > connection.firstFrame.number
        let opensAddress = !connection.hosts.isEmpty && connection.hosts.allSatisfy(\.isAddressLiteral)
        if opensAddress, isOwn { return nil }
        var observation = Observation(
          reason.isJoinedByTime || !isOwn ? .possible : .likely,
          isOwn
            ? "\(reason.text), so \(session.who) logs on with NTLM"
            : opensAddress
              ? "\(reason.text); then \(session.who) opens the server by its address, where only NTLM is possible: by its name nothing has changed"
              : "\(reason.text); then \(session.who) logs on with NTLM, and asks no KDC again",
          evidence: reason.evidence + session.ntlmEvidence, severity: isOwn || opensAddress ? nil : .info, connections: [connection.id])
        observation.remedies = reason.remedies.map { $0 + [.useKerberos] }
        return observation
      } + one.addressesBehindRefusedTickets
    })
}

extension Case {
  /// By its name the server refuses a ticket, and soon after it lets the client in by its address, with NTLM.
  fileprivate var addressesBehindRefusedTickets: [Observation] {
    let refused = kerberosRefusals
    guard !refused.isEmpty else { return [] }
    return ntlmLogons.compactMap { connection, session in
      guard !connection.hosts.isEmpty, connection.hosts.allSatisfy(\.isAddressLiteral),
        let before = refused.last(where: { $0.lastFrame.number < connection.firstFrame.number }),
        connection.firstFrame.time.since(before.lastFrame.time) <= Case.timeout,
        let ticket = before.sessions.last(where: { $0.identity.mechanism == .kerberos && !$0.isEstablished })
      else { return nil }
      return Observation(
        .likely, "\(server) refuses the ticket of \(ticket.who); then \(session.who) opens the server by its address, where only NTLM is possible: by its name nothing has changed",
        evidence: [
          Evidence(ticket.requestStamp.frame, .client, "SESSION_SETUP request with a ticket for \(ticket.identity.service ?? "the server")"),
          Evidence(ticket.replyStamp?.frame, .server, "SESSION_SETUP response: \(ticket.replyStamp?.status ?? .success)"),
        ].compactMap(\.self) + session.ntlmEvidence, connections: [connection.id])
    }
  }
}
