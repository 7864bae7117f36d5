package import Protocols

/// What a keytab says of a ticket that a client showed.
package enum TicketVerdict: Sendable, Codable, Equatable {
  /// One of its keys opens the ticket.
  case opened(Opened)
  /// It has keys of this service, and none of them opens the ticket.
  case closed(Difference)

  package struct Opened: Sendable, Codable, Equatable {
    /// `alice@LAB.EXAMPLE`
    package var user: String
    /// The ticket carries the user's groups, signed by the domain.
    package var hasPAC: Bool
    /// Whom the domain wrote into it; nil when that cannot be read.
    package var userOfPAC: String?
    /// The version that the keytab gives to this key, when it is not that of the ticket.
    package var otherKvno: UInt32?
  }

  package enum Difference: Sendable, Codable, Equatable {
    /// Keys of the right encryption type have other versions.
    case version(ticket: UInt32, keytab: [UInt32])
    /// There is no key of this encryption type.
    case encryption(ticket: KerberosEncryptionType, keytab: [KerberosEncryptionType])
    /// Version and type are right, as far as the ticket names them, but the key is wrong.
    case key(kvno: UInt32?)
  }

  package var opened: Opened? { if case .opened(let opened) = self { opened } else { nil } }
  package var difference: Difference? { if case .closed(let difference) = self { difference } else { nil } }
}
