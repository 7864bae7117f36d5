/// Link-layer header types as libpcap numbers them (`DLT_*`); what differs between systems is listed once per number.
@usableFromInline package struct LinkType: RawRepresentable, Hashable, Sendable, Codable {
  @usableFromInline package var rawValue: Int32
  @inlinable package init(rawValue: Int32) { self.rawValue = rawValue }

  /// The standard library's `==` for `RawRepresentable` is not specialised in other modules: each call would look it up at run
  /// time.
  @inlinable package static func == (left: Self, right: Self) -> Bool { left.rawValue == right.rawValue }

  /// BSD loopback: a 4-byte address family in the byte order of the capturing host.
  package static let null = Self(rawValue: 0)
  package static let ethernet = Self(rawValue: 1)
  /// OpenBSD loopback: a 4-byte address family in network byte order.
  package static let loop = Self(rawValue: 108)
  /// Linux cooked capture.
  package static let linuxSLL = Self(rawValue: 113)
  /// Linux cooked capture, version 2.
  package static let linuxSLL2 = Self(rawValue: 276)
  package static let ipv4 = Self(rawValue: 228)
  package static let ipv6 = Self(rawValue: 229)
  package static let rawIP = Self(rawValue: 101)

  static let tokenRing = Self(rawValue: 6)
  static let arcnet = Self(rawValue: 7)
  static let slip = Self(rawValue: 8)
  static let ppp = Self(rawValue: 9)
  static let fddi = Self(rawValue: 10)
  static let atmRFC1483 = Self(rawValue: 11)
  static let pppSerial = Self(rawValue: 50)
  static let pppEther = Self(rawValue: 51)
  static let ciscoHDLC = Self(rawValue: 104)
  static let ieee80211 = Self(rawValue: 105)
  static let frameRelay = Self(rawValue: 107)
  /// OpenBSD's view into IPsec.
  static let enc = Self(rawValue: 109)
  static let pflog = Self(rawValue: 117)
  /// 802.11 behind headers with radio information.
  static let prism = Self(rawValue: 119)
  static let radiotap = Self(rawValue: 127)
  static let avs = Self(rawValue: 163)
  static let sunATM = Self(rawValue: 123)
  /// ARCnet as Linux shows it: packets that are whole again.
  static let linuxARCnet = Self(rawValue: 129)
  /// Older systems of Apple number their packet tap among the users' own.
  static let userPacketTap = Self(rawValue: 149)
  static let packetTap = Self(rawValue: 258)
  /// Multilink frame relay, FRF.16.1.
  static let multilinkFrameRelay = Self(rawValue: 182)
  static let ppi = Self(rawValue: 192)
  static let mpls = Self(rawValue: 219)
  static let nflog = Self(rawValue: 239)
  static let netAnalyzer = Self(rawValue: 240)
  static let ipOverInfiniBand = Self(rawValue: 242)
  /// Ethernet with a tag between the switch chip and its host.
  static let broadcomTag = Self(rawValue: 281)
  static let broadcomTagInFront = Self(rawValue: 282)
  static let dsaTag = Self(rawValue: 284)
  static let dsaTagWithType = Self(rawValue: 285)

  /// Raw IPv4 or IPv6. `DLT_RAW` is 12 on most systems and 14 on OpenBSD; the number in files is 101.
  package var isRawIP: Bool { rawValue == 12 || rawValue == 14 || rawValue == 101 || self == .ipv4 || self == .ipv6 }

  private static let supported: Set<LinkType> = [
    .null, .ethernet, .loop, .linuxSLL, .linuxSLL2, .tokenRing, .slip, .ppp, .fddi, .atmRFC1483, .pppSerial, .pppEther,
    .ciscoHDLC, .ieee80211, .frameRelay, .enc, .pflog, .prism, .radiotap, .avs, .sunATM, .userPacketTap, .packetTap,
    .ppi, .mpls, .nflog, .netAnalyzer, .ipOverInfiniBand, .arcnet, .linuxARCnet, .multilinkFrameRelay, .broadcomTag,
    .broadcomTagInFront, .dsaTag, .dsaTagWithType,
  ]

  /// Whether ``LinkHeader`` can find IP behind this header.
  package var isSupported: Bool { isRawIP || isJuniper || Self.supported.contains(self) }
}
