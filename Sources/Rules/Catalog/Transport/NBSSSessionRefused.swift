import Packets
import Protocols
package import Transcripts

extension Rule {
  static let nbssSessionRefused = Rule(
    id: "nbss-session-refused",
    severity: .error,
    phase: .transport,
    nature: .status,
    supersededBySuccess: true,
    summary: "The server refuses the NetBIOS session.",
    explanation: """
      Before SMB begins, the NetBIOS session service may refuse, with a code. On port 139 the client gives the \
      server's name (“called name”) and its own (“calling name”). Usually the server does not have the called name. \
      On port 445 there are no names. Samba uses the same packet there to refuse a client that “hosts allow” or \
      “hosts deny” excludes.
      """,
    whenBenign: """
      When the client then succeeds with “*SMBSERVER” or on port 445. The finding is then only a note. It is also a \
      note if the client tries another name next: only the last answer counts.
      """,
    howToVerify: "Connect to port 445 by the server's DNS name. That needs no NetBIOS name.",
    causes: ["the server does not have the name that the client called", "the server does not admit this client"],
    remedies: [
      .useDirectSMB, .checkSambaHosts,
      .serverLogs,
    ],
    references: ["RFC 1002 4.3.4", "RFC 1001 16"],
    judge: .attempt { one in
      let refused = one.connections.compactMap(RefusedName.init)
      guard let last = refused.last else { return [] }
      // Clients try several names, one after the other: the answer to the last one says what is wrong.
      return refused.map { $0.observation(before: $0.mayBeStep(before: last) ? last : nil) }
    })
}

/// A connection whose NetBIOS session was refused.
private struct RefusedName {
  var connection: Int
  var server: Endpoint
  var request: SessionPacket?
  var refusal: SessionPacket

  init?(_ connection: ConnectionBrief) {
    guard case .sessionRefused(let refusal)? = connection.openingFailure else { return nil }
    self.connection = connection.id
    self.server = connection.server
    self.refusal = refusal
    request = connection.sessionPackets.last { $0.type == .sessionRequest && $0.frame <= refusal.frame }
  }

  private var called: String? { request?.names?.called }

  /// The client went on to another name of the same server, or the server to another answer.
  func mayBeStep(before last: Self) -> Bool {
    guard server == last.server, let called, let lastCalled = last.called, refusal.frame < last.refusal.frame else { return false }
    return called != lastCalled || refusal.errorCode != last.refusal.errorCode
  }

  func observation(before last: Self?) -> Observation {
    let names = request?.names.map { ", called name “\($0.called)”, calling name “\($0.calling)”" } ?? ""
    let meaning = NBSSError(code: refusal.errorCode, isOnPort139: server.port == 139, isAnyName: called?.hasPrefix("*") ?? false)
    var observation = Observation(
      .proven,
      "the server refuses the NetBIOS session: \(meaning.name)" + (last.map { $0.called == called ? "; it gives another reason next" : "; the client tries another name next" } ?? ""),
      evidence: [
        Evidence(request?.frame, .client, "session request\(names)"),
        Evidence(refusal.frame, .server, "negative session response, code \(meaning.code): \(meaning.name)"),
      ].compactMap(\.self), severity: last == nil ? nil : .info,
      causes: meaning.causes, connections: [connection])
    observation.remedies = meaning.remedies
    return observation
  }
}

extension SessionPacket {
  /// `called name not present`, of a negative response.
  package var refusal: String { NBSSError(code: errorCode, isOnPort139: true, isAnyName: false).name }
}

private struct NBSSError {
  var code: String
  var name: String
  var causes: [String]
  /// nil for those of the rule.
  var remedies: [Remedy]?

  /// - Parameter isAnyName: the client called “*SMBSERVER”, which means whatever the server's name is.
  init(code: UInt8?, isOnPort139: Bool, isAnyName: Bool) {
    self.code = code.map { "0x" + String($0, radix: 16) } ?? "missing"
    switch code {
    case 0x80:
      name = "not listening on called name"
      causes = [
        (isAnyName ? "" : "the server has the name that the client called, but ") + "the file service of the server is off or does not listen",
        "the server is short of resources, or at its limit of sessions",
      ]
      remedies = [.checkServerService, .serverLogs] + (isOnPort139 ? [.useDirectSMB] : [])
    case 0x81:
      name = "not listening for calling name"
      causes =
        isOnPort139
        ? ["the server does not admit this client", "“hosts allow” or “hosts deny” of Samba excludes the client's address"]
        : ["“hosts allow” or “hosts deny” of Samba excludes the client's address"]
      // Who talks to port 445 needs no NetBIOS already.
      remedies = isOnPort139 ? nil : [.checkSambaHosts, .serverLogs]
    case 0x82:
      name = "called name not present"
      causes = [
        "the server does not have the NetBIOS name that the client called (an alias, or a name cut at 15 characters)",
        "the wrong host: an old WINS or DNS record",
      ]
    case 0x83:
      name = "insufficient resources"
      causes = ["the server is short of resources, or at its limit of sessions"]
      remedies = [.serverLogs, .checkServerService] + (isOnPort139 ? [.useDirectSMB] : [])
    default:
      name = "unspecified error"
      causes = ["a reason that the server writes only to its log"]
      remedies = [.serverLogs] + (isOnPort139 ? [.useDirectSMB] : [])
    }
  }
}
