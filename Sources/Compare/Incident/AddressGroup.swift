import Packets

/// Addresses of several connections in a few words.
struct AddressGroup {
  private let addresses: [IPAddress]

  private enum Limit {
    /// Addresses that are listed one by one.
    static let listed = 3
  }

  init(_ addresses: [IPAddress]) { self.addresses = Set(addresses).sorted() }

  /// `10.0.0.1`, `10.0.0.1, 10.0.0.2 and 10.0.0.7`, `12 clients in 10.0.0.0/24`
  func words(_ noun: String) -> String {
    guard addresses.count > Limit.listed else { return FieldChange.list(addresses.map(\.description)) }
    let networks = Set(addresses.map { $0.description.split(separator: ".").dropLast().joined(separator: ".") })
    guard networks.count == 1, let network = networks.first, network.split(separator: ".").count == 3 else {
      return "\(addresses.count) \(noun) (\(addresses.prefix(Limit.listed).map(\.description).joined(separator: ", ")), …)"
    }
    return "\(addresses.count) \(noun) in \(network).0/24"
  }
}
