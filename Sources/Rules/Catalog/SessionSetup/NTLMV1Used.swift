import Packets
import Protocols
import Transcripts

extension Rule {
  static let ntlmV1Used = Rule(
    id: "ntlmv1-used",
    severity: .warning,
    phase: .sessionSetup,
    nature: .wrongValue,
    supersededBySuccess: true,
    summary: "The client proves its password with NTLMv1.",
    explanation: """
      The response to the challenge has 24 bytes, which is NTLMv1 or its variant with a client challenge. Attackers \
      can break it by trying. Current Windows and Samba servers refuse it with STATUS_LOGON_FAILURE, as if the \
      password were wrong. The finding is then critical and explains the refusal.

      A server that accepts NTLMv1 elsewhere in the same attempt refuses for another reason, most likely a wrong \
      password. The use of NTLMv1 is then a separate warning.
      """,
    whenBenign: "Never, although it works with servers that still accept it.",
    howToVerify: "Look at event 4624 or 4625 on the server. Its package is “NTLM V1”.",
    causes: [oldDevice, settings],
    remedies: [.ntlmV2Device, .ntlmV2Windows, .ntlmV2Samba, .patchBoth],
    references: ["MS-NLMP 2.2.2.6", "MS-NLMP 3.3.1"],
    judge: .attempt { one in
      guard !one.sessions(where: { $0.ntlm?.isVersion1 == true }).isEmpty else { return [] }
      let accepted = one.connections.lazy.compactMap { connection in
        connection.sessions.first { $0.ntlm?.isVersion1 == true && $0.isEstablished && !$0.hasNoKey }
      }.first
      return one.connections.compactMap { connection in
        guard let session = connection.sessions.first(where: { $0.ntlm?.isVersion1 == true }) else { return nil }
        // Some clients try it only when NTLMv2 was refused.
        let isFallback = connection.sessions.contains {
          $0.refusal == .logonFailure && $0.requestStamp.frame < session.requestStamp.frame && $0.ntlm?.isVersion1 == false && $0.isSameUser(as: session)
        }
        let isRefused = session.refusal == .logonFailure && accepted == nil && session.admittedOthers?.version1Frame == nil && !isFallback
        return Observation(
          .proven,
          "\(session.who) authenticates with NTLMv1"
            + (isRefused ? ", and servers that accept only NTLMv2 refuse it in this way" : isFallback ? ", after the server refused NTLMv2 as well" : ""),
          evidence: [
            Evidence(session.requestStamp.frame, .client, "SESSION_SETUP request: an NTLM response of 24 bytes, \(session.who)"),
            Evidence(session.replyStamp?.frame, .server, "SESSION_SETUP response: \(session.replyStamp?.status ?? .success)"),
            session.refusal == nil
              ? nil : Evidence(accepted?.establishedFrame, .server, "this server accepts NTLMv1 from the same client here"),
            session.refusal == nil || accepted != nil
              ? nil : Evidence(session.admittedOthers?.version1Frame, .server, "this server accepts NTLMv1 from others here"),
          ].compactMap(\.self), severity: isRefused ? .critical : .warning, causes: isOfWindows(session) ? [settings] : nil,
          firstRemedies: isOfWindows(session) ? [.ntlmV2Windows] : [], goal: Goal(user: session.account),
          connections: [connection.id])
      }
    })

  private static let oldDevice = "an old device (printer, scanner, NAS)"
  private static let settings = "a client that is set to send LM or NTLMv1 responses (LmCompatibilityLevel 0 to 2 of Windows, “client NTLMv2 auth = no” of Samba)"

  /// Windows Vista and later name their build, and send NTLMv2 if nothing is set.
  private static func isOfWindows(_ session: Session) -> Bool { session.ntlm?.clientVersion.map { $0.major >= 6 && $0.build > 6_001 } ?? false }
}
