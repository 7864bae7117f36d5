import Packets
import Protocols

/// Pairs questions for the NetBIOS names of file servers and their answers.
struct NetBIOSNameRecorder {
  enum Limit {
    /// Look-ups that are kept; a network that still uses these names has few servers.
    static let lookups = 1024
  }

  private struct Goal: Hashable {
    var client: IPAddress
    var name: String
  }

  /// The same packet captured twice comes within this time.
  private static let copyInterval = TimeSpan.milliseconds(100)
  /// A question that is repeated later than this is another look-up.
  private static let timeout = TimeSpan.seconds(30)
  /// Of the names of file servers: RFC 1001 leaves it open, MS-NBTE 1.8 has it.
  private static let fileServer: UInt8 = 0x20

  private var lookups = Recent<NameLookup>(limit: Limit.lookups)
  private var open: [Goal: (number: Int, lastTry: Timestamp)] = [:]
  var limitsReached: Int { lookups.forgotten }

  /// - Returns: whether it is a question or an answer of the kind.
  mutating func take(_ bytes: borrowing ByteView, from source: Endpoint, to destination: Endpoint, _ stamp: FrameStamp) -> Bool {
    guard let message = try? NetBIOSNameMessage(bytes), message.nameType == Self.fileServer else { return false }
    if message.isResponse {
      answer(message, Goal(client: destination.address, name: message.name.lowercased()), source, stamp)
    } else {
      ask(Goal(client: source.address, name: message.name.lowercased()), destination, stamp)
    }
    return true
  }

  private mutating func ask(_ goal: Goal, _ resolver: Endpoint, _ stamp: FrameStamp) {
    if let known = open[goal], let lookup = lookups[known.number], stamp.time.since(lookup.start.time) <= Self.timeout {
      if stamp.time.since(known.lastTry) > Self.copyInterval { lookups.change(known.number) { $0.tries += 1 } }
      open[goal] = (known.number, stamp.time)
      return
    }
    if open.count >= Limit.lookups { open.removeAll() }
    let lookup = NameLookup(client: goal.client, resolver: resolver, name: goal.name, type: .netBIOS, start: stamp)
    open[goal] = (lookups.append(lookup), stamp.time)
  }

  private mutating func answer(_ message: NetBIOSNameMessage, _ goal: Goal, _ resolver: Endpoint, _ stamp: FrameStamp) {
    let number =
      open.removeValue(forKey: goal)?.number
      ?? lookups.append(NameLookup(client: goal.client, resolver: resolver, name: goal.name, type: .netBIOS, start: stamp))
    lookups.change(number) {
      $0.answer = stamp
      $0.responseCode = message.responseCode
      $0.addresses = message.addresses
    }
  }

  /// The recording is over.
  func finish(at captureEnd: Timestamp, clientsWithSMB: Set<IPAddress>, isShown: (IPAddress) -> Bool) -> [NameLookup] {
    lookups.all.filter { $0.isAnswered || isShown($0.client) }.map {
      var lookup = $0
      lookup.isBesideSMB = clientsWithSMB.contains(lookup.client)
      if !lookup.isAnswered { lookup.waited = captureEnd.since(lookup.start.time) }
      return lookup
    }
  }
}
