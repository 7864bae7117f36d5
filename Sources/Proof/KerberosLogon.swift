import Cryptography
import Protocols

/// The ticket of a logon and the server's answer as they came, and what a keytab says about them: RFC 4120 3.2.
package struct KerberosLogon: Sendable {
  private var request: KerberosPresentation?
  private var reply: KerberosCipherText?

  package init() {}

  /// The client has shown a ticket.
  package var hasTicket: Bool { request != nil }
  /// Tells this ticket among others.
  package var fingerprint: UInt64 { request?.fingerprint ?? 0 }

  /// `cifs/fs01.lab.example`
  package var service: String { request.map { "\($0.sname)" } ?? "" }

  /// Takes one security buffer of SESSION_SETUP.
  package mutating func read(_ buffer: [UInt8]) {
    switch KerberosLogonToken(buffer) {
    case .request(let request): (self.request, reply) = (request, nil)
    case .reply(let reply): self.reply = reply
    case nil: break
    }
  }

  package struct Judgement: Sendable {
    package var verdict: TicketVerdict
    /// Places in ``KeytabRing/files``.
    package var files: [Int]
    /// nil when the keys of the two sides cannot be read.
    package var sessionKey: [UInt8]?
  }

  /// - Parameter tries: what is left of ``KeytabRing/tries``.
  /// - Returns: nil when no key is meant.
  package func judge(_ ring: KeytabRing, tries: inout Int) -> Judgement? {
    guard let request else { return nil }
    guard let find = ring.open(request, tries: &tries) else {
      guard tries > 0, let (difference, files) = ring.difference(request) else { return nil }
      return Judgement(verdict: .closed(difference), files: files)
    }
    let content = find.content
    let isOther = request.ticket.kvno.map { !find.entry.isOfVersion($0) } ?? false
    let opened = TicketVerdict.Opened(
      user: "\(content.cname)@\(content.crealm)", hasPAC: content.pac != nil, userOfPAC: content.pac?.user, otherKvno: isOther ? find.entry.kvno : nil)
    return Judgement(verdict: .opened(opened), files: [find.file], sessionKey: try? sessionKey(request, content, ring.ciphers))
  }

  /// The subkey of the server, else that of the client, else the key in the ticket: RFC 4121 2, MS-SMB2 3.3.5.5.3.
  private func sessionKey(
    _ request: KerberosPresentation, _ content: KerberosTicketContent, _ ciphers: KerberosCiphers
  ) throws -> [UInt8] {
    func open(_ text: KerberosCipherText, _ usage: KerberosCiphers.Usage) throws -> [UInt8] {
      guard let clear = ciphers.decrypt(text.bytes, ofType: text.etype.rawValue, key: content.key.value, usage) else { throw Closed() }
      return clear
    }
    // Its subkey would be the key.
    guard reply != nil || !request.demandsReply else { throw Closed() }
    let ofClient = try KerberosKey.subkey(ofAuthenticator: try open(request.authenticator, .authenticator))
    let ofServer = try reply.flatMap { try KerberosKey.subkey(ofReply: try open($0, .reply)) }
    return (ofServer ?? ofClient ?? content.key).value
  }

  /// The key in the ticket does not lead to the one of the session.
  private struct Closed: Error {}
}
