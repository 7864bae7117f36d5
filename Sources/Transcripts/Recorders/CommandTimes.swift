import Packets
import Protocols

/// How long commands in use take, from the beginning of the request to that of the answer. This is the path of bulk traffic:
/// two tables of fixed size, nothing kept for a connection but its server's place, and nothing allocated for a message.
final class CommandTimes {
  private enum Limit {
    /// Servers of which times are kept; each takes 7 KiB.
    static let servers = 64
    /// Requests that wait for an answer, of all connections; one that finds its place taken has it.
    static let slots = 4096
  }

  private struct Slot {
    var key: UInt64 = 0
    var time: Int64 = 0
  }

  /// What each message touches. Lists of this object and no value of their own: an access that ends where it begins is not
  /// checked at run time.
  private var slots = [Slot](repeating: Slot(), count: Limit.slots)
  private var counts: [UInt32] = []
  private var longest: [Int64] = []

  private static let steps: [ResponseTimes.Step] = [
    .create, .close, .flush, .read, .write, .queryDirectory, .queryInfo, .setInfo,
  ]
  private static let stepCount = 8

  private var servers: [IPAddress: Int] = [:]
  private(set) var limitsReached = 0

  /// A server's place; negative where there is no more room.
  func place(of server: IPAddress) -> Int {
    if let known = servers[server] { return known }
    guard servers.count < Limit.servers else {
      limitsReached += 1
      return -1
    }
    let place = servers.count
    servers[server] = place
    counts += [UInt32](repeating: 0, count: Self.stepCount * DurationHistogram.parts)
    longest += [Int64](repeating: 0, count: Self.stepCount)
    return place
  }

  /// Where the times of a command are, in the order of ``steps``; negative for those that wait for something else than the
  /// server.
  static func step(of command: SMB2Command) -> Int {
    // By number (MS-SMB2 2.2.1.2): the names are values of another module.
    switch command.rawValue {
    case 0x05...0x09: Int(command.rawValue) - 0x05
    case 0x0e: 5
    case 0x10: 6
    case 0x11: 7
    default: -1
    }
  }

  func ask(_ messageID: UInt64, stream: Int, time: Timestamp) {
    let key = Self.key(messageID, stream)
    slots[Int(key >> 52)] = Slot(key: key, time: time.nanoseconds)
  }

  func answer(_ messageID: UInt64, stream: Int, time: Timestamp, step: Int, server: Int) {
    guard server >= 0 else { return }
    let key = Self.key(messageID, stream)
    let place = Int(key >> 52)
    let asked = slots[place]
    guard asked.key == key else { return }
    slots[place].key = 0
    let duration = time.nanoseconds &- asked.time
    guard duration >= 0 else { return }
    let row = server * Self.stepCount + step
    counts[row * DurationHistogram.parts + DurationHistogram.part(of: duration)] &+= 1
    if duration > longest[row] { longest[row] = duration }
  }

  /// Spreads connections and their messages over the table; never 0.
  private static func key(_ messageID: UInt64, _ stream: Int) -> UInt64 {
    let mixed = (messageID &+ UInt64(truncatingIfNeeded: stream) &<< 40) &* 0x9e37_79b9_7f4a_7c15
    return mixed | 1
  }

  func add(to times: inout ResponseTimes) {
    times.noteLimit(limitsReached)
    for (server, place) in servers.sorted(by: { $0.value < $1.value }) {
      for (index, step) in Self.steps.enumerated() {
        let row = place * Self.stepCount + index
        let part = counts[row * DurationHistogram.parts..<(row + 1) * DurationHistogram.parts]
        times.add(
          .init(server: server, step: step), DurationHistogram(Array(part), longest: TimeSpan(nanoseconds: longest[row])))
      }
    }
  }
}
