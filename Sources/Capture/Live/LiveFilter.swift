package import Packets

/// The capture filter when the user gives none: it lets pass only what a diagnosis needs.
package enum LiveFilter {
  /// ICMP errors: RFC 792, RFC 4443.
  private static let errors = "icmp[0] = 3 or (ip6[6] = 58 and ip6[40] >= 1 and ip6[40] <= 4)"
  /// Later fragments of IP packets, which show no port, with the first ones.
  private static let fragments = "ip[6:2] & 0x3fff != 0 or ip6[6] = 44"

  /// - Parameter anyPort: SMB may be on every TCP port.
  package static func expression(anyPort: Bool, ports: ServicePorts = ServicePorts()) -> String {
    let smb = anyPort ? ["tcp"] : ports.smb.map { "tcp port \($0)" }
    let lookups = (ports.kerberos + ports.dns).map { "port \($0)" } + ["udp port \(ports.netBIOSNames)"]
    return (smb + lookups + [errors, fragments]).joined(separator: " or ")
  }

  /// The same inside one VLAN tag and inside two. Behind `vlan` the offsets of an expression are those in the tag, for
  /// the rest of it: pcap-filter(7).
  package static func withTags(_ expression: String) -> String {
    "\(expression) or (vlan and (\(expression) or (vlan and (\(expression)))))"
  }
}
