/// Link-layer header types as libpcap numbers them (`DLT_*`); what differs between systems is listed once per number.
package struct LinkType: RawRepresentable, Hashable, Sendable {
  package var rawValue: Int32
  package init(rawValue: Int32) { self.rawValue = rawValue }

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

  /// Raw IPv4 or IPv6. `DLT_RAW` is 12 on most systems and 14 on OpenBSD; the number in files is 101.
  package var isRawIP: Bool { rawValue == 12 || rawValue == 14 || rawValue == 101 || self == .ipv4 || self == .ipv6 }

  /// Whether ``LinkHeader`` can find IP behind this header.
  package var isSupported: Bool {
    isRawIP || [.null, .ethernet, .loop, .linuxSLL, .linuxSLL2].contains(self)
  }
}
