/// EtherType numbers (IEEE 802 registry).
enum EtherType {
  static let ipv4: UInt16 = 0x0800
  static let arp: UInt16 = 0x0806
  static let ipv6: UInt16 = 0x86dd
  static let vlan: UInt16 = 0x8100
  static let serviceVLAN: UInt16 = 0x88a8
  static let oldServiceVLAN: UInt16 = 0x9100
  static let mpls: UInt16 = 0x8847
  static let mplsMulticast: UInt16 = 0x8848
  /// The session stage; discovery has a number of its own.
  static let pppoe: UInt16 = 0x8864
  static let macsec: UInt16 = 0x88e5
  /// Ethernet inside a tunnel: NVGRE (RFC 7637), GENEVE.
  static let transparentEthernet: UInt16 = 0x6558
  static let ppp: UInt16 = 0x880b
  static let erspan: UInt16 = 0x88be
  static let erspanIII: UInt16 = 0x22eb
  /// A number up to this is the length of an LLC frame: IEEE 802.3 3.2.6.
  static let maximumLength: UInt16 = 1500
}
