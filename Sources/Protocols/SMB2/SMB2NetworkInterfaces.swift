package import Packets

/// NETWORK_INTERFACE_INFO, the answer to FSCTL_QUERY_NETWORK_INTERFACE_INFO: MS-SMB2 2.2.32.5. Little-endian.
package enum SMB2NetworkInterfaces {
  /// Interfaces read from one answer.
  package static let limit = 32
  /// Bytes of an entry up to the address: Next 4, IfIndex 4, Capability 4, Reserved 4, LinkSpeed 8.
  package static let addressOffset = 24
  /// 2.2.32.5.1: Family of SockAddr_Storage.
  package static let (ipv4Family, ipv6Family) = (0x0002, 0x0017)

  /// The server's addresses, as far as they can be read.
  package static func addresses(_ output: borrowing ByteView) -> [IPAddress] {
    var found: [IPAddress] = []
    var offset = 0
    for _ in 0..<limit {
      guard let entry = try? output.view(from: offset), let next = try? entry.u32le(at: 0) else { break }
      if let address = try? address(entry) { found.append(address) }
      guard next > addressOffset, next <= output.count else { break }
      offset += Int(next)
    }
    return found
  }

  /// 2.2.32.5.1.1, 2.2.32.5.1.2: family 2, port 2, then the IPv4 address, or 4 bytes of flow information and the IPv6 address.
  private static func address(_ entry: borrowing ByteView) throws(DecodeError) -> IPAddress? {
    switch Int(try entry.u16le(at: addressOffset)) {
    case ipv4Family: return IPAddress(ipv4: try entry.u32be(at: addressOffset + 4))
    case ipv6Family:
      return IPAddress(high: try entry.u64be(at: addressOffset + 8), low: try entry.u64be(at: addressOffset + 16))
    default: return nil
    }
  }
}
