import Packets

extension [Case] {
  /// A server tells its clients all its addresses (MS-SMB2 3.3.5.15.11), and they try to open a further channel at each,
  /// perhaps from another address of their own. Where one cannot be reached, everything goes by the first connection.
  mutating func recordFurtherInterfaces() {
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
}
