package import Packets

/// Removes from frames everything that reveals who, where and what: addresses, names, users, secrets and the contents of files.
///
/// The same original has the same replacement throughout, as long as before. Every frame of a recording is shown to it
/// once to learn, then it redacts them one after the other.
package struct Redactor: ~Copyable {
  /// RFC 9000 15, RFC 9369 3.1; 0 negotiates one.
  private static let quicVersions: Set<Int> = [0, 1, 0x6b33_43cf]

  private let ports: ServicePorts
  private let pseudonyms: Pseudonyms
  private let learner: StreamLearner
  private var table: ConnectionTable

  /// Frames that became empty: tunnels, and links that smbdx does not know.
  package private(set) var blankFrames = 0
  /// Times that memory was full: more bytes than necessary became zeros.
  package var limitsReached: Int { learner.memory.limitsReached }

  package init(
    ports: ServicePorts = ServicePorts(), generator: any RandomNumberGenerator = SystemRandomNumberGenerator()
  ) {
    self.ports = ports
    pseudonyms = Pseudonyms(generator: generator)
    learner = StreamLearner(ports: ports, pseudonyms: pseudonyms)
    table = ConnectionTable(observer: learner)
  }

  /// Redacts another recording of the same hosts: what has a replacement in that one has the same in this.
  package init(sharing other: borrowing Redactor) {
    ports = other.ports
    pseudonyms = other.pseudonyms
    learner = StreamLearner(ports: ports, pseudonyms: pseudonyms)
    table = ConnectionTable(observer: learner)
  }

  // MARK: Learning

  package mutating func learn(_ frame: Frame, _ bytes: borrowing ByteView) {
    guard case .packet(let packet) = try? Packet.read(bytes, frame: frame), case .tcp(let header) = packet.transport
    else { return }
    table.accept(packet, header: header, frame: frame.stamp, bytes: bytes)
  }

  /// The last frame was shown.
  package mutating func finishLearning() { table.finish() }

  /// What is written in place of an address.
  package func replacement(of address: IPAddress) -> IPAddress { pseudonyms.ip(address) }

  /// The recording is gone through from its first frame on, once more.
  package mutating func rewind() {
    learner.rewind()
    blankFrames = 0
  }

  // MARK: Redacting

  /// The bytes of a frame that may be written, as many as before.
  package mutating func redact(_ frame: Frame, _ bytes: borrowing ByteView) -> [UInt8] {
    var redacted = RedactedBytes(bytes.copy(), pseudonyms)
    guard let link = LinkDescription(bytes, linkType: frame.linkType) else {
      blankFrames += 1
      return redacted.result
    }
    redacted.redactLink(link)
    guard let payload = link.payloadOffset else { return redacted.result }
    switch try? Packet.read(bytes, frame: frame) {
    case .packet(let packet) where packet.ipOffset == payload: redact(packet, frame, &redacted)
    case .icmp(let error) where redacted.isTransport(error.isVersion6 ? 58 : 1, ofPacketAt: payload):
      redacted.redactICMP(at: payload)
    case .packet, .icmp: blankFrames += 1
    default: redacted.redactIP(at: payload, headersTo: payload)
    }
    return redacted.result
  }

  private mutating func redact(_ packet: Packet, _ frame: Frame, _ redacted: inout RedactedBytes) {
    let count = min(packet.payloadLength, max(0, redacted.original.count - packet.payloadOffset))
    let content: [UInt8]
    let headerLength: Int
    switch packet.transport {
    case .tcp(let header):
      headerLength = header.length
      let flow = Flow(packet.source, packet.destination)
      let side = flow.first == packet.source ? Side.first : .second
      content = learner.stream(of: flow, at: frame.number)?.bytes(
        from: side, sequenceNumber: header.sequenceNumber &+ (header.flags.contains(.syn) ? 1 : 0), count: count) ?? []
    case .udp:
      headerLength = 8
      let start = min(packet.payloadOffset, redacted.original.count)
      content = datagram(Array(redacted.original[start..<(start + count)]), packet)
    }
    redacted.redactIP(at: packet.ipOffset, headersTo: packet.payloadOffset - headerLength)
    redacted.redactTransport(packet, headerLength: headerLength, content: content)
  }

  private func datagram(_ content: [UInt8], _ packet: Packet) -> [UInt8] {
    var redacted = RedactedBytes(content, pseudonyms)
    let (source, destination) = (packet.source.port, packet.destination.port)
    switch ports.lookupService(source, destination) {
    case .kerberos: redacted.redactKerberos(content.indices)
    case .dns: redacted.redactDNS(content.indices)
    case nil: if source == ports.netBIOSNames || destination == ports.netBIOSNames { redacted.redactNetBIOSName(content.indices) }
    }
    if source == ServicePorts.quic || destination == ServicePorts.quic, let first = redacted.u8(0), first & 0xc0 == 0xc0, let version = redacted.u32be(1),
      Self.quicVersions.contains(version)
    {
      // RFC 9000 17.2, a long header: form, version, length of the connection's identifier.
      redacted.keep(0..<6)
    }
    return redacted.result
  }
}
