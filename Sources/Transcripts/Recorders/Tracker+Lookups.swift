import Packets

extension Tracker {
  /// Known to use SMB, with all of their addresses.
  var clientsWithSMB: Set<IPAddress> { neighbors.hardware.completed(adopter.clientsWithSMB) }

  /// What clients asked for so far.
  func lookups(_ exchanges: [KerberosExchange]) -> Lookups {
    let clients = clientsWithSMB
    var lookups = Lookups(exchanges, adopter.names.finish(at: adopter.now.time, clientsWithSMB: clients))
    let others = netBIOSNames.finish(at: adopter.now.time, clientsWithSMB: clients, isShown: neighbors.isShown)
    if !others.isEmpty { lookups.names = (lookups.names + others).sorted { $0.start.number < $1.start.number } }
    lookups.neighbors = neighbors.finish(clientsWithSMB: clients)
    lookups.hardware = neighbors.hardware
    return lookups
  }
}
