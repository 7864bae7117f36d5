package import Packets
import Protocols

/// Clients' requests to KDCs and resolvers, and their searches for hosts of the network; each list in order.
package struct Lookups: Sendable, Codable {
  package var exchanges: [KerberosExchange] = []
  package var names: [NameLookup] = []
  /// Of a case: other names that its client asked for while a connection waited for the logon.
  package var waits: [NameLookup] = []
  /// In vain.
  package var neighbors: [NeighborSearch] = []
  package var hardware = HostHardware()

  package init() {}

  init(_ exchanges: [KerberosExchange], _ names: [NameLookup]) {
    self.exchanges = exchanges
    self.names = names
  }

  package var isEmpty: Bool { exchanges.isEmpty && names.isEmpty && neighbors.isEmpty }

  /// Whose they are, if there are any.
  package var client: IPAddress? { exchanges.first?.client ?? names.first?.client ?? neighbors.first?.client }

  package var areBesideSMB: Bool {
    exchanges.contains(where: \.isBesideSMB) || names.contains(where: \.isBesideSMB) || neighbors.contains(where: \.isBesideSMB)
  }

  /// Apart for each client, in the order in which the clients first asked.
  package var byClient: [Lookups] {
    var indices: [IPAddress: Int] = [:]
    var result: [Lookups] = []
    func index(of client: IPAddress) -> Int {
      if let known = indices[client] { return known }
      indices[client] = result.count
      result.append(Lookups())
      result[result.count - 1].hardware = hardware
      return result.count - 1
    }
    for exchange in exchanges { result[index(of: exchange.client)].exchanges.append(exchange) }
    for name in names { result[index(of: name.client)].names.append(name) }
    for search in neighbors { result[index(of: search.client)].neighbors.append(search) }
    return result
  }

  /// Marks the errors that were given before for the same request on behalf of the same connection.
  mutating func markRepetitions() {
    var seen: Set<[String]> = []
    for index in exchanges.indices {
      // What was overcome meanwhile is no repetition when it comes back.
      guard let error = exchanges[index].error, !exchanges[index].succeededLater else { continue }
      let code = error.errorCode.rawValue
      guard let request = exchanges[index].request else {
        // Nothing tells the requests apart where the capture has too little of both.
        let key = [exchanges[index].client.description, exchanges[index].kdc.address.description, "\(code)", "\(exchanges[index].connection ?? 0)"]
        if error.sname == nil { exchanges[index].isRepetition = !seen.insert(key).inserted }
        continue
      }
      let key = [
        exchanges[index].client.description, request.realm.lowercased(), exchanges[index].user?.lowercased() ?? "",
        request.sname.lowercased(), "\(code)", "\(request.isInitial)", "\(exchanges[index].connection ?? 0)",
      ]
      exchanges[index].isRepetition = !seen.insert(key).inserted
    }
  }
}
