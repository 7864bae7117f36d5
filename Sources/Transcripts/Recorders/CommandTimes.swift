import Packets
import Protocols

/// How long commands in use take, from the beginning of the request to that of the answer. This is the path of bulk traffic:
/// tables of fixed size inside of objects, to reach which is not checked at run time, nothing kept for a connection but its
/// server's table, and nothing allocated for a message.
final class CommandTimes {
  private enum Limit {
    /// Servers whose times are kept; each takes 7 KiB.
    static let servers = 64
    /// Requests that wait for an answer, on all connections; a new request replaces the one in its slot.
    static let slots = 4096
  }

  private struct Slot {
    var key: UInt64 = 0
    var time: Int64 = 0
  }

  /// ``Limit/slots`` of them.
  private var slots = InlineArray<4096, Slot>(repeating: Slot())
  /// In the order in which they answered first.
  private var servers: [ServerTimes] = []
  private var places: [IPAddress: Int] = [:]
  private(set) var limitsReached = 0

  /// nil when the table is full.
  func times(of server: IPAddress) -> ServerTimes? {
    if let known = places[server] { return servers[known] }
    guard servers.count < Limit.servers else {
      limitsReached += 1
      return nil
    }
    let times = ServerTimes(server)
    places[server] = servers.count
    servers.append(times)
    return times
  }

  /// Where the times of a command are, in the order of ``ServerTimes/steps``; negative for those that wait for something else
  /// than the server.
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
    slots[Self.place(of: key)] = Slot(key: key, time: time.nanoseconds)
  }

  func answer(_ messageID: UInt64, stream: Int, time: Timestamp, step: Int, of server: ServerTimes) {
    let key = Self.key(messageID, stream)
    let place = Self.place(of: key)
    let asked = slots[place]
    guard asked.key == key else { return }
    slots[place].key = 0
    server.record(time.nanoseconds &- asked.time, step: step)
  }

  /// Spreads connections and their messages over the table; never 0.
  private static func key(_ messageID: UInt64, _ stream: Int) -> UInt64 {
    let mixed = (messageID &+ UInt64(truncatingIfNeeded: stream) &<< 40) &* 0x9e37_79b9_7f4a_7c15
    return mixed | 1
  }

  private static func place(of key: UInt64) -> Int { Int(truncatingIfNeeded: key >> 52) & (Limit.slots - 1) }

  func add(to times: inout ResponseTimes) {
    times.recordLimit(limitsReached)
    for server in servers { server.add(to: &times) }
  }
}

/// The times of one server.
final class ServerTimes {
  private static let steps: [ResponseTimes.Step] = [
    .create, .close, .flush, .read, .write, .queryDirectory, .queryInfo, .setInfo,
  ]

  private let server: IPAddress
  /// For each step ``DurationHistogram/parts`` counts.
  private var counts = InlineArray<1792, UInt32>(repeating: 0)
  private var longest = InlineArray<8, Int64>(repeating: 0)

  init(_ server: IPAddress) { self.server = server }

  /// A clock that was set back makes no duration.
  func record(_ duration: Int64, step: Int) {
    guard duration >= 0 else { return }
    counts[step * DurationHistogram.parts + DurationHistogram.part(of: duration)] &+= 1
    if duration > longest[step] { longest[step] = duration }
  }

  func add(to times: inout ResponseTimes) {
    for (index, step) in Self.steps.enumerated() {
      let first = index * DurationHistogram.parts
      let part = (first..<(first + DurationHistogram.parts)).map { counts[$0] }
      times.add(
        .init(server: server, step: step), DurationHistogram(part, longest: TimeSpan(nanoseconds: longest[index])))
    }
  }
}
