import Packets

/// Formats without a magic number: they are recognised by their first records.
enum NamelessFormat {
  static func name(_ head: [UInt8]) -> String? {
    let bytes = ByteView(head.span)
    if (try? isNetScaler(bytes)) ?? false { return "a trace of Citrix NetScaler" }
    if (try? areRecords(bytes, isCommView)) ?? false { return "a capture of TamoSoft CommView" }
    if (try? areRecords(bytes, isCommViewX)) ?? false { return "a capture of TamoSoft CommView" }
    if (try? areRecords(bytes, isERF)) ?? false { return "a capture of an Endace card (ERF)" }
    return nil
  }

  /// The second record has to make sense too, when it is in sight.
  ///
  /// - Parameter length: of the record that begins at a place; nil when none can.
  private static func areRecords(
    _ bytes: borrowing ByteView, _ length: (borrowing ByteView, Int) throws(DecodeError) -> Int?
  ) throws(DecodeError) -> Bool {
    guard let first = try length(bytes, 0) else { return false }
    guard first + 24 <= bytes.count else { return true }
    return try length(bytes, first) != nil
  }

  /// Stored length 2, length 2, version 1, date 4, time 3, microseconds 4, seven more bytes, which end in 0; little-endian.
  private static func isCommView(_ bytes: borrowing ByteView, at start: Int) throws(DecodeError) -> Int? {
    let (stored, length) = (Int(try bytes.u16le(at: start)), try bytes.u16le(at: start + 2))
    guard stored == length, stored > 0, try bytes.u8(at: start + 4) == 0, try isTime(bytes, at: start + 5),
      try bytes.u8(at: start + 16) & 7 <= 2
    else { return nil }
    return 24 + stored
  }

  /// Length 4, date 4, time 3, microseconds 4, kind 1, decryption 1, direction 1, two more bytes; little-endian.
  private static func isCommViewX(_ bytes: borrowing ByteView, at start: Int) throws(DecodeError) -> Int? {
    let length = Int(try bytes.u32le(at: start))
    guard (1...PcapFileHeader.longestFrame).contains(length), try isTime(bytes, at: start + 4), try bytes.u8(at: start + 15) <= 2
    else { return nil }
    return 20 + length
  }

  /// Year 2, month 1, day 1, hour 1, minute 1, second 1, microseconds 4.
  private static func isTime(_ bytes: borrowing ByteView, at start: Int) throws(DecodeError) -> Bool {
    let (year, month, day) = (try bytes.u16le(at: start), try bytes.u8(at: start + 2), try bytes.u8(at: start + 3))
    let (hour, minute, second) = (try bytes.u8(at: start + 4), try bytes.u8(at: start + 5), try bytes.u8(at: start + 6))
    let microseconds = try bytes.u32le(at: start + 7)
    return (1990...2100).contains(year) && (1...12).contains(month) && (1...31).contains(day) && hour < 24 && minute < 60 && second < 60
      && microseconds < 1_000_000
  }

  /// Time 8, type 1, flags 1, record length 2, lost packets or colour 2, length on the wire 2; of these the last in network order.
  private static func isERF(_ bytes: borrowing ByteView, at start: Int) throws(DecodeError) -> Int? {
    let (seconds, type) = (try bytes.u32le(at: start + 4), try bytes.u8(at: start + 8) & 0x7f)
    let (length, onWire) = (Int(try bytes.u16be(at: start + 10)), Int(try bytes.u16be(at: start + 14)))
    guard length >= 24, length % 8 == 0, onWire > 0 else { return nil }
    // Packets on Ethernet (2, 11, 16), cut or with two bytes in front and padding; 27 is about the card.
    let isPacket = [2, 11, 16].contains(type) && seconds > 631_152_000 && length <= onWire + 34
    let isSure = isPacket && length >= onWire + 18 || start + length == bytes.count || start + length + 24 <= bytes.count
    return isSure && (isPacket || type == 27 && onWire <= length) ? length : nil
  }

  /// The records of all versions begin with a text about themselves.
  private static func isNetScaler(_ bytes: borrowing ByteView) throws(DecodeError) -> Bool {
    bytes.span.mentions(" Performance Data", within: 64)
      && (bytes.span.mentions("NetScaler", within: 32) || bytes.span.mentions("Netscaler", within: 32))
  }
}
