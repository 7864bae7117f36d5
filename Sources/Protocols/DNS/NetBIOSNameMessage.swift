package import Packets

/// A query for a NetBIOS name, or its answer: RFC 1002 4.2.12 to 4.2.14. Big-endian. Registrations are not read.
package struct NetBIOSNameMessage: Hashable, Sendable {
  package var id: UInt16
  package var isResponse: Bool
  /// NB_FLAGS B: every host of the network is asked, not a WINS server.
  package var isBroadcast: Bool
  package var responseCode: DNSResponseCode
  package var name: String
  /// The sixteenth byte of the name; 0x20 is a file server's.
  package var nameType: UInt8
  package var addresses: [IPAddress] = []

  /// Addresses read from one answer; a host has a handful.
  private static let maximumAddresses = 16

  /// Id 2, flags 2, number of questions 2, of answers 2, of other records 4; then the name, type 2 and class 2. In an answer
  /// time to live 4, length 2, and for each address flags 2 and address 4.
  ///
  /// - Throws: ``DecodeError`` when it cannot be read, or is another kind of message.
  package init(_ message: borrowing ByteView) throws(DecodeError) {
    id = try message.u16be(at: 0)
    let flags = try message.u16be(at: 2)
    isResponse = flags & 0x8000 != 0
    isBroadcast = flags & 0x0010 != 0
    responseCode = DNSResponseCode(rawValue: UInt8(flags & 0x000f))
    let count = try message.u16be(at: isResponse ? 6 : 4)
    guard flags & 0x7800 == 0, count == 1 else {
      throw DecodeError(offset: 2, reason: .unexpected(field: "NetBIOS name flags", value: UInt64(flags)))
    }
    var offset = 12
    (name, nameType) = try NetBIOSNames.name(message, at: &offset)
    let type = DNSRecordType(rawValue: try message.u16be(at: offset))
    guard isResponse, type == .netBIOS else { return }
    let length = Int(try message.u16be(at: offset + 8))
    for entry in stride(from: offset + 10, to: offset + 10 + length, by: 6).prefix(Self.maximumAddresses) {
      addresses.append(IPAddress(ipv4: try message.u32be(at: entry + 2)))
    }
  }
}
