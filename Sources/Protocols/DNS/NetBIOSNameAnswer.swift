package import Packets

/// A positive answer to the query for a NetBIOS name: RFC 1002 4.2.13. Big-endian.
package struct NetBIOSNameAnswer: Hashable, Sendable {
  /// Addresses read from one answer; a host has a handful.
  package static let maximumAddresses = 16
  /// Header of RFC 1002 4.2.1.1.
  private static let headerCount = 12

  package var name: String
  /// Of hosts; those of members of a group are left out.
  package var addresses: [IPAddress] = []

  /// Reads the payload of a datagram.
  ///
  /// - Throws: ``DecodeError`` when it is another message of the name service, or damaged.
  package init(_ message: borrowing ByteView) throws(DecodeError) {
    let flags = try message.u16be(at: 2)
    // R is set, OPCODE is 0 (query), RCODE is 0.
    guard flags & 0xF80F == 0x8000, try message.u16be(at: 6) > 0 else {
      throw DecodeError(offset: message.base + 2, reason: .unexpected(field: "NetBIOS flags", value: UInt64(flags)))
    }
    var offset = Self.headerCount
    name = try NetBIOSNames.name(message, at: &offset)
    let type = try message.u16be(at: offset)
    guard type == 0x0020 else {
      throw DecodeError(offset: message.base + offset, reason: .unexpected(field: "RR_TYPE", value: UInt64(type)))
    }
    // RR_TYPE 2, RR_CLASS 2, TTL 4, RDLENGTH 2, then NB_FLAGS 2 and NB_ADDRESS 4 for each address.
    let data = try message.view(at: offset + 10, count: Int(try message.u16be(at: offset + 8)))
    for entry in stride(from: 0, to: data.count - 5, by: 6).prefix(Self.maximumAddresses) {
      // G: a group.
      guard try data.u16be(at: entry) & 0x8000 == 0 else { continue }
      addresses.append(IPAddress(ipv4: try data.u32be(at: entry + 2)))
    }
  }
}
