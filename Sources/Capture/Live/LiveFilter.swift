/// What the kernel lets pass when the user does not say it: what a diagnosis needs, and nothing else.
package enum LiveFilter {
  /// SMB, Kerberos, DNS and NetBIOS names; ICMP errors (RFC 792, RFC 4443); later fragments of IP packets, which show
  /// no port, with the first ones.
  private static let ports = "tcp port 445 or tcp port 139 or port 88 or port 53 or udp port 137"
  private static let errors = "icmp[0] = 3 or (ip6[6] = 58 and ip6[40] >= 1 and ip6[40] <= 4)"
  private static let fragments = "ip[6:2] & 0x3fff != 0 or ip6[6] = 44"

  /// - Parameters:
  ///   - anyPort: SMB may be on every TCP port.
  ///   - further: ports that matter too.
  package static func expression(anyPort: Bool, further: [UInt16] = []) -> String {
    let all = [anyPort ? "tcp or port 88 or port 53 or udp port 137" : ports] + further.map { "port \($0)" } + [errors, fragments]
    return all.joined(separator: " or ")
  }

  /// The same inside one VLAN tag and inside two. Behind `vlan` the offsets of an expression are those in the tag, for
  /// the rest of it: pcap-filter(7).
  package static func withTags(_ expression: String) -> String {
    "\(expression) or (vlan and (\(expression) or (vlan and (\(expression)))))"
  }
}
