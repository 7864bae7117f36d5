package import Packets

/// A way to carry an IPv4 packet in a frame: link headers, tags and tunnels.
package struct Encapsulation: Sendable {
  package var name: String
  package var linkType: LinkType
  package var wrap: @Sendable (_ ipv4: [UInt8]) -> [UInt8]

  package init(_ name: String, _ linkType: LinkType = .ethernet, _ wrap: @escaping @Sendable ([UInt8]) -> [UInt8]) {
    self.name = name
    self.linkType = linkType
    self.wrap = wrap
  }
}

extension Encapsulation {
  package static let all: [Encapsulation] = links + tags + tunnels

  private static let mac: [UInt8] = [2, 0, 0, 0, 0, 1]
  private static let snap: [UInt8] = [0xaa, 0xaa, 3, 0, 0, 0, 8, 0]

  private static func ethernet(_ type: UInt16, _ payload: [UInt8]) -> [UInt8] { ethernetFrame(etherType: type, payload) }

  private static func prefixed(_ name: String, _ number: Int32, _ header: [UInt8]) -> Encapsulation {
    Encapsulation(name, LinkType(rawValue: number)) { header + $0 }
  }

  private static let links: [Encapsulation] = [
    prefixed("PPP", 9, [0xff, 3, 0, 0x21]),
    prefixed("PPP without address and control", 9, [0, 0x21]),
    prefixed("PPP with a compressed protocol", 9, [0x21]),
    prefixed("PPP, serial", 50, [0xff, 3, 0, 0x21]),
    prefixed("PPPoE alone", 51, [0x11, 0, 0, 7, 0, 42, 0, 0x21]),
    prefixed("C-HDLC", 104, [0x0f, 0, 8, 0]),
    prefixed("frame relay", 107, [0x18, 0x41, 3, 0xcc]),
    prefixed("frame relay with SNAP", 107, [0x18, 0x41, 3, 0, 0x80, 0, 0, 0, 8, 0]),
    prefixed("frame relay of Cisco", 107, [0x18, 0x41, 8, 0]),
    prefixed("802.11", 105, [0x08, 0x01, 0, 0] + mac + mac + mac + [0, 0] + snap),
    prefixed("802.11 with QoS", 105, [0x88, 0x02, 0, 0] + mac + mac + mac + [0, 0, 0, 0] + snap),
    prefixed(
      "802.11 with a padded header", 127,
      [0, 0, 17, 0, 3, 0, 0, 0] + [UInt8](repeating: 0, count: 8) + [0x20] + [0x88, 0x02, 0, 0] + mac + mac + mac
        + [0, 0, 0, 0, 0, 0] + snap),
    Encapsulation("802.11 with an aggregate of one", LinkType(rawValue: 105)) { packet in
      let subframe = mac + mac + ByteWriter().u16be(UInt16(snap.count + packet.count)).bytes + snap + packet
      return [0x88, 0x02, 0, 0] + mac + mac + mac + [0, 0, 0x80, 0] + subframe + [1, 2, 3, 4]
    },
    prefixed("802.11 that Windows decrypted", 105, [0x88, 0x42, 0, 0] + mac + mac + mac + [0, 0, 0, 0] + snap),
    prefixed("802.11 between access points", 105, [0x08, 0x03, 0, 0] + mac + mac + mac + [0, 0] + mac + snap),
    prefixed("radiotap", 127, [0, 0, 8, 0, 0, 0, 0, 0, 0x08, 0x01, 0, 0] + mac + mac + mac + [0, 0] + snap),
    prefixed("PPI", 192, [0, 0, 8, 0, 1, 0, 0, 0] + mac + mac + [8, 0]),
    prefixed("packet tap", 258, [12, 0, 0, 0, 1, 0, 0, 0, 12, 0, 0, 0]),
    prefixed("IP over InfiniBand", 242, [UInt8](repeating: 0, count: 40) + [8, 0, 0, 0]),
    prefixed("NFLOG", 239, [2, 0, 0, 0, 8, 0, 1, 0, 8, 0, 1, 0, 5, 0, 10, 0, 65, 0, 0, 0, 0xff, 0, 9, 0]),
    prefixed("SLIP", 8, [UInt8](repeating: 0, count: 16)),
    prefixed("ATM, RFC 1483", 11, snap),
    prefixed("SunATM", 123, [2, 0, 0, 42] + snap),
    prefixed("FDDI", 10, [0x50] + mac + mac + snap),
    prefixed("token ring", 6, [0x10, 0x40] + mac + mac + snap),
    prefixed("token ring with a route", 6, [0x10, 0x40] + mac + [0x82, 0, 0, 0, 0, 1, 4, 0x30, 0, 1] + snap),
    prefixed("MPLS alone", 219, [0, 0, 0x11, 64]),
    prefixed("IPsec's enc", 109, [UInt8](repeating: 0, count: 12)),
    prefixed("pflog", 117, [61] + [UInt8](repeating: 0, count: 63)),
    Encapsulation("netANALYZER", LinkType(rawValue: 240)) { [0, 0, 0, 0] + ethernet(0x0800, $0) },
    prefixed("multilink frame relay", 182, [0xc0, 7, 0x18, 0x41, 3, 0xcc]),
    prefixed("ARCnet", 7, [1, 2, 0xd4, 0, 0, 9]),
    prefixed("ARCnet, exception", 7, [1, 2, 0xd4, 0xff, 0xff, 0xff, 0xd4, 0, 0, 9]),
    prefixed("ARCnet of RFC 1051", 7, [1, 2, 0xf0]),
    prefixed("ARCnet on Linux", 129, [1, 2, 0, 0, 0xd4, 0, 0, 9]),
    prefixed("ARCnet of RFC 1051 on Linux", 129, [1, 2, 0, 0, 0xf0]),
    prefixed("Broadcom's tag", 281, mac + mac + [0x20, 0, 0x80, 0, 8, 0]),
    prefixed("Broadcom's tag in front", 282, [0x20, 0, 0x80, 0] + mac + mac + [8, 0]),
    prefixed("DSA tag", 284, mac + mac + [0x40, 8, 0, 0, 8, 0]),
    prefixed("DSA tag and a VLAN", 284, mac + mac + [0x40, 8, 0, 0, 0x81, 0, 0, 7, 8, 0]),
    prefixed("DSA tag with a type", 285, mac + mac + [0xda, 0xda, 0, 0, 0xc0, 0, 0, 0, 8, 0]),
  ] + juniper

  private static func juniper(_ name: String, _ number: Int32, flags: UInt8 = 0, _ rest: [UInt8]) -> Encapsulation {
    prefixed("Juniper, " + name, number, [0x4d, 0x47, 0x43, flags] + rest)
  }

  private static let juniper: [Encapsulation] = [
    juniper("Ethernet", 178, flags: 0x80, [0, 6, 3, 1, 1, 6, 1, 14] + mac + mac + [8, 0]),
    juniper("without link", 178, flags: 0x02, [0, 0, 0, 2]),
    juniper("PPPoE", 167, mac + mac + [0x88, 0x64, 0x11, 0, 0, 7, 0, 42, 0, 0x21]),
    juniper("PPPoE over ATM", 168, [0x88, 0x64, 0x11, 0, 0, 7, 0, 42, 0, 0x21]),
    juniper("PPP", 179, [0xff, 3, 0, 0x21]),
    juniper("frame relay", 180, [0x18, 0x41, 3, 0xcc]),
    juniper("C-HDLC", 181, [0x0f, 0, 8, 0]),
    juniper("ATM with SNAP", 137, [0, 0, 0, 7] + snap),
    juniper("ATM with an identifier", 135, [0, 0, 0, 7, 0, 0, 0, 0, 0xfe, 0xfe, 3, 0xcc]),
    juniper("ATM with Cisco's identifier", 137, [0, 0, 0, 7, 3, 0xcc]),
    juniper("ATM with PPP", 135, [0, 0, 0, 7, 0, 0, 0, 0, 0, 0x21]),
    juniper("multilink PPP", 130, [0, 7, 0xff, 3, 0, 0x21]),
    juniper("multilink PPP of a service card", 130, [0x47, 0, 0, 0, 0, 0, 0, 8]),
    juniper("multilink frame relay bundle", 131, [0x54, 0, 0, 7, 3, 0xcc]),
    juniper("multilink frame relay link", 134, [0xc0, 7, 0x18, 0x41, 3, 0xcc]),
    juniper("GGSN", 133, [0, 0, 2, 0, 0, 7, 0, 0]),
    juniper("services", 136, [0, 0, 0, 7, 0, 0, 0, 1]),
    juniper("monitor", 164, [0, 0, 0, 7, 0, 0, 0, 1]),
    juniper("encryption", 132, [0, 7, 64, 3] + [UInt8](repeating: 0, count: 12)),
  ]

  private static let tags: [Encapsulation] = [
    Encapsulation("LLC and SNAP") { ethernet(UInt16(min(1500, snap.count + $0.count)), snap + $0) },
    Encapsulation("MPLS, two labels") { ethernet(0x8847, [0, 0, 0x10, 64, 0, 0, 0x21, 64] + $0) },
    Encapsulation("Ethernet over MPLS") { ethernet(0x8847, [0, 0, 0x11, 64, 0, 0, 0, 0] + ethernet(0x0800, $0)) },
    Encapsulation("PPPoE") { ethernet(0x8864, [0x11, 0, 0, 7, 0, 42, 0, 0x21] + $0) },
    Encapsulation("PPPoE in a VLAN") { ethernet(0x8100, [0, 7, 0x88, 0x64, 0x11, 0, 0, 7, 0, 42, 0, 0x21] + $0) },
    Encapsulation("MACsec in clear") { ethernet(0x88e5, [0, 0, 0, 0, 0, 1, 8, 0] + $0 + [UInt8](repeating: 7, count: 16)) },
    Encapsulation("MACsec with a channel") {
      ethernet(0x88e5, [0x20, 0, 0, 0, 0, 1] + mac + [0, 1, 8, 0] + $0 + [UInt8](repeating: 7, count: 16))
    },
  ]

  private static func ip(_ transport: UInt8, _ payload: [UInt8]) -> [UInt8] {
    var outer = IPv4Bytes(source: IPAddress(192, 0, 2, 1), destination: IPAddress(192, 0, 2, 2), payload: payload)
    outer.transport = transport
    // The sender's own capture shows what is too long as 0.
    if payload.count > 65_000 { outer.totalLength = 0 }
    return ethernet(0x0800, outer.bytes)
  }

  private static func udp(_ port: UInt16, _ payload: [UInt8]) -> [UInt8] {
    ip(17, ByteWriter().u16be(50_000).u16be(port).u16be(UInt16(truncatingIfNeeded: 8 + payload.count)).u16be(0).raw(payload).bytes)
  }

  private static let tunnels: [Encapsulation] = [
    Encapsulation("IP in IP") { ip(4, $0) },
    Encapsulation("IPv4 in IPv6") {
      var outer = IPv6Bytes(payload: $0)
      outer.transport = 4
      return ethernet(0x86dd, outer.bytes)
    },
    Encapsulation("GRE") { ip(47, [0, 0, 8, 0] + $0) },
    Encapsulation("GRE with key and sequence") { ip(47, [0x30, 0, 8, 0, 0, 0, 0, 1, 0, 0, 0, 2] + $0) },
    Encapsulation("PPTP") { ip(47, [0x30, 0x81, 0x88, 0x0b, 0, 42, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0xff, 3, 0, 0x21] + $0) },
    Encapsulation("NVGRE") { ip(47, [0x20, 0, 0x65, 0x58, 0, 0, 1, 0] + ethernet(0x0800, $0)) },
    Encapsulation("ERSPAN I") { ip(47, [0, 0, 0x88, 0xbe] + ethernet(0x0800, $0)) },
    Encapsulation("ERSPAN II") {
      ip(47, [0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 1, 0, 1, 0, 0, 0, 0] + ethernet(0x0800, $0))
    },
    Encapsulation("ERSPAN III") {
      ip(47, [0x10, 0, 0x22, 0xeb, 0, 0, 0, 1] + [UInt8](repeating: 0, count: 12) + ethernet(0x0800, $0))
    },
    Encapsulation("EtherIP") { ip(97, [0x30, 0] + ethernet(0x0800, $0)) },
    Encapsulation("VXLAN") { udp(4789, [8, 0, 0, 0, 0, 0, 1, 0] + ethernet(0x0800, $0)) },
    Encapsulation("VXLAN with the protocol named") { udp(4790, [0x0c, 0, 0, 1, 0, 0, 1, 0] + $0) },
    Encapsulation("GENEVE") { udp(6081, [1, 0, 0x65, 0x58, 0, 0, 1, 0, 1, 2, 3, 0] + ethernet(0x0800, $0)) },
    Encapsulation("GTP-U") { udp(2152, [0x30, 0xff, 0, 42, 0, 0, 0, 1] + $0) },
    Encapsulation("GTP-U with an extension") { udp(2152, [0x34, 0xff, 0, 42, 0, 0, 0, 1, 0, 0, 0, 0x85, 1, 0, 0, 0] + $0) },
    Encapsulation("MPLS over UDP") { udp(6635, [0, 0, 0x11, 64] + $0) },
    Encapsulation("VXLAN in ERSPAN") {
      ip(47, [0, 0, 0x88, 0xbe] + udp(4789, [8, 0, 0, 0, 0, 0, 1, 0] + ethernet(0x0800, $0)))
    },
  ]
}
