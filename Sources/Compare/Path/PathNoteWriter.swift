import Packets
import Transcripts

/// Describes what the path does to the packets of a connection between two points.
struct PathNoteWriter {
  let near: PointConnection
  let far: PointConnection
  let path: PathKind
  /// What the points are called: `the client's point`.
  let names: (near: String, far: String)

  private enum Limit {
    /// Changes of the length of a stream that are reported one by one.
    static let shifts = 3
  }

  /// What one host sends, where it is sent and where it arrives.
  private struct Way {
    let sender: Peer
    let sent: PointConnection.Stream
    let received: PointConnection.Stream
    let start: String
    let end: String

    var isSeenTwice: Bool { sent.segments > 0 && received.segments > 0 }
  }

  private var ways: [Way] {
    [
      Way(sender: .client, sent: near.clientStream, received: far.clientStream, start: names.near, end: names.far),
      Way(sender: .server, sent: far.serverStream, received: near.serverStream, start: names.far, end: names.near),
    ]
  }

  var all: [PathNote] {
    var notes = translations + devices
    notes += opening("SYN", "client", "server", sent: near.syn, received: far.syn)
    notes += opening("SYN-ACK", "server", "client", sent: far.synAck, received: near.synAck)
    // A device that terminates TCP sends packets of its own.
    if path != .ended { notes += ways.compactMap(hops) }
    notes += ways.compactMap(classes) + ways.flatMap(damages)
    if path != .ended { notes += ways.compactMap(congestion) + repeats }
    return notes
  }

  // MARK: Devices

  private var translations: [PathNote] {
    [("client", near.client, far.client), ("server", near.server, far.server)].compactMap { host, one, other in
      guard one != other else { return nil }
      return PathNote(text: "the \(host) is \(one) at \(names.near) and \(other) at \(names.far): its address is translated", isSuspicious: false)
    }
  }

  private var devices: [PathNote] {
    switch path {
    case .transparent: []
    case .renumbered:
      [PathNote(text: "a device between the two points changes the sequence numbers of the connection, as some firewalls do", isSuspicious: false)]
    case .ended:
      [
        PathNote(
          text: "the connection has other sequence numbers at the two points: a device between them terminates TCP and opens its own connection (a proxy or WAN optimizer)",
          isSuspicious: true)
      ]
    }
  }

  /// A device that makes messages longer or shorter gives what follows other sequence numbers.
  func shifts(_ lanes: [AlignedPair.Lane]) -> [PathNote] {
    lanes.flatMap { lane -> [PathNote] in
      var last = 0
      return lane.shifts.filter { one in
        defer { last = one.shift }
        return one.shift != last
      }.prefix(Limit.shifts).map { frame, shift in
        let bytes = "\(abs(shift)) byte\(abs(shift) == 1 ? "" : "s")"
        let text = shift == 0 ? "as long as it was" : shift < 0 ? "\(bytes) shorter" : "\(bytes) longer"
        return PathNote(
          text: "from frame \(frame) at \(names.near) on, the stream of the \(lane.sender.rawValue) is \(text) at \(names.far): \(path == .ended ? "the device that terminates TCP adds bytes or leaves some out" : "a device rewrites it and corrects its sequence numbers")",
          isSuspicious: true)
      }
    }
  }

  // MARK: SYN

  private func opening(
    _ name: String, _ sender: String, _ receiver: String, sent: OpeningSegment?, received: OpeningSegment?
  ) -> [PathNote] {
    guard let sent, let received else { return [] }
    let (ours, theirs) = (PathNote.Options(sent.options), PathNote.Options(received.options))
    var notes = PathNote.Options.kinds.compactMap { kind, title -> PathNote? in
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

  // MARK: IP headers

  /// Routers between the points, by the TTL.
  private func hops(_ way: Way) -> PathNote? {
    let (one, other) = (Int(way.sent.highestHopLimit), Int(way.received.highestHopLimit))
    guard way.isSeenTwice, one != other else { return nil }
    guard other > one else {
      return PathNote(
        text: "\(one - other) router\(one - other == 1 ? " is" : "s are") between the two points on the way from the \(way.sender.rawValue) (TTL \(one) and \(other))",
        isSuspicious: false)
    }
    return PathNote(
      text: "packets of the \(way.sender.rawValue) have TTL \(one) at \(way.start) and \(other) at \(way.end): a device sends new packets",
      isSuspicious: true)
  }

  private func classes(_ way: Way) -> PathNote? {
    let (one, other) = (way.sent.trafficClass >> 2, way.received.trafficClass >> 2)
    guard way.isSeenTwice, one != other else { return nil }
    return PathNote(text: "DSCP of the \(way.sender.rawValue)'s packets is \(one) at \(way.start) and \(other) at \(way.end)", isSuspicious: false)
  }

  /// What routers say of congestion: RFC 3168.
  private func congestion(_ way: Way) -> PathNote? {
    let (ours, theirs) = (way.sent.oddities, way.received.oddities)
    guard way.isSeenTwice else { return nil }
    if ours.markable.count > 0, theirs.markable.count == 0, theirs.marked.count == 0 {
      return PathNote(
        text: "the path clears ECN in the IP header of the \(way.sender.rawValue)'s packets (the first one is frame \(ours.markable.frame) at \(way.start))",
        isSuspicious: true)
    }
    guard theirs.marked.count > ours.marked.count else { return nil }
    return PathNote(
      text: "routers between the two points report congestion (ECN) to the \(way.sender.other.rawValue) (the first packet is frame \(theirs.marked.frame) at \(way.end))",
      isSuspicious: false)
  }

  // MARK: Packets

  /// Packets that the path cuts into fragments, and segments that it damages.
  private func damages(_ way: Way) -> [PathNote] {
    var notes: [PathNote] = []
    let (ours, theirs) = (way.sent.oddities, way.received.oddities)
    if theirs.fragmented.count > 0, ours.fragmented.count == 0 {
      notes.append(PathNote(
        text: "the path cuts packets of the \(way.sender.rawValue) into fragments (the first one is frame \(theirs.fragmented.frame) at \(way.end)): a link between the two points has a smaller MTU",
        isSuspicious: true))
    } else if ours.fragmented.count > 0, theirs.fragmented.count == 0, way.received.segments > 0 {
      notes.append(PathNote(
        text: "a device puts together what the \(way.sender.rawValue) sends in fragments (the first one is frame \(ours.fragmented.frame) at \(way.start))",
        isSuspicious: false))
    }
    return notes + checksums(way)
  }

  /// A good copy wins over a damaged one, so that messages may be the same all the same.
  private func checksums(_ way: Way) -> [PathNote] {
    let (ours, theirs) = (way.sent.oddities, way.received.oddities)
    var notes: [PathNote] = []
    if ours.isOfPath(among: way.sent.segments) {
      notes.append(PathNote(
        text: "\(segments(ours.damaged.count, of: way)) \(ours.damaged.count == 1 ? "has" : "have") a wrong checksum at \(way.start) already (the first one is frame \(ours.damaged.frame)): the \(way.sender.rawValue) or the recorder there damages packets",
        isSuspicious: true))
    }
    if theirs.isOfPath(among: way.received.segments), theirs.damaged.count > ours.damaged.count {
      let count = theirs.damaged.count
      let copies =
        theirs.readFrames.isEmpty
        ? "TCP discards \(count == 1 ? "it" : "them"), and the \(way.sender.rawValue) sends \(count == 1 ? "it" : "them") again"
        : "\(way.end) has no good copy of \(theirs.readFrames.count) of them"
      notes.append(PathNote(
        text: "\(segments(count, of: way)) arrive\(count == 1 ? "s" : "") with a wrong checksum (the first one is frame \(theirs.damaged.frame) at \(way.end)): the path or the recorder there damages packets; \(copies)",
        isSuspicious: true))
    }
    return notes
  }

  private func segments(_ count: UInt32, of way: Way) -> String { "\(count) segment\(count == 1 ? "" : "s") of the \(way.sender.rawValue)" }

  private var repeats: [PathNote] {
    PathNote.lostCopies(near, far).map { peer, again in
      let (start, end) = peer == .client ? (names.near, names.far) : (names.far, names.near)
      return PathNote(
        text: "the \(peer.rawValue) sent a segment again (frame \(again.first.number) at \(start)), and only one copy is at \(end): the path or a recorder lost the other",
        isSuspicious: false)
    }
  }
}
