import Packets
import Protocols
import Transcripts

extension Rule {
  static let negotiateNoCommonDialect = Rule(
    id: "negotiate-no-common-dialect",
    severity: .critical,
    phase: .negotiate,
    nature: .status,
    supersededBySuccess: true,
    summary: "Client and server have no SMB dialect in common.",
    explanation: """
      The client lists the dialects that it speaks, and the server answers that it accepts none of them: \
      STATUS_NOT_SUPPORTED, or in SMB1 the dialect index 0xFFFF. The lowest dialect that one side allows is higher \
      than the highest dialect of the other side.

      Compare the list in the request with the dialects that the server allows.
      """,
    whenBenign: "When the client tries again at once with other dialects and gets in. The finding is then only a note.",
    howToVerify: "Compare the dialects in the request with the server's minimum and maximum.",
    causes: [
      "the server's minimum is above the client's maximum (a hardened server and an old client)",
      "the client is set to a single dialect that the server does not support",
      "a device that offers only SMB1",
    ],
    remedies: [.alignDialectsWindows, .alignDialectsSamba, .replaceSMB1],
    references: ["MS-SMB2 3.3.5.4", "MS-SMB2 2.2.3"]
  ) { transcript in
    if let negotiation = transcript.negotiation, negotiation.responseStamp?.status == .notSupported {
      let story = story(of: negotiation.offered)
      let offered = negotiation.offered.isEmpty ? "the capture does not show which" : "SMB \(list(negotiation.offered))"
      return [
        Observation(
          .proven, "the server supports none of the dialects that the client offers: \(offered)",
          evidence: [
            Evidence(negotiation.requestStamp?.frame, .client, "NEGOTIATE request: \(offered)"),
            Evidence(negotiation.responseStamp?.frame, .server, "NEGOTIATE response: \(NTStatus.notSupported)"),
          ].compactMap(\.self), causes: story?.causes, remedies: story?.remedies)
      ]
    }
    guard let smb1 = transcript.smb1, let response = smb1.response, response.dialectIndex == nil, !transcript.isAnsweredInSMB1 else { return [] }
    return [
      Observation(
        .proven, "the server accepts none of the SMB1 dialects that the client offers",
        evidence: [
          Evidence(smb1.requestStamp?.number, .client, "SMB1 NEGOTIATE: \(smb1.request?.list ?? "")"),
          Evidence(smb1.responseFrame, .server, "SMB1 NEGOTIATE response: DialectIndex 0xFFFF"),
        ].compactMap(\.self), severity: transcript.isVersionProbe ? .info : nil)
    ]
  }

  /// The server answers in SMB2, so it speaks it, or has it switched off: what is offered tells which of its limits it is.
  private static func story(of offered: [SMB2Dialect]) -> (causes: [String], remedies: [Remedy])? {
    let offered = offered.filter { $0 != .wildcard }
    guard let lowest = offered.min(), let highest = offered.max() else { return nil }
    let limits: [Remedy] = [.alignDialectsSamba, .alignDialectsWindows]
    let isTooNew = "the server's maximum is below SMB \(lowest), which is the client's minimum: an old server, or one that is limited to old dialects"
    let isTooOld = "the server's minimum is above SMB \(highest), which is the client's maximum: a hardened server and an old or limited client"
    let isOff = "the server has SMB2 and SMB 3 switched off, or is too old for them"
    switch (lowest == .smb202, highest == .smb311) {
    case (true, true): return ([isOff, "a device that offers only SMB1"], limits + [.replaceSMB1])
    case (true, false): return ([isTooOld, isOff], limits + [.replaceSMB1])
    case (false, true): return ([isTooNew] + only(offered), [.olderDialectInClient] + limits + [.patchServer])
    case (false, false): return (only(offered) + [isTooOld, isTooNew], limits + [.patchBoth])
    }
  }

  private static func only(_ offered: [SMB2Dialect]) -> [String] {
    offered.count == 1 ? ["the client is set to a single dialect that the server does not support"] : []
  }
}
