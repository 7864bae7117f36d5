import Packets
import Protocols
import Transcripts

// What the rest of the connection says of a refused logon.

extension Transcript {
  /// The anonymous session in which a client goes on at once.
  func anonymousReplacement(of session: Session) -> Session? {
    guard let refused = session.replyStamp,
      let other = sessions.first(where: { $0.requestStamp.frame > refused.frame && $0.isEstablished && $0.identity.isAnonymous }),
      let granted = other.replyStamp, (.zero ... End.promptness).contains(granted.time.since(refused.time)),
      sessions.allSatisfy({ $0.id == other.id || $0.requestStamp.frame <= refused.frame })
    else { return nil }
    return other
  }

  /// No server has an account for the user of a root shell; for others, a wrong password is as likely.
  func withoutPassword(_ session: Session, _ causes: [String]) -> [String] {
    let cause = "the client has no password for the user (smbclient -N), and continues as the anonymous user"
    return session.identity.user?.lowercased() == "root" ? [cause] + causes : causes.prefix(1) + [cause] + causes.dropFirst()
  }

  /// It gets every share that it asks for in this session.
  func getsShares(in session: Session) -> Bool { !trees.isEmpty && trees.allSatisfy { $0.isConnected && $0.sessionID == session.id } }
}

extension Session {
  /// What the server calls itself in an NTLM logon, when that is neither the name that the client uses nor that of its domain.
  func otherServer(than host: String) -> String? {
    guard !host.isAddressLiteral, let ntlm else { return nil }
    let own = [ntlm.dnsComputerName, ntlm.nbComputerName].compactMap(\.self).filter { !$0.isEmpty }
    let domains = [ntlm.dnsDomainName, ntlm.nbDomainName].compactMap(\.self)
    // ksmbd's default, which says nothing of the host.
    guard let name = own.first, name.uppercased() != "KSMBD SERVER", name.uppercased() != "KSMBD", !(own + domains).contains(where: { isSameHost($0, host) }) else { return nil }
    return name
  }
}
