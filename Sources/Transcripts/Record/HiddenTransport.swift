package import Packets
import Protocols

/// Traffic in which SMB may be that cannot be read here.
package struct HiddenTransport: Sendable, Codable {
  package enum Kind: String, Sendable, Codable {
    /// UDP 443 (RFC 9000).
    case quic
    /// iWARP on TCP 5445 (RFC 5044) and RoCE on UDP 4791.
    case rdma

    /// What it is for people.
    package var transport: String {
      switch self {
      case .quic: "QUIC on UDP 443"
      case .rdma: "RDMA"
      }
    }
  }

  package var kind: Kind
  package var client: IPAddress
  package var server: IPAddress
  package var frame: Int
  /// An ICMP error says that it did not arrive.
  package internal(set) var refusal: Refusal?

  package struct Refusal: Sendable, Codable {
    /// No program listens on the port; otherwise the host is not reached.
    package var isOfPort: Bool
    package var reporter: IPAddress
    package var frame: Int
  }
  /// What the same two hosts did on SMB's own TCP ports: nil when nothing.
  package internal(set) var sibling: ConnectionOutcome?
}

/// Collects it, for a bounded number of pairs of hosts.
struct HiddenTransports {
  private enum Limit {
    /// Pairs of hosts with unreadable traffic; the report lists a few of them.
    static let pairs = 256
    /// Pairs with SMB over TCP; more than a recording of one network has.
    static let siblings = 4096
  }

  private var found: [HiddenTransport] = []
  var count: Int { found.count }
  /// The place in ``found``.
  private var known: [HostPair: Int] = [:]
  private var siblings: [HostPair: ConnectionOutcome] = [:]

  /// Takes the payload of a UDP datagram.
  ///
  /// - Returns: whether it is the first of its kind between the two.
  mutating func record(_ payload: borrowing ByteView, from source: Endpoint, to destination: Endpoint, frame: Int) -> Bool {
    let before = found.count
    switch destination.port {
    case ServicePorts.quic where Self.isInitial(payload): record(.quic, from: source, to: destination, frame: frame)
    case ServicePorts.roce: record(.rdma, from: source, to: destination, frame: frame)
    default: break
    }
    return found.count > before
  }

  /// Takes an ICMP error about a UDP datagram.
  mutating func record(_ error: ICMPError, frame: Int) {
    guard error.destination.port == ServicePorts.quic, error.isUnreachable,
      let index = known[HostPair(client: error.source.address, server: error.destination.address)],
      found[index].kind == .quic, found[index].refusal == nil
    else { return }
    // RFC 792: code 3; RFC 4443 3.1: code 4.
    let isOfPort = error.code == (error.isVersion6 ? 4 : 3) && error.reporter == error.destination.address
    found[index].refusal = HiddenTransport.Refusal(isOfPort: isOfPort, reporter: error.reporter, frame: frame)
  }

  /// Takes the first bytes of a TCP connection to the port of SMB Direct: "MPA ID Req Frame", RFC 5044 7.1.
  mutating func recordMPA(_ payload: borrowing ByteView, _ endpoints: (Endpoint, Endpoint), frame: Int) {
    guard (try? payload.u64be(at: 0)) == 0x4d50_4120_4944_2052, (try? payload.u64be(at: 8)) == 0x6571_2046_7261_6d65
    else { return }
    let (client, server) = endpoints.1.port == ServicePorts.iwarp ? endpoints : (endpoints.1, endpoints.0)
    record(.rdma, from: client, to: server, frame: frame)
  }

  /// RFC 9000 17.2 and RFC 9369 3.2: a long header of version 1 or 2 with the type Initial.
  private static func isInitial(_ payload: borrowing ByteView) -> Bool {
    guard let first = try? payload.u8(at: 0), first & 0xc0 == 0xc0, let version = try? payload.u32be(at: 1),
      let length = try? payload.u8(at: 5), length <= 20
    else { return false }
    return version == 1 && first & 0x30 == 0 || version == 0x6b33_43cf && first & 0x30 == 0x10
  }

  private mutating func record(_ kind: HiddenTransport.Kind, from source: Endpoint, to destination: Endpoint, frame: Int) {
    let pair = HostPair(client: source.address, server: destination.address)
    guard known.count < Limit.pairs, known[pair] == nil else { return }
    known[pair] = found.count
    found.append(HiddenTransport(kind: kind, client: source.address, server: destination.address, frame: frame))
  }

  mutating func record(_ transcript: Transcript) {
    let pair = HostPair(client: transcript.client.address, server: transcript.server.address)
    guard siblings.count < Limit.siblings || siblings[pair] != nil, siblings[pair] != .established else { return }
    siblings[pair] = transcript.outcome
  }

  /// What two hosts did over TCP.
  func sibling(client: IPAddress, server: IPAddress) -> ConnectionOutcome? {
    siblings[HostPair(client: client, server: server)]
  }

  /// All of it, each with what the two hosts did over TCP.
  func joined() -> [HiddenTransport] {
    found.map { transport in
      var transport = transport
      // RoCE has no side that is the client's.
      transport.sibling =
        sibling(client: transport.client, server: transport.server)
        ?? (transport.kind == .rdma ? sibling(client: transport.server, server: transport.client) : nil)
      return transport
    }
  }
}
