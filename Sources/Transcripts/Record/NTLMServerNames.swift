import Packets

/// The server's own names in its CHALLENGE: MS-NLMP 2.2.2.1. They are the same on all connections.
struct NTLMServerNames: DefaultInitializable, Hashable, Sendable, Codable {
  var nbComputerName: String?
  var nbDomainName: String?
  var dnsComputerName: String?
  /// As it says, else what its own name ends in.
  private(set) var dnsDomainName: String?

  init() {}

  init(nbComputerName: String?, nbDomainName: String?, dnsComputerName: String?, dnsDomainName: String?) {
    self.nbComputerName = nbComputerName
    self.nbDomainName = nbDomainName
    self.dnsComputerName = dnsComputerName
    self.dnsDomainName =
      dnsDomainName
      ?? dnsComputerName.flatMap { name in name.firstIndex(of: ".").map { String(name[name.index(after: $0)...]) } }
  }
}
