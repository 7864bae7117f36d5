import Algorithms
import Packets

extension [Case] {
  /// A server tells its clients all its addresses (MS-SMB2 3.3.5.15.11), and they try to open a further channel at each,
  /// perhaps from another address of their own. Where one cannot be reached, everything goes by the first connection.
  mutating func recordFurtherInterfaces() {
    recordHiddenInterfaces()
    let mains = connectionsThatNameOthers.filter { !$0.interfaces.isEmpty && $0.sessions.contains(where: \.isEstablished) }
      .sorted { $0.firstFrame.time < $1.firstFrame.time }
    guard !mains.isEmpty else { return }
    var working: [IPAddress: WorkingTimes] = [:]
    for main in mains {
      for address in Set(main.interfaces) where address != main.server.address {
        working[address, default: WorkingTimes()].append(from: main.firstFrame.time, to: main.lastFrame.time)
      }
    }
    for index in indices where self[index].connections.allSatisfy({ $0.openingFailure != nil || $0.sessions.isEmpty && $0.outcome == .failed }) {
      let one = self[index]
      guard let end = working[one.server]?.latestEnd(begunBy: one.start) else { continue }
      if one.start.since(end) <= Case.timeout { self[index].worksAtOtherAddress = true }
    }
  }

  /// The same where the server tells its addresses inside encryption. Clients ask for them with the first share, try them at once,
  /// and work on meanwhile. A client that follows a DFS referral does not work on, and port 139 is never a further channel.
  private mutating func recordHiddenInterfaces() {
    let mains = connectionsThatNameOthers.filter { $0.useWithHiddenInterfaces != nil && $0.outcome == .established }
    guard !mains.isEmpty else { return }
    let byClient = Dictionary(grouping: mains) { $0.client.address }.mapValues { $0.sorted { $0.firstFrame.time < $1.firstFrame.time } }
    for index in indices where self[index].connections.allSatisfy({ $0.openingFailure != nil && $0.server.port != 139 }) && self[index].hosts.isEmpty {
      let one = self[index]
      guard let ofClient = byClient[one.client] else { continue }
      let begun = ofClient[..<ofClient.partitioningIndex { $0.firstFrame.time > one.start }].suffix(Self.mainsAtOnce)
      let isTriedByMain = begun.contains {
        guard let use = $0.useWithHiddenInterfaces, $0.server.address != one.server else { return false }
        return use.time > one.end && one.start.since($0.firstFrame.time) <= Self.timeOfFurtherChannels
      }
      if isTriedByMain { self[index].worksAtOtherAddress = true }
    }
  }

  private static var timeOfFurtherChannels: TimeSpan { .seconds(5) }
  /// Connections that a client begins within that time.
  private static var mainsAtOnce: Int { 8 }
}
