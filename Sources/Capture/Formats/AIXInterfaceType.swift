import Packets

/// The kind of an interface as AIX writes it into captures: an ifType of RFC 1573.
struct AIXInterfaceType {
  private static let ethernet: UInt32 = 6
  private static let tokenRing: UInt32 = 9
  private static let fddi: UInt32 = 15
  private static let loopback: UInt32 = 24

  var number: UInt32

  /// What tcpdump of AIX runs on. Old files of other systems have these numbers too, for links that hardly exist.
  var isOfTcpdump: Bool { [Self.ethernet, Self.tokenRing, Self.fddi, Self.loopback].contains(number) }

  /// Bytes in front of a frame that are not part of it.
  var padding: Int { number == Self.fddi ? 3 : 0 }

  func linkType(of frame: borrowing ByteView) -> LinkType {
    linkType ?? (Self.isIP(frame) ? .raw : .null)
  }

  /// Of all frames; nil on a loopback, where some have an address family in front of IP.
  var linkType: LinkType? {
    switch number {
    // 7: an old number of Ethernet.
    case Self.ethernet, 7: .ethernet
    case Self.tokenRing: LinkType(inFile: 6)
    case Self.fddi: LinkType(inFile: 10)
    // X.25, the switch of the SP, the host fabric: IP without a header of the link.
    case 4, 12, 61: .raw
    case Self.loopback: nil
    default: .unknown
    }
  }

  /// The first byte of an address family is small.
  private static func isIP(_ frame: borrowing ByteView) -> Bool {
    (try? frame.u8(at: 0)).map { [4, 6].contains($0 >> 4) } ?? false
  }
}

extension LinkType {
  /// The first number that libpcap leaves to users: frames of this type are counted and not read.
  static let unknown = Self(inFile: 147)
  /// IP without a header of the link.
  static let raw = Self(inFile: 101)
}
