/// Frames that a Juniper router records, with a header of its own before that of the link: tcpdump's print-juniper.c.
extension LinkHeader {
  /// Magic number 3 (`MGC`), flags 1; when these say so, the length 2 of extensions, and the extensions.
  static func juniper(_ frame: borrowing ByteView, _ linkType: LinkType) throws(DecodeError) -> LinkHeader? {
    let word = try frame.u32be(at: 0)
    guard word >> 8 == 0x4d_4743 else { return nil }
    let (isWithoutLink, hasExtensions) = (word & 0x02 != 0, word & 0x80 != 0)
    let start = hasExtensions ? 6 + Int(try frame.u16be(at: 4)) : 4
    if isWithoutLink { return try juniperContent(frame, at: start + 4) }
    switch linkType {
    case .juniperEthernet, .juniperPPPoE: return try HeaderWalk.findIP(frame, from: .ethernet, at: start)
    case .juniperPPP: return try HeaderWalk.findIP(frame, from: .ppp, at: start)
    case .juniperFrameRelay: return try frameRelay(frame, at: start)
    case .juniperCiscoHDLC: return try HeaderWalk.findIP(frame, from: .payload(frame.u16be(at: start + 2)), at: start + 4)
    case .juniperPPPoEOverATM: return try HeaderWalk.findIP(frame, from: .payload(frame.u16be(at: start)), at: start + 2)
    // Index 2, TTL 1, type 1, SPI 4, two addresses; the types before 3 have an ESP packet instead.
    case .juniperES: return try frame.u8(at: start + 3) >= 3 ? juniperContent(frame, at: start + 16) : nil
    default: return try behindCookie(frame, at: start, linkType)
    }
  }

  /// What the interface's hardware puts before a packet.
  private static func behindCookie(
    _ frame: borrowing ByteView, at start: Int, _ linkType: LinkType
  ) throws(DecodeError) -> LinkHeader? {
    let first = try frame.u8(at: start)
    if linkType == .juniperMFR, first & 0xc0 == 0xc0 { return try multilinkFrameRelay(frame, at: start) }
    let usual = linkType.juniperCookie
    return try juniperContent(frame, at: start + (first == 0x47 ? 8 : first == 0x54 ? usual + 2 : usual))
  }

  /// Nothing says what follows, so its first bytes do: LLC, a network layer identifier behind `FE FE 03` or `03`, PPP,
  /// or the version of IP.
  private static func juniperContent(_ frame: borrowing ByteView, at offset: Int) throws(DecodeError) -> LinkHeader? {
    let word = try frame.u32be(at: offset)
    let identifiers: ClosedRange<UInt32> = 0xfefe_0300...0xfefe_03ff
    if identifiers.contains(word) { return word & 0xff == 0xcc || word & 0xff == 0x8e ? LinkHeader(payloadOffset: offset + 4) : nil }
    if word >> 8 == 0xaa_aa03 { return try HeaderWalk.findIP(frame, from: .llc, at: offset) }
    switch word >> 16 {
    case 0x03cc, 0x038e: return LinkHeader(payloadOffset: offset + 2)
    case 0x0021, 0x0057, 0xff03: return try HeaderWalk.findIP(frame, from: .ppp, at: offset)
    default: return word >> 28 == 4 || word >> 28 == 6 ? LinkHeader(payloadOffset: offset) : nil
    }
  }
}

extension LinkType {
  static let juniperMLPPP = Self(rawValue: 130)
  static let juniperMLFR = Self(rawValue: 131)
  static let juniperES = Self(rawValue: 132)
  static let juniperGGSN = Self(rawValue: 133)
  static let juniperMFR = Self(rawValue: 134)
  static let juniperATM2 = Self(rawValue: 135)
  static let juniperServices = Self(rawValue: 136)
  static let juniperATM1 = Self(rawValue: 137)
  static let juniperMonitor = Self(rawValue: 164)
  static let juniperPPPoE = Self(rawValue: 167)
  static let juniperPPPoEOverATM = Self(rawValue: 168)
  static let juniperEthernet = Self(rawValue: 178)
  static let juniperPPP = Self(rawValue: 179)
  static let juniperFrameRelay = Self(rawValue: 180)
  static let juniperCiscoHDLC = Self(rawValue: 181)

  /// Those with a header of a Juniper router that may hold IP.
  var isJuniper: Bool {
    (130...137).contains(rawValue) || rawValue == 164 || (167...168).contains(rawValue) || (178...181).contains(rawValue)
  }

  /// Bytes before the packet when they do not say it themselves.
  fileprivate var juniperCookie: Int {
    switch self {
    case .juniperMLPPP, .juniperMLFR: 2
    case .juniperATM1, .juniperMFR: 4
    default: 8
    }
  }
}
