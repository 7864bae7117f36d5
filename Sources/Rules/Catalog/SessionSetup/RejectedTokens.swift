import Protocols
import Transcripts

// Tokens that the server does not take, and tickets that it passes over.

extension Transcript {
  /// A mechanism that the server offered, or answered with a step more, is one that it supports.
  func causesOfRejectedToken(_ family: StatusFamily, _ session: Session) -> [String] {
    let supportsMechanism = session.legs > 1 || session.identity.mechanism == .ntlm && negotiation?.mechanisms.contains(.ntlm) == true
      || session.identity.mechanism == .kerberos && negotiation?.mechanisms.contains(.kerberos) == true
    let others = supportsMechanism ? Array(family.causes.dropFirst()) : family.causes
    if let flags = session.ntlm?.contradictingFlags {
      return ["the client's AUTHENTICATE message has the flags \(hexadecimal(flags.rawValue)), which contradict what both agreed in CHALLENGE: a fault in the client's software"] + others
    }
    if session.identity.mechanism == .kerberos {
      return ["the server cannot use the ticket: it has no keytab or an old one, or its Kerberos is not switched on (ksmbd needs ksmbd-tools with Kerberos)"] + others
    }
    guard session.legs > 1 else { return others }
    return ["the server does not accept the security token of leg \(session.legs): the NTLM message in it, or what SPNEGO adds to it (a mechListMIC)"] + others
  }
}

extension Session {
  /// The service of the ticket that the client sent first, in a logon for which the server then chose NTLM: RFC 4178 3.2.
  var ticketSetAside: String? {
    guard identity.mechanism == .ntlm, legs > 1, kerberosError == nil else { return nil }
    return identity.service
  }
}

extension Observation {
  /// The KDC gave the ticket to a user whose password is right, and NTLM was not what the client wanted.
  mutating func blame(ticketSetAside service: String) {
    summary += "; before that the server passed over the client's Kerberos ticket for \(service), and chose NTLM"
    firstCauses = [
      "the server lists Kerberos, but does not take the ticket: it has no keytab or an old one, or its machine account does not match the domain, and NTLM then fails for the same reason or with another password"
    ]
    firstRemedies = [.serverKeytab, .testJoin, .secureChannelWindows, .joinAgain]
  }
}
