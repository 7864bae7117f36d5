package import Packets
package import Proof
import Protocols

/// Frames in, transcripts out: the whole way from a frame's bytes to what happened.
package struct Tracker {
  /// What a user may choose.
  package struct Options: Sendable {
    /// Leave out packets whose checksums are wrong. A capture on the sending host is full of them: its network card
    /// fills them in.
    package var verifiesChecksums = false
    /// Connections followed at one time.
    package var maximumConnections = ConnectionTable.Limit.connections
    package var ports = ServicePorts()
    /// nil without keys.
    package var keys: KeyRing?

    package init() {}
  }

  package internal(set) var counts = FrameCounts()
  private let verifiesChecksums: Bool
  let ports: ServicePorts
  let adopter: ConnectionAdopter
  private let segments: (any SegmentObserver)?
  var table: ConnectionTable
  private var fragments = FragmentTable()
  var neighbors = NeighborRecorder()
  var netBIOSNames = NetBIOSNameRecorder()
  /// Frames that findings may cite.
  package private(set) var ledger = FrameLedger()

  /// - Parameters:
  ///   - messages: sees every control-plane message.
  ///   - segments: sees every TCP segment.
  ///   - onTranscript: takes each transcript when its connection is over, in that order.
  package init(
    options: Options = Options(), messages: (any MessageObserver)? = nil, segments: (any SegmentObserver)? = nil,
    onTranscript: @escaping (Transcript) -> Void
  ) {
    self.segments = segments
    verifiesChecksums = options.verifiesChecksums
    if verifiesChecksums { counts.wrongChecksums = 0 }
    ports = options.ports
    adopter = ConnectionAdopter(ports: ports, keys: options.keys, messages: messages, onTranscript: onTranscript)
    table = ConnectionTable(observer: adopter, maximumConnections: options.maximumConnections)
  }

  /// TCP connections of any kind.
  package var connectionCount: Int { table.connectionCount }
  /// Connections given up while open because the table was full.
  package var evictedConnections: Int { table.evictedConnections }
  /// Times that bytes held behind holes or of unfinished messages, of all connections together, reached their limit.
  package var heldLimitsReached: Int { table.heldLimitsReached + adopter.context.held.limitsReached }
  /// ICMP errors that found no room.
  package var noticesNotKept: Int { table.noticesNotKept }
  /// Messages on port 88 that could not be read.
  package var unreadableKerberosMessages: Int { adopter.kerberos.unreadableMessages }
  package var kerberosLimitsReached: Int {
    adopter.kerberos.limitsReached + adopter.heldRecords.limitsReached + adopter.clientLimitReached
  }
  /// Look-ups of names, and searches for hosts of the network, that were forgotten.
  package var nameLimitsReached: Int { adopter.names.limitsReached + neighbors.limitsReached + netBIOSNames.limitsReached }

  /// Which keys fit, after ``finish()``; nil without keys.
  package var keyUse: KeyUse? { adopter.context.proof?.use }

  /// Logons and sessions that found no room for their keys.
  package var keyLimitsReached: Int { adopter.context.proof?.limitsReached ?? 0 }

  /// What was granted soon after the like was refused.
  package var hindsight: Hindsight { adopter.context.precedents.hindsight }
  package var precedentLimitsReached: Int { adopter.context.precedents.limitsReached }

  /// How long commands in use took; after ``finish()``.
  package var commandTimes: ResponseTimes {
    var times = ResponseTimes()
    adopter.context.times.add(to: &times)
    return times
  }

  /// Takes the next frame of the recording.
  package mutating func accept(_ frame: Frame, _ bytes: borrowing ByteView) {
    counts.record(frame, captured: bytes.count)
    adopter.now = frame.stamp
    do throws(DecodeError) {
      switch try Packet.read(bytes, frame: frame) {
      case .packet(let packet): accept(packet, frame.stamp, bytes, linkType: frame.linkType, drop: frame.hostDrop)
      case .icmp(let error): accept(error, frame.stamp)
      case .neighbor(let message): neighbors.take(message, isForAll: Packet.isForAll(bytes, linkType: frame.linkType), frame.stamp)
      case .fragment(let offset): try accept(fragment: bytes.view(from: offset), frame)
      case .malformed: counts.malformedFrames += 1
      case .foreign: if let content = UnreadContent(bytes, linkType: frame.linkType) { note(content, frame, bytes) }
      }
    } catch {
      counts.malformedFrames += 1
    }
  }

  /// Handles a frame in which no packet was found: it may be unreadable, or hold several packets.
  private mutating func note(_ content: UnreadContent, _ frame: Frame, _ bytes: borrowing ByteView) {
    if content == .aggregatedWireless, Packet.forEachPart(of: bytes, frame: frame, { accept(part: $0, $1) }) { return }
    counts.record(content, in: frame.number)
  }

  private mutating func accept(part: Frame, _ bytes: borrowing ByteView) {
    do throws(DecodeError) {
      switch try Packet.read(bytes, frame: part) {
      case .packet(let packet): accept(packet, part.stamp, bytes, linkType: part.linkType)
      case .icmp(let error): accept(error, part.stamp)
      case .neighbor(let message): neighbors.take(message, isForAll: true, part.stamp)
      case .fragment(let offset): try accept(fragment: bytes.view(from: offset), part)
      case .malformed: counts.malformedFrames += 1
      case .foreign: if let content = UnreadContent(bytes, linkType: part.linkType) { counts.record(content, in: part.number) }
      }
    } catch {
      counts.malformedFrames += 1
    }
  }

  /// The last fragment of an IP packet brings the whole of it.
  private mutating func accept(fragment: borrowing ByteView, _ frame: Frame) throws(DecodeError) {
    guard let whole = fragments.take(fragment, time: frame.time) else { return record(incomplete: fragment, frame.stamp) }
    let bytes = ByteView(whole.span)
    let inner = Frame(number: frame.number, time: frame.time, originalLength: whole.count, linkType: .rawIP)
    guard case .packet(let packet) = try Packet.read(bytes, frame: inner) else { return }
    accept(packet, frame.stamp, bytes, linkType: .rawIP, isOfFragments: true)
  }

  private mutating func accept(
    _ packet: borrowing Packet, _ stamp: FrameStamp, _ bytes: borrowing ByteView, linkType: LinkType, drop: HostDrop? = nil,
    isOfFragments: Bool = false
  ) {
    if verifiesChecksums, packet.hasWrongChecksum(in: bytes) {
      counts.wrongChecksums = (counts.wrongChecksums ?? 0) + 1
      return
    }
    switch packet.transport {
    case .tcp(let header):
      if let segments { segments.observe(packet, header, stamp, bytes, isOfFragments: isOfFragments) }
      acceptSegment(packet, header, stamp, bytes, linkType, drop)
    case .udp: acceptDatagram(packet, stamp, bytes, linkType)
    }
  }

  @inline(__always)
  private mutating func acceptSegment(
    _ packet: borrowing Packet, _ header: TCPHeader, _ stamp: FrameStamp, _ bytes: borrowing ByteView, _ linkType: LinkType,
    _ drop: HostDrop?
  ) {
    table.accept(packet, header: header, frame: stamp, bytes: bytes)
    if header.isOfOpening { neighbors.record(packet, isAnswer: header.flags.contains(.ack)) }
    if let drop, header.flags.contains(.syn), !header.flags.contains(.ack) {
      table.record(drop, of: packet, header: header, frame: stamp)
      adopter.context.frameIsCited = true
    }
    // A segment behind a hole is cited by its own number, once the hole is filled.
    if adopter.context.frameMatters || adopter.context.frameIsCited || table.lastSegmentWaits {
      adopter.context.frameIsCited = false
      ledger.record(stamp)
    }
    // Never for the contents of files: to add up all bytes of a segment takes long.
    if adopter.context.frameMatters || header.flags.isOfOpeningOrEnd || table.lastSegmentWaits {
      adopter.context.frameMatters = false
      let verdict = adopter.doubts.verdict(of: packet, in: bytes, frame: stamp.number)
      let isMarked = Packet.isMarkedDamaged(bytes, linkType: linkType)
      adopter.doubts.record(verdict, isMarked: isMarked, sender: packet.source.address, frame: stamp.number)
    }
  }

  private mutating func acceptDatagram(
    _ packet: borrowing Packet, _ stamp: FrameStamp, _ bytes: borrowing ByteView, _ linkType: LinkType
  ) {
    let (source, destination) = (packet.source, packet.destination)
    let payload = packet.payload(in: bytes)
    let origin = MessageOrigin(firstFrame: stamp.number, lastFrame: stamp.number, lastTime: stamp.time)
    if ports.kerberos.contains(source.port) || ports.kerberos.contains(destination.port) {
      // RFC 4120 5.10: every message has an application tag. Other programs use the port, too.
      guard let tag = try? payload.u8(at: 0), tag & 0xe0 == 0x60 else { return }
      adopter.facts.kerberosFlows += 1
      neighbors.record(packet, isAnswer: ports.kerberos.contains(source.port))
      adopter.kerberos.take(payload.copy(), from: source, to: destination, transport: .udp, origin: origin)
    } else if ports.dns.contains(source.port) || ports.dns.contains(destination.port) {
      adopter.facts.nameFlows += 1
      neighbors.record(packet, isAnswer: ports.dns.contains(source.port))
      adopter.names.take(payload, from: source, to: destination, tcpStream: nil, origin: origin)
    } else if source.port == ports.netBIOSNames || destination.port == ports.netBIOSNames {
      if netBIOSNames.take(payload, from: source, to: destination, stamp), !Packet.isForAll(bytes, linkType: linkType) {
        neighbors.recordTraffic(between: source.address, destination.address)
      }
    } else if adopter.hidden.record(payload, from: source, to: destination, frame: stamp.number) {
      ledger.record(stamp)
    } else if let content = UnreadContent(payload, from: source.port, to: destination.port) {
      counts.record(content, in: stamp.number)
    }
  }

  private mutating func accept(_ error: ICMPError, _ stamp: FrameStamp) {
    if error.sequenceNumber != nil {
      table.accept(error, frame: stamp)
    } else if ports.kerberos.contains(error.destination.port), !error.isTooBig {
      adopter.kerberos.recordUndelivered(error, stamp)
    } else if ports.dns.contains(error.destination.port), error.isUnreachable {
      adopter.names.recordUndelivered(from: error.source, to: error.destination, stamp)
    } else {
      adopter.hidden.record(error, frame: stamp.number)
      ledger.record(stamp)
    }
  }

  /// If the other fragments never come, the first one still shows that there is an answer.
  private func record(incomplete fragment: borrowing ByteView, _ stamp: FrameStamp) {
    guard let (source, destination) = Packet.ends(ofFirstFragment: fragment) else { return }
    if ports.kerberos.contains(source.port) {
      adopter.kerberos.recordUnread(from: source, to: destination)
    } else if ports.dns.contains(source.port) {
      adopter.names.recordUnread(from: source, to: destination, stamp)
    }
  }

  /// What the recording shows as a whole; after ``finish()``.
  package var facts: RecordingFacts {
    var facts = adopter.facts
    facts.counts = counts
    facts.hidden = adopter.hidden.joined()
    facts.hosts = adopter.hosts
    facts.hasVainSearches = !neighbors.finish(clientsWithSMB: []).isEmpty || adopter.names.hasFailures
    facts.settleSYNs { adopter.hidden.sibling(client: $0, server: $1) == .established }
    return facts
  }

  /// The recording is over: reports every connection that is still open.
  ///
  /// - Returns: what clients asked of KDCs and resolvers.
  package mutating func finish() -> Lookups {
    adopter.isAtEnd = true
    adopter.isOneDirectional = adopter.facts.bothDirections == 0 && table.isOneDirectional
    table.finish()
    counts.fragments = fragments.finish()
    let exchanges = adopter.kerberos.finish(at: adopter.now.time, clientsWithSMB: adopter.clientsWithSMB)
    adopter.facts.recordClocks(exchanges)
    return lookups(exchanges)
  }
}
