import Packets
import Protocols
import Transcripts

/// Messages that should be signed or encrypted and are not.
extension Rule {
  static let whenSigningIsRequired = """
    Signing is required when either side says so in NEGOTIATE (SecurityMode bit 2), except in guest and anonymous \
    sessions, because these have no key.


    """
}

extension Transcript {
  /// The server requires signing, and the client has signed nothing at all.
  var clientThatNeverSigns: Observation? {
    guard serverRequiresSigning, !protection.clientSigned,
      let fault = protection.faults.first(where: { $0.fault == .unsigned && $0.sender == .client }),
      // On SMB 3.1.1 that has a rule of its own.
      !(fault.command == .treeConnect && dialect == .smb311), !visibility.mayHideMessages(from: .client)
    else { return nil }
    let session = sessions.last { $0.id == fault.sessionID }
    let modes = [negotiation?.request?.securityMode, session?.securityMode].compactMap(\.self)
    let cannot = !modes.isEmpty && modes.allSatisfy { $0 == [] }
    var observation = Observation(
      .likely,
      "the server requires signing, but the client signs nothing on this connection"
        + (cannot ? ": its SecurityMode says that it does not sign" : ""),
      evidence: (evidence(of: fault, "not signed")
        + (negotiation?.requestStamp == nil
          ? [Evidence(session?.requestStamp.frame, .client, "SESSION_SETUP request: SecurityMode \(session?.securityMode ?? [])")].compactMap(\.self) : []))
        .sorted { $0.frame < $1.frame },
      causes: [
        "the client's program does not sign: it cannot, or is set not to", "the server requires signing from clients that cannot",
      ])
    observation.remedies = [.clientSigns, .signingOfBothWindows, .patchClient]
    return observation
  }

  /// Who requires what, the logon, and the message.
  func evidence(of fault: UnprotectedMessage, _ note: String) -> [Evidence] {
    let session = sessions.last { $0.id == fault.sessionID }
    return [
      Evidence(
        negotiation?.requestStamp?.frame, .client,
        "NEGOTIATE request: SecurityMode \(negotiation?.request?.securityMode ?? [])"),
      Evidence(
        negotiation?.responseStamp?.frame, .server,
        "NEGOTIATE response: SecurityMode \(negotiation?.response?.securityMode ?? [])"),
      Evidence(session?.establishedFrame, .server, session.map { "the session of \($0.who) is established" } ?? ""),
      Evidence(
        fault.frame, fault.sender, "\(fault.command.name) \(fault.sender == .client ? "request" : "response"), \(note)"),
    ].compactMap(\.self)
  }
}
