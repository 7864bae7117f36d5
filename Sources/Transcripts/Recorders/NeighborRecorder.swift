import Packets

/// Follows who looks for which host on the network, and forgets those that show a sign of life.
struct NeighborRecorder {
  enum Limit {
    /// Searches that are followed at a time; only scanners look for more hosts in vain.
    static let searches = 4096
    /// Hosts of which the recording has traffic with one other.
    static let hosts = 4096
    /// Hosts that one client looks for in vain; what looks for more is a scanner.
    static let searchesOfClient = 64
  }

  /// The same packet captured twice comes within this time.
  private static let copyInterval = TimeSpan.milliseconds(100)
  /// A question later than this behind the last one is no repetition of it.
  private static let pause = TimeSpan.seconds(3)

  /// By the host that is looked for, then by who looks for it.
  private var waiting: [IPAddress: [IPAddress: NeighborSearch]] = [:]
  private var count = 0
  /// Their traffic is in the recording, so that an answer to them would be.
  private var shown: Set<IPAddress> = []
  private(set) var hardware = HostHardware()
  private var searchesNotKept = 0
  var limitsReached: Int { searchesNotKept + hardware.limitsReached }

  /// - Parameter isForAll: every host of the network gets it, so that it says nothing of where the recording was made.
  mutating func take(_ message: NeighborMessage, isForAll: Bool, _ stamp: FrameStamp) {
    recordLife(of: message.sender)
    if !isForAll { recordTraffic(between: message.sender, message.target) }
    guard message.isQuestion, !message.isAboutSender else { return recordLife(of: message.target) }
    hardware.record(message.hardware, of: message.sender)
    record(message, stamp)
  }

  private mutating func record(_ message: NeighborMessage, _ stamp: FrameStamp) {
    guard var search = waiting[message.target]?[message.sender] else {
      guard count < Limit.searches else { return searchesNotKept += 1 }
      count += 1
      waiting[message.target, default: [:]][message.sender] = NeighborSearch(client: message.sender, target: message.target, first: stamp)
      return
    }
    let gap = stamp.time.since(search.last.time)
    guard gap > Self.copyInterval else { return }
    if gap > Self.pause, !search.isUnanswered {
      search = NeighborSearch(client: message.sender, target: message.target, first: stamp)
    } else {
      search.repeatQuestion(stamp)
    }
    waiting[message.target]?[message.sender] = search
  }

  /// A host that is there is no longer looked for.
  mutating func recordLife(of host: IPAddress) {
    guard count > 0, let found = waiting.removeValue(forKey: host) else { return }
    count -= found.count
  }

  mutating func recordTraffic(between one: IPAddress, _ other: IPAddress) {
    for host in [one, other] where !shown.contains(host) {
      if shown.count < Limit.hosts { shown.insert(host) } else { searchesNotKept += 1 }
    }
  }

  /// A packet that opens a connection, or asks or answers a question: what a host of this address sends.
  mutating func record(_ packet: borrowing Packet, isAnswer: Bool) {
    if isAnswer { recordLife(of: packet.source.address) } else { hardware.record(packet.hardwareSource, of: packet.source.address) }
    recordTraffic(between: packet.source.address, packet.destination.address)
  }

  /// Whether answers to a host would be in the recording, as far as it tells.
  func isShown(_ host: IPAddress) -> Bool { shown.isEmpty || shown.contains(host) }

  /// The searches without an answer, in order. If the recording has no SMB, only those whose answers it would show.
  ///
  /// - Parameter clientsWithSMB: of the recording.
  func finish(clientsWithSMB: Set<IPAddress>) -> [NeighborSearch] {
    let found = waiting.values.joined().map(\.value).filter { $0.isUnanswered && (isShown($0.client) || !clientsWithSMB.isEmpty) }
    let byClient = Dictionary(grouping: found, by: \.client)
    return found.filter { byClient[$0.client, default: []].count <= Limit.searchesOfClient }
      .map { search in
        var search = search
        search.isBesideSMB = clientsWithSMB.contains(search.client)
        search.isWithoutSMB = clientsWithSMB.isEmpty
        search.isOfShownClient = isShown(search.client)
        return search
      }.sorted { $0.first.number < $1.first.number }
  }
}
