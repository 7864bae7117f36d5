package import Cryptography
import Protocols

/// Keys of services: what MIT Kerberos, Heimdal and Samba write as a keytab.
package struct Keytab: Sendable {
  package struct Entry: Sendable {
    package var service: ServiceName
    package var kvno: UInt32
    /// Only the lowest eight bits of ``kvno`` are in the file.
    package var isKvnoShort: Bool
    package var etype: Int32
    package var key: Secret
  }

  /// What the file is called in a remark: its path, or the line that names it.
  package var place: String
  package var entries: [Entry]

  package init(place: String, entries: [Entry]) { (self.place, self.entries) = (place, entries) }
}

extension Keytab.Entry {
  /// Whether this is a key of that version: files and tickets may leave out the upper bits.
  func isOfVersion(_ version: UInt32) -> Bool {
    // MS-KILE 3.1.5.8: the upper half is the number of a read-only domain controller.
    let number = version > 0xffff ? version & 0xffff : version
    return kvno == version || kvno == number || isKvnoShort && kvno == number & 0xff
  }
}

/// A service's name in small letters: Active Directory does not tell them from capital ones.
package struct ServiceName: Hashable, Sendable {
  package var realm: String
  package var components: [String]

  package init(realm: String, components: [String]) {
    (self.realm, self.components) = (realm.lowercased(), components.map { $0.lowercased() })
  }

  init(_ request: KerberosPresentation) { self.init(realm: request.realm, components: request.sname.components) }

  /// Whether this name has the key of the service in a ticket.
  ///
  /// A computer has one key for all of its services: `host/fs01`, `cifs/fs01.lab.example` and `FS01$`.
  func isMeant(by ticket: ServiceName) -> Bool {
    guard realm == ticket.realm else { return false }
    if components == ticket.components { return true }
    guard let asked = ticket.computer else { return false }
    if components.count == 1 { return components[0] == asked.firstLabel + "$" }
    guard let own = computer else { return false }
    let isShort = !own.contains(".") || !asked.contains(".")
    return own == asked || isShort && own.firstLabel == asked.firstLabel
  }

  /// The host of a service that a domain controller takes for `host`.
  private var computer: String? {
    components.count >= 2 && ["cifs", "host"].contains(components[0]) ? components[1] : nil
  }
}

extension String {
  fileprivate var firstLabel: String { String(prefix { $0 != "." }) }
}
