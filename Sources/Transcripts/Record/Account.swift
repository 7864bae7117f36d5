import Packets
import Protocols

/// The account of a logon, to tell the attempts of different users apart.
package struct Account: Hashable, Sendable, Codable {
  /// In lower case, without a domain; empty for an anonymous user.
  package var name: String
  /// The possible names of its domain, in lower case and up to the first dot; empty when unknown.
  var domains: [String] = []
  /// An account that clients try on their own before they ask for one of the server: a local account, one of the cloud, or a
  /// guest's.
  package private(set) var isAutomatic = false
  /// All that is known of the user is this Kerberos ticket.
  private(set) var ticket: UInt64?

  /// - Parameter principal: with its realm behind it, or without.
  package init(_ principal: String, realm: String? = nil) {
    name = principal.withoutRealm
    // A fast path: this runs for each logon, and nearly all names have no realm.
    let hasRealm = principal.utf8.contains(UInt8(ascii: "@"))
    let behind = hasRealm ? principal.split(separator: "@").dropFirst().last.map(String.init) : nil
    domains = Self.domain(behind ?? realm).map { [$0] } ?? []
  }

  init(_ names: LogonNames) {
    self.init(names.user, realm: names.domain)
    isAutomatic = name == "guest" || names.domain.map { Self.clouds.contains($0.lowercased()) } ?? false
    guard let domain = domains.first else { return }
    // The two names of one domain need not be alike.
    let own = names.server.read { [$0.nbDomainName, $0.dnsDomainName] }.compactMap(Self.domain)
    // An account of the client itself is what Windows tries before it asks for another one.
    guard domain != names.workstation.flatMap(Self.domain) else {
      domains = []
      isAutomatic = !own.contains(domain) && names.server.read { $0.nbComputerName }.flatMap(Self.domain) != domain
      return
    }
    if own.contains(domain) { domains = own.first == own.last ? [domain] : own }
  }

  /// Who logs on with a ticket that the recording does not show being issued.
  ///
  /// - Parameter ticket: its fingerprint; nil where it was not captured.
  static func holder(ofTicket ticket: UInt64?) -> Account {
    var account = Account("")
    account.ticket = ticket ?? 0
    return account
  }

  /// Not an account of the same name in two domains.
  package func isSame(as other: Account) -> Bool {
    name == other.name && (domains.isEmpty || other.domains.isEmpty || !Set(domains).isDisjoint(with: other.domains))
  }

  /// nil for the placeholder of an unknown domain, and for what is not a domain of a server.
  private static func domain(_ sent: String?) -> String? {
    guard let name = sent?.utf8, let start = name.firstIndex(where: { $0 != UInt8(ascii: ".") }) else { return nil }
    let first = name[start..<(name[start...].firstIndex(of: UInt8(ascii: ".")) ?? name.endIndex)]
    guard !first.contains(where: { impossible[Int($0)] }) else { return nil }
    let label = String(Substring(first)).lowercased()
    return placeholders.contains(label) ? nil : label
  }

  /// Bytes that no domain name contains.
  private static let impossible: [Bool] = {
    var impossible = [Bool](repeating: false, count: 256)
    for byte in #"?*<>|"/\:;,+=[]"#.utf8 { impossible[Int(byte)] = true }
    return impossible
  }()

  private static let placeholders = ["workgroup", "mshome"] + clouds
  private static let clouds = ["azuread", "microsoftaccount"]
}

/// What the account of a logon follows from. To work that out takes time, and few logons need it.
struct LogonNames {
  var user: String
  var domain: String?
  var workstation: String?
  /// Of the server, and of its domain.
  var server: Boxed<NTLMServerNames>
}

extension Session {
  /// nil when the recording does not show who it is.
  package var account: Account? { logonNames.map { Account($0) } }

  var logonNames: LogonNames? {
    identity.user.map {
      LogonNames(user: $0, domain: identity.domain, workstation: identity.workstation, server: ntlm?.server ?? Boxed())
    }
  }

  /// Of the server itself, although the server belongs to a domain: no KDC has issued a ticket to such an account.
  package var isOfServerItself: Bool {
    guard let ntlm, ntlm.isDomainMember, let domain = identity.domain?.lowercased(), !domain.isEmpty else { return false }
    return domain == ntlm.nbComputerName?.lowercased()
  }
}
