import Packets
package import Protocols

/// Who authenticates, and how, as far as the security buffers show it.
package struct Identity: Hashable, Sendable, Codable {
  package enum Mechanism: String, Sendable, Codable {
    case ntlm, kerberos, other
  }

  package var user: String?
  package var domain: String?
  package var workstation: String?
  var ticket = Boxed<Ticket>()
  package var mechanism: Mechanism?
  /// What the client offers in its first leg; empty when it sends a mechanism without SPNEGO.
  package var offered = SecurityMechanisms(rawValue: 0)
  package var isAnonymous = false

  /// Of an AP-REQ: RFC 4120 5.3.
  struct Ticket: DefaultInitializable, Hashable, Sendable, Codable {
    var service: String?
    var fingerprint: UInt64?
    var encryption: KerberosEncryptionType?
    /// Version of the service's key.
    var kvno: UInt32?
    /// Of the session key, with which the authenticator is encrypted.
    var sessionEncryption: KerberosEncryptionType?
  }

  /// The service the Kerberos ticket is for, such as `cifs/fs01.lab.example`.
  package var service: String? { ticket.read { $0.service } }
  /// Tells the ticket of the AP-REQ among those the KDC issued.
  package var ticketFingerprint: UInt64? { ticket.read { $0.fingerprint } }
  package var ticketEncryption: KerberosEncryptionType? { ticket.read { $0.encryption } }
  /// The keys of the ticket that was presented.
  package var ticketKeys: KerberosKeyUse? {
    ticket.read { ticket in
      ticket.encryption.map { KerberosKeyUse(ticketEtype: $0, kvno: ticket.kvno, sessionEtype: ticket.sessionEncryption) }
    }
  }
}
