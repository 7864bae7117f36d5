/// What the headers before IP hold, byte by byte. Bytes that are listed neither as harmless nor as an address are unknown.
package struct LinkDescription {
  /// Types, tags, labels and lengths.
  package var harmless: [Range<Int>] = []
  /// Where hardware addresses of six bytes begin.
  package var hardware: [Int] = []
  /// Where IPv4 addresses of hosts begin: in ARP, and where a tunnel's interface has one in place of a hardware address.
  package var addresses: [Int] = []
  /// Where IP begins; nil when it is not found.
  package var payloadOffset: Int?
}

extension LinkDescription {
  /// - Returns: nil for links whose headers are not described.
  package init?(_ frame: borrowing ByteView, linkType: LinkType) {
    self.init()
    switch linkType {
    case .ethernet: self = HeaderWalk.describe(frame, from: .ethernet, at: 0, into: self)
    case .linuxSLL:
      harmless = [0..<6, 14..<16]
      guard let length = try? frame.u16be(at: 4), let type = try? frame.u16be(at: 14) else { return }
      describeCooked(length: Int(length), at: 6)
      self = HeaderWalk.describe(frame, from: Self.layer(type), at: 16, into: self)
    case .linuxSLL2:
      harmless = [0..<2, 4..<12]
      guard let length = try? frame.u8(at: 11), let type = try? frame.u16be(at: 0) else { return }
      describeCooked(length: Int(length), at: 12)
      self = HeaderWalk.describe(frame, from: Self.layer(type), at: 20, into: self)
    case .null, .loop:
      harmless = [0..<4]
      payloadOffset = frame.count > 4 ? 4 : nil
    default:
      guard linkType.isRawIP else { return nil }
      payloadOffset = 0
    }
  }

  /// The sender's address in a cooked header: of a tunnel's interface it is an IPv4 address.
  private mutating func describeCooked(length: Int, at offset: Int) {
    if length == 6 { hardware.append(offset) }
    if length == 4 { addresses.append(offset) }
  }

  private static func layer(_ type: UInt16) -> HeaderWalk.Layer { type <= EtherType.maximumLength ? .llc : .payload(type) }
}
