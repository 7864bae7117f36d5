import Packets
import Reports
import TestSupport
import Testing

/// A healthy recording of one SMB connection, taken apart.
struct HealthyRecording: Sendable, CustomTestStringConvertible {
  let fixture: String
  var isVersion6 = false

  var testDescription: String { fixture + (isVersion6 ? " over IPv6" : "") }

  enum Step: String, CaseIterable, Sendable {
    case negotiate, firstLeg, lastLeg, pipeShare, share, validation, use
  }

  static let all = [
    "healthy-139", "healthy-2.0.2", "healthy-2.1", "healthy-3.0", "healthy-3.0.2", "healthy-3.1.1", "healthy-multi-protocol-upgrade",
    "kerberos-healthy", "smb1-only-both", "healthy-share-encrypted",
  ].map { HealthyRecording(fixture: $0) } + ["healthy-3.0.2", "healthy-3.1.1"].map { HealthyRecording(fixture: $0, isVersion6: true) }

  func frames() throws -> [RecordedFrame] {
    let frames = try RecordedFrame.all(of: fixture)
    return isVersion6 ? frames.map(\.overVersion6) : frames
  }

  /// The frames of the SMB connection with most of them, and the others before each.
  func connection() throws -> [Segment] {
    let segments = try frames().compactMap(Segment.init)
    let smb = segments.filter { !$0.ports.isDisjoint(with: [445, 139]) }
    let byPorts = Dictionary(grouping: smb, by: \.ports)
    return byPorts.values.max { ($0.count, $0[0].source) < ($1.count, $1[0].source) } ?? []
  }
}

/// Frames of one connection up to a message, with what is needed to go on otherwise.
struct Beginning {
  var segments: [Segment]
  var client: Segment
  var server: Segment
  let base: Timestamp
  /// The message behind which everything is made up.
  let last: Segment

  /// - Parameter index: of the last segment kept.
  init?(_ connection: [Segment], upTo index: Int, port: Set<Int>) {
    segments = Array(connection[...index])
    last = connection[index]
    base = last.frame.time
    guard let client = segments.last(where: { !port.contains($0.source) && $0.flags & 2 == 0 }),
      let server = segments.last(where: { port.contains($0.source) })
    else { return nil }
    (self.client, self.server) = (client, server)
  }

  private func time(_ milliseconds: Double) -> Timestamp {
    Timestamp(nanoseconds: base.nanoseconds + Int64(milliseconds * 1_000_000))
  }

  /// A segment without payload of one host, at its next sequence number.
  mutating func add(fromClient: Bool, _ flags: UInt8, after milliseconds: Double, confirming: Bool = true, change: (inout Segment) -> Void = { _ in }) {
    let (mine, other) = fromClient ? (client, server) : (server, client)
    var segment = mine.bare(flags, at: time(milliseconds))
    segment.sequence = mine.end
    segment.acknowledgment = confirming ? other.end : mine.acknowledgment
    change(&segment)
    segments.append(segment)
  }

  mutating func repeatLast() {
    for (count, milliseconds) in [300.0, 900, 2_100, 4_500, 9_300].enumerated() {
      segments.append(last.again(at: time(milliseconds), count: count))
    }
  }

  /// The recording goes on with something else.
  mutating func goOn(until milliseconds: Double) {
    var other = client.bare(0x02, at: time(milliseconds))
    // Another port of the client, to a web server.
    other.frame.bytes[other.tcp] = 0xfe
    other.frame.bytes[other.tcp + 1] = 0xfe
    other.frame.bytes[other.tcp + 2] = 0
    other.frame.bytes[other.tcp + 3] = 80
    segments.append(other)
  }

  var report: Report { segments.map(\.frame).report }
}
