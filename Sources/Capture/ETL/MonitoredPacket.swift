import Packets

/// A packet as pktmon saw it at one place of the network stack; little-endian.
struct MonitoredPacket {
  enum ID {
    static let component: UInt16 = 20
    static let property: UInt16 = 30
    static let packet: UInt16 = 160
    static let dropped: UInt16 = 170
  }

  /// What the bytes begin with.
  enum Content: Int {
    /// In the order in which they are preferred.
    case ethernet, ip, wireless, unknown

    var linkType: LinkType {
      switch self {
      case .ethernet: .ethernet
      case .ip: LinkType(inFile: 101)
      case .wireless: LinkType(inFile: 105)
      // The first number that libpcap leaves to users: frames of this type are counted and not read.
      case .unknown: LinkType(inFile: 147)
      }
    }
  }

  /// Number of the packet; since build 26100 each appearance has one of its own.
  struct Key: Hashable {
    var group: UInt64
    var number: UInt16
  }

  /// A component, and one of its sides.
  struct Place: Hashable {
    var component: UInt16
    var edge: UInt16
  }

  private static let headerSize = 34

  var key: Key
  /// 1, 2, 3 … along the packet's way; always 0 since build 26100.
  var appearance: UInt16
  var place: Place
  var content: Content
  var drop: HostDrop?
  /// On the wire.
  var originalLength: Int
  /// Where in the event's body the bytes are.
  var range: Range<Int>

  /// Group 8, number 2, appearance 2, direction 2, type 2, component 2, edge 2, filter 2, drop reason 4, drop location 4,
  /// original size 2, logged size 2, bytes.
  init(_ event: TraceEvent, _ body: borrowing ByteView) throws(DecodeError) {
    key = Key(group: try body.u64le(at: 0), number: try body.u16le(at: 8))
    appearance = try body.u16le(at: 10)
    place = Place(component: try body.u16le(at: 16), edge: try body.u16le(at: 18))
    if event.id == ID.dropped {
      drop = HostDrop(
        reason: try body.u32le(at: 22), location: try body.u32le(at: 26), way: Self.way(try body.u16le(at: 12)))
    }
    let logged = Int(try body.u16le(at: 32))
    originalLength = max(Int(try body.u16le(at: 30)), logged)
    range = Self.headerSize..<(Self.headerSize + logged)
    content = Self.content(of: try body.view(at: Self.headerSize, count: logged), type: try body.u16le(at: 14))
  }

  /// In and Rx; Out and Tx. Ingress and egress of a switch say nothing of the host.
  private static func way(_ direction: UInt16) -> HostDrop.Way {
    switch direction {
    case 1, 3: .received
    case 2, 4: .sent
    default: .unknown
    }
  }

  /// The type belongs to the place, not to the bytes: above the Wi-Fi driver it says Wi-Fi of what is Ethernet again.
  private static func content(of bytes: borrowing ByteView, type: UInt16) -> Content {
    switch type {
    case 3:
      guard let version = try? bytes.u8(at: 0) >> 4, version == 4 || version == 6 else { return .unknown }
      return .ip
    case 2 where WirelessHeader.begins(bytes): return .wireless
    case 1, 2: return bytes.count >= 14 ? .ethernet : .unknown
    default: return .unknown
    }
  }
}

/// IEEE 802.11 9.2, as far as it is needed to know such a frame and to find out whether it is in clear.
enum WirelessHeader {
  /// Whether this is no Ethernet.
  static func begins(_ bytes: borrowing ByteView) -> Bool {
    guard bytes.count >= 24, let control = try? bytes.u8(at: 0), control & 3 == 0 else { return false }
    if control >> 2 & 3 == 2 {
      // A null frame, or LLC at the place where the header ends; of the header's length one never knows.
      let length = length(bytes)
      return control & 0x40 != 0 || [0, 2, 8].contains { isSNAP(bytes, at: length + $0) }
    }
    guard control >> 2 & 3 < 2, let type = try? bytes.u16be(at: 12) else { return false }
    return ![0x0800, 0x0806, 0x86dd, 0x8100].contains(type)
  }

  /// Windows stores what it received decrypted, and leaves the flag that it was not. Encrypted bytes cannot look so: there
  /// the fourth byte behind the header has a bit set that is 0 here.
  static func isClearThoughProtected(_ bytes: borrowing ByteView) -> Bool {
    guard bytes.count > 32, let flags = try? bytes.u8(at: 1), flags & 0x40 != 0 else { return false }
    let start = length(bytes)
    return (try? bytes.u16be(at: start)) == 0xaaaa && (try? bytes.u8(at: start + 2)) == 0x03
  }

  /// Where IP begins in a frame with LLC and SNAP.
  static func payloadOffset(_ bytes: borrowing ByteView) -> Int? {
    let length = length(bytes)
    return [0, 2, 8].first { isSNAP(bytes, at: length + $0) }.map { length + $0 + 8 }
  }

  /// A fourth address between access points, and QoS.
  private static func length(_ bytes: borrowing ByteView) -> Int {
    guard let control = try? bytes.u8(at: 0), let flags = try? bytes.u8(at: 1) else { return 24 }
    return 24 + (flags & 3 == 3 ? 6 : 0) + (control & 0x80 != 0 ? 2 : 0)
  }

  private static func isSNAP(_ bytes: borrowing ByteView, at offset: Int) -> Bool {
    (try? bytes.u32be(at: offset)) == 0xaaaa_0300 && (try? bytes.u16be(at: offset + 4)) == 0
  }
}
