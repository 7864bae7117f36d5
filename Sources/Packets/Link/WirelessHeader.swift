/// What is in front of the contents of an IEEE 802.11 data frame: 9.2.
struct WirelessHeader {
  /// Where the contents begin.
  private(set) var contents: Int
  /// Several packets may follow (A-MSDU): 9.3.2.2.
  private(set) var isAggregate = false
  /// The sender's hardware address in the low 48 bits.
  let source: UInt64

  /// - Parameter start: where the header begins.
  /// - Returns: nil for what holds no data, or encrypted data.
  init?(_ frame: borrowing ByteView, at start: Int, isPadded: Bool) throws(DecodeError) {
    let control = try frame.u8(at: start)
    let flags = try frame.u8(at: start + 1)
    let (type, subtype) = (control >> 2 & 3, control >> 4)
    // Data; of its subtypes those with bit 2 carry none.
    guard type == 2, subtype & 4 == 0 else { return nil }
    let (toDS, fromDS) = (flags & 1 != 0, flags & 2 != 0)
    contents = start + (toDS && fromDS ? 30 : 24)
    if subtype & 8 != 0 {
      isAggregate = try frame.u8(at: contents) & 0x80 != 0
      contents += 2
      if flags & 0x80 != 0 { contents += 4 }  // HT control
    }
    if isPadded { contents = start + (contents - start + 3) & ~3 }
    let sender = start + (fromDS ? (toDS ? 24 : 16) : 10)
    source = UInt64(try frame.u16be(at: sender)) << 32 | UInt64(try frame.u32be(at: sender + 2))
    let isProtected = flags & 0x40 != 0
    if isProtected, try !Self.isClear(frame, at: contents + (isAggregate ? Self.partHeaderSize : 0)) { return nil }
  }

  /// Windows records received frames decrypted, and leaves the flag that they are encrypted. An encrypted frame looks
  /// different: an initialization vector follows its header, whose fourth byte has a bit set that is 0 here, or is a key's
  /// number.
  private static func isClear(_ frame: borrowing ByteView, at offset: Int) throws(DecodeError) -> Bool {
    let (start, organisation) = (try frame.u32be(at: offset), try frame.u16be(at: offset + 4))
    return start == 0xaaaa_0300 && organisation == 0
  }

  // MARK: Aggregates

  /// Of a packet in an aggregate: two addresses 12, length 2. The packet follows.
  static let partHeaderSize = 14

  /// Each part begins at a multiple of 4 bytes. The frame's check sequence may follow the last one.
  static func nextPart(after offset: Int, length: Int) -> Int { offset + (partHeaderSize + length + 3) & ~3 }
}

extension Packet {
  /// The packets of a wireless frame that holds several, each as the Ethernet frame that it is.
  ///
  /// - Returns: false for every other frame.
  package static func forEachPart(
    of bytes: borrowing ByteView, frame: Frame, _ body: (Frame, borrowing ByteView) -> Void
  ) -> Bool {
    guard let start = try? LinkHeader.wirelessStart(bytes, frame.linkType),
      let header = try? WirelessHeader(bytes, at: start, isPadded: LinkHeader.isPadded(bytes, frame.linkType)), header.isAggregate
    else { return false }
    var (offset, count) = (header.contents, 0)
    while let length = try? Int(bytes.u16be(at: offset + 12)), length > 0,
      let part = try? bytes.view(at: offset, count: min(WirelessHeader.partHeaderSize + length, bytes.count - offset))
    {
      // Without an LLC header this is not a packet, and perhaps the frame is not an aggregate.
      guard (try? part.u16be(at: WirelessHeader.partHeaderSize)) == 0xaaaa else { break }
      body(
        Frame(number: frame.number, time: frame.time, originalLength: WirelessHeader.partHeaderSize + length, linkType: .ethernet),
        part.rebased())
      offset = WirelessHeader.nextPart(after: offset, length: length)
      count += 1
    }
    return count > 0
  }
}
