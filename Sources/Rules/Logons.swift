import Packets
import Protocols
import Transcripts

// Who logs on to what, in the words that the rules about sessions and shares use.

extension Session {
  /// `LAB\alice from WS01`, as the client sends it.
  var who: String {
    if identity.isAnonymous { return "an anonymous user" }
    if let user = identity.user, !user.isEmpty {
      let name = identity.domain.flatMap { $0.isEmpty ? nil : "\($0)\\\(user)" } ?? user
      return name + (identity.workstation.flatMap { $0.isEmpty ? nil : " from \($0)" } ?? "")
    }
    return identity.service.map { "the holder of a ticket for \($0)" } ?? "the client"
  }

  /// `NTLM`, `Kerberos`
  var mechanismName: String {
    switch identity.mechanism {
    case .ntlm: "NTLM"
    case .kerberos: "Kerberos"
    case .other, nil: "an unknown mechanism"
    }
  }

  /// The name of the server in the service the client believes it talks to.
  var serviceHost: String? { (identity.service ?? ntlm?.targetName)?.serviceHost }

  /// The same, when it can be the server's name: libraries put all kinds of words into the target name of NTLM.
  var credibleServiceHost: String? {
    if let host = identity.service?.serviceHost { return host }
    guard let host = ntlm?.targetName?.serviceHost else { return nil }
    if host.isAddressLiteral || host.contains(".") { return host }
    let own = [ntlm?.nbComputerName, ntlm?.dnsComputerName].compactMap { $0?.lowercased() }
    return own.contains { $0 == host.lowercased() || $0.hasPrefix(host.lowercased() + ".") } ? host : nil
  }

  /// What the client calls a member of a domain to which it logs on with NTLM, where that is an address.
  var addressOfMember: String? {
    guard identity.mechanism == .ntlm, ntlm?.isDomainMember == true, let host = credibleServiceHost, host.isAddressLiteral else { return nil }
    return host
  }

  /// The same user, as far as the capture tells.
  func isSameUser(as other: Session) -> Bool {
    guard let account, let otherAccount = other.account else { return true }
    return account.isSame(as: otherAccount)
  }
}

extension String {
  /// `fs01.lab.example` in `cifs/fs01.lab.example` and `cifs/fs01.lab.example@LAB.EXAMPLE`.
  fileprivate var serviceHost: String? {
    // By bytes: several rules ask this of each refused logon, and to find characters takes ten times as long.
    let parts = utf8.split(separator: UInt8(ascii: "/"), maxSplits: 2)
    guard parts.count > 1 else { return nil }
    return parts[1].split(whereSeparator: { $0 == UInt8(ascii: "@") || $0 == UInt8(ascii: ":") }).first.map { String(Substring($0)) }
  }

  /// An IPv4 or IPv6 address rather than a name.
  var isAddressLiteral: Bool { isAddress }
}

extension Transcript {
  /// The user of a session that ended logs on again behind a frame: another user's logon renews nothing.
  func logsOnAgain(_ session: Session?, behind frame: Int) -> Bool {
    sessions.contains { $0.isEstablished && $0.requestStamp.frame > frame && (session?.isSameUser(as: $0) ?? true) }
  }

  /// Others than the user of this session work on the same connection.
  func isShared(besides session: Session?) -> Bool {
    guard let session else { return false }
    return sessions.contains { $0.isEstablished && !$0.isSameUser(as: session) }
  }

  /// `SMB 3.0.2`, `SMB1 (NT LM 0.12)`
  var dialectName: String {
    if negotiation == nil, let smb1 { return "SMB1" + (smb1.chosen.map { " (\($0))" } ?? "") }
    return "SMB \(dialect?.description ?? "?")"
  }

  /// What the client calls the server: in NEGOTIATE, in the service of its ticket, in a path; else its address.
  ///
  /// The target name of an NTLM logon is the client's own idea, and some clients put anything there. An address is the
  /// server's only when the packets come from it: behind a NAT the path has another one.
  var serverName: String {
    negotiation?.request?.contexts.netName.flatMap(nameOfSender) ?? mainSession?.credibleServiceHost.flatMap(nameOfSender)
      ?? trees.lazy.compactMap { $0.path.targetHost.flatMap(nameOfSender) }.first
      ?? server.address.description
  }

  /// nil for an address that is not the one the answers come from, as behind NAT: who answers is the sender of the packets.
  func nameOfSender(_ name: String) -> String? {
    name.isAddressLiteral && name.lowercased() != server.address.description.lowercased() ? nil : name
  }

  /// Requests and answers of a logon, for the rules about how it ended.
  func evidence(of session: Session) -> [Evidence] {
    var request = "SESSION_SETUP request, leg \(session.legs): \(session.mechanismName)" + (session.who == "the client" ? "" : ", \(session.who)")
    if let service = session.identity.service ?? session.ntlm?.targetName { request += ", service \(service)" }
    return [
      Evidence(negotiation?.responseStamp?.frame ?? smb1?.responseFrame, .server, "NEGOTIATE response, \(dialectName)"),
      Evidence(session.requestStamp.frame, .client, request),
      Evidence(session.replyStamp?.frame, .server, answer(to: session)),
    ].compactMap(\.self).filter { session.isAnswered || $0.frame != session.replyStamp?.frame || $0.sender == .client }
  }

  private func answer(to session: Session) -> String {
    var note = "SESSION_SETUP response: \(session.replyStamp?.status ?? .success)"
    if session.flags.contains(.isGuest) { note += ", as guest" }
    if session.flags.contains(.isNull) { note += ", anonymous" }
    if session.flags.contains(.encryptData) { note += ", encryption demanded" }
    return note
  }

  /// The last share that has no answer.
  var openTree: Tree? { trees.last { $0.replyStamp == nil } }

  func evidence(of tree: Tree) -> [Evidence] {
    let session = session(of: tree)
    return [
      Evidence(
        session?.replyStamp?.frame, .server,
        session.map { "session of \($0.who) over \(dialectName)" } ?? ""),
      Evidence(tree.requestStamp.frame, .client, "TREE_CONNECT request for \(tree.path), \(signed(tree.requestStamp))"),
      Evidence(
        tree.replyStamp?.frame, .server,
        "TREE_CONNECT response: \(tree.replyStamp?.status ?? .success)"
          + (tree.response.map { ", share flags \(hexadecimal($0.shareFlags.rawValue)), access \(hexadecimal($0.maximalAccess))" } ?? "")),
    ].compactMap(\.self)
  }
}

/// `: ` and the meaning of a status, for the end of a summary.
func meaning(of status: NTStatus) -> String { status.meaning.map { ": \($0.withoutFullStop)" } ?? "" }

extension String {
  /// A sentence as a part of another one.
  var withoutFullStop: String {
    guard hasSuffix(".") else { return self }
    let text = dropLast()
    // “NTLM is blocked” keeps its capitals.
    return text.dropFirst().first?.isUppercase == true ? String(text) : text.prefix(1).lowercased() + text.dropFirst()
  }
}
