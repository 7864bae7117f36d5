import Packets
import Protocols
import Transcripts

extension Rule {
  static let signingRequiredUnsupported = Rule(
    id: "signing-required-unsupported",
    severity: .critical,
    phase: .signing,
    nature: .wrongValue,
    supersededBySuccess: true,
    summary: "One side requires signing, but the other cannot sign.",
    explanation: whenSigningIsRequired + """
      Here the other side does not announce that it can sign, or the server leaves its answers unsigned until the \
      client logs off or closes the connection, or the client signs nothing on the whole connection. This happens with \
      third-party servers that have signing switched off, when clients require it, as Windows 11 24H2 does by \
      default. Windows then shows 0xC000A000.
      """,
    whenBenign: "Never. Some servers sign although they do not announce it, but smbdx does not report connections that work.",
    howToVerify: "Connect from a client that does not require signing. If that works, this is the reason.",
    causes: [
      "a NAS or other third-party server with signing switched off, or too old for it",
      "a client program that cannot sign, or is set not to sign",
    ],
    remedies: [.signingOnServer, .signingSamba, .clientSigns, .patchBoth],
    references: ["MS-SMB2 3.1.4.1", "MS-SMB2 3.2.4.1.1", "MS-SMB2 3.3.5.4"]
  ) { transcript in
    if let never = transcript.clientThatNeverSigns { return [never] }
    guard let request = transcript.negotiation?.request, let response = transcript.negotiation?.response,
      !transcript.trees.contains(where: \.isConnected), let termination = transcript.ending,
      // The Linux kernel logs off from a session that it cannot use.
      !transcript.wasLeftOrderly || transcript.trees.isEmpty,
      !transcript.sessions.contains(where: { $0.refusal != nil || $0.hasNoKey }), transcript.traffic.encryptedMessages == 0
    else { return [] }
    let modes = [
      Evidence(transcript.negotiation?.requestStamp?.frame, .client, "NEGOTIATE request: SecurityMode \(request.securityMode)"),
      Evidence(transcript.negotiation?.responseStamp?.frame, .server, "NEGOTIATE response: SecurityMode \(response.securityMode)"),
    ].compactMap(\.self)
    let observation =
      transcript.sideThatCannotSign(request.securityMode, response.securityMode, modes)
      ?? transcript.leftOverUnsignedAnswer(termination, request.securityMode, modes)
    return [observation].compactMap(\.self)
  }
}

extension Transcript {
  /// One side says in NEGOTIATE that it cannot sign, and the other one requires it.
  fileprivate func sideThatCannotSign(
    _ client: SMB2SecurityMode, _ server: SMB2SecurityMode, _ modes: [Evidence]
  ) -> Observation? {
    let cannot = SMB2SecurityMode([])
    let isServer = server == cannot && client.contains(.signingRequired)
    let isClient = client == cannot && server.contains(.signingRequired)
    guard isServer || isClient else { return nil }
    return Observation(
      .likely, "the \(isServer ? "client" : "server") requires signing, but the \(isServer ? "server" : "client") does not offer it",
      evidence: modes + endEvidence,
      causes: isClient ? ["the client's program does not sign: it cannot, or is set not to"] : nil,
      firstRemedies: isClient ? [.clientSigns, .patchClient] : [],
      // A logon that succeeds is of no use to a client that cannot check its answer.
      goal: Goal(.established, user: mainSession?.account))
  }

  /// The client requires signing, and leaves as soon as the server accepts the logon unsigned.
  fileprivate func leftOverUnsignedAnswer(
    _ termination: Termination, _ client: SMB2SecurityMode, _ modes: [Evidence]
  ) -> Observation? {
    guard client.contains(.signingRequired), peer(termination.side) == .client,
      let session = mainSession, session.hasKey, let granted = session.replyStamp, !granted.isSigned,
      !protection.serverSigned, (.zero ... .seconds(5)).contains(termination.stamp.time.since(granted.time)),
      !visibility.mayHideMessages(from: .server)
    else { return nil }
    return Observation(
      .likely, "the client requires signing, \(serverName) does not sign its answer, and the client hangs up",
      evidence: modes + evidence(of: session).suffix(1) + [evidence(of: termination, after: granted)])
  }
}
