import Packets
import Transcripts

/// Something about packets that the way between two points changes, and that is no content of a message.
package struct PathNote: Sendable, Hashable {
  /// As a sentence: `MSS of the SYN is 1460 where the client sends it and 1380 where the server receives it`.
  package var text: String
  /// It can do harm.
  package var isSuspicious: Bool
}

extension PathNote {
  static func all(_ near: PointConnection, _ far: PointConnection, _ path: PathKind) -> [PathNote] {
    var notes: [PathNote] = []
    func say(_ text: String, isSuspicious: Bool = false) { notes.append(PathNote(text: text, isSuspicious: isSuspicious)) }
    if near.client != far.client { say("the client is \(near.client) at the client's point and \(far.client) at the server's: its address is translated") }
    if near.server != far.server { say("the server is \(near.server) at the client's point and \(far.server) at the server's: its address is translated") }
    switch path {
    case .transparent: break
    case .renumbered: say("a device between the two points changes the sequence numbers of the connection, as some firewalls do")
    case .ended:
      say(
        "the connection has other sequence numbers at the two points: a device between them terminates TCP and opens its own connection (a proxy or WAN optimizer)",
        isSuspicious: true)
    }
    notes += opening("SYN", "client", "server", sent: near.syn, received: far.syn)
    notes += opening("SYN-ACK", "server", "client", sent: far.synAck, received: near.synAck)
    // A device that terminates TCP sends packets of its own.
    if path != .ended { notes += hops(near, far) }
    notes += marks(near, far)
    if path != .ended { notes += repeats(near, far) }
    return notes
  }

  /// A device that makes messages longer or shorter gives what follows other sequence numbers.
  static func shifts(_ lanes: [AlignedPair.Lane]) -> [PathNote] {
    lanes.flatMap { lane -> [PathNote] in
      var last = 0
      return lane.shifts.filter { one in
        defer { last = one.shift }
        return one.shift != last
      }.prefix(Limit.shifts).map { frame, shift in
        let bytes = "\(abs(shift)) byte\(abs(shift) == 1 ? "" : "s")"
        let text = shift == 0 ? "as long as it was" : shift < 0 ? "\(bytes) shorter" : "\(bytes) longer"
        return PathNote(
          text: "from frame \(frame) at the client's point on, the stream of the \(lane.sender.rawValue) is \(text) at the server's point: a device rewrites it and corrects its sequence numbers",
          isSuspicious: true)
      }
    }
  }

  private enum Limit {
    /// Changes of the length of a stream that are reported one by one.
    static let shifts = 3
  }

  private static func opening(
    _ name: String, _ sender: String, _ receiver: String, sent: OpeningSegment?, received: OpeningSegment?
  ) -> [PathNote] {
    guard let sent, let received else { return [] }
    let (ours, theirs) = (Options(sent.options), Options(received.options))
    var notes = Options.kinds.compactMap { kind, title -> PathNote? in
      let (one, other) = (ours.values[kind], theirs.values[kind])
      guard one != other else { return nil }
      switch (one, other) {
      case (let one?, nil): return PathNote(text: "the path removes \(title)\(one.isEmpty ? "" : " (\(one))") from the \(name) of the \(sender)", isSuspicious: true)
      case (nil, let other?): return PathNote(text: "the path adds \(title)\(other.isEmpty ? "" : " (\(other))") to the \(name) of the \(sender)", isSuspicious: true)
      default:
        return PathNote(text: "the path changes \(title) in the \(name) of the \(sender) from \(one ?? "") to \(other ?? "")", isSuspicious: kind != 2)
      }
    }
    let others = theirs.others.subtracting(ours.others).sorted()
    if !others.isEmpty {
      notes.append(PathNote(text: "the path adds TCP option \(FieldChange.list(others.map(String.init))) to the \(name) of the \(sender)", isSuspicious: true))
    }
    // RFC 3168 6.1.1: a SYN asks for ECN by ECE and CWR, an answer agrees by ECE.
    if sent.flags & 0xc0 != received.flags & 0xc0 {
      notes.append(PathNote(text: "the path clears or sets ECN in the \(name) of the \(sender)", isSuspicious: true))
    }
    return notes
  }

  /// Routers between the points, by the TTL.
  private static func hops(_ near: PointConnection, _ far: PointConnection) -> [PathNote] {
    var notes: [PathNote] = []
    func compare(_ peer: Peer, sent: PointConnection.Stream, received: PointConnection.Stream) {
      guard sent.segments > 0, received.segments > 0 else { return }
      let (one, other) = (Int(sent.highestHopLimit), Int(received.highestHopLimit))
      guard one != other else { return }
      if other < one {
        notes.append(PathNote(text: "\(one - other) router\(one - other == 1 ? " is" : "s are") between the two points on the way from the \(peer.rawValue) (TTL \(one) and \(other))", isSuspicious: false))
      } else {
        notes.append(PathNote(text: "packets of the \(peer.rawValue) have TTL \(one) at the sender and \(other) at the receiver: a device sends new packets", isSuspicious: true))
      }
    }
    compare(.client, sent: near.clientStream, received: far.clientStream)
    compare(.server, sent: far.serverStream, received: near.serverStream)
    return notes
  }

  /// What was sent again, and arrived once.
  private static func repeats(_ near: PointConnection, _ far: PointConnection) -> [PathNote] {
    [(Peer.client, near.clientStream, far.clientStream), (.server, far.serverStream, near.serverStream)].compactMap { peer, sent, received in
      guard let again = sent.retransmission, received.retransmission == nil, received.missing == 0, received.end > again.offset else { return nil }
      return PathNote(
        text: "the \(peer.rawValue) sent a segment again (frame \(again.first.number) at its point), and only one copy is in the recording of the \(peer.other.rawValue): the other was lost on the path, or by the recorder",
        isSuspicious: false)
    }
  }

  private static func marks(_ near: PointConnection, _ far: PointConnection) -> [PathNote] {
    var notes: [PathNote] = []
    func compare(_ peer: Peer, _ sent: PointConnection.Stream, _ received: PointConnection.Stream) {
      guard sent.segments > 0, received.segments > 0, sent.trafficClass >> 2 != received.trafficClass >> 2 else { return }
      notes.append(PathNote(text: "DSCP of the \(peer.rawValue)'s packets is \(sent.trafficClass >> 2) at the sender and \(received.trafficClass >> 2) at the receiver", isSuspicious: false))
    }
    compare(.client, near.clientStream, far.clientStream)
    compare(.server, far.serverStream, near.serverStream)
    return notes
  }

  /// TCP options, with their values in words: RFC 9293 3.2, RFC 7323, RFC 2018.
  struct Options {
    static let kinds: [(UInt8, String)] = [
      (2, "MSS"), (3, "window scale"), (4, "the SACK option"), (8, "the timestamps option"),
    ]

    private(set) var values: [UInt8: String] = [:]
    private(set) var others: Set<UInt8> = []
    /// TSval (RFC 7323 3.2).
    private(set) var timestamp: [UInt8]?
    /// What a host's own TCP decides.
    var layout: [UInt8: String] { values.filter { $0.key != 2 } }

    init(_ bytes: [UInt8]) {
      var offset = 0
      while offset < bytes.count, bytes[offset] != 0 {
        guard bytes[offset] != 1 else {
          offset += 1
          continue
        }
        guard offset + 1 < bytes.count, bytes[offset + 1] >= 2, offset + Int(bytes[offset + 1]) <= bytes.count else { return }
        let (kind, length) = (bytes[offset], Int(bytes[offset + 1]))
        switch (kind, length) {
        case (2, 4): values[2] = "\(Int(bytes[offset + 2]) << 8 | Int(bytes[offset + 3]))"
        case (3, 3): values[3] = "\(bytes[offset + 2])"
        case (4, 2): values[4] = ""
        case (8, 10):
          values[8] = ""
          timestamp = Array(bytes[(offset + 2)..<(offset + 6)])
        default: others.insert(kind)
        }
        offset += length
      }
    }
  }
}
