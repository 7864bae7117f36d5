import Packets

/// A packet, or a part of one, that NDIS-PacketCapture recorded (`netsh trace`, `New-NetEventSession`); little-endian.
struct CapturedPacket {
  /// Events with the bytes of packets.
  enum ID {
    static let fragment: UInt16 = 1001
    /// What the radio said of the packet that comes next.
    static let metadata: UInt16 = 1002
    static let virtualSwitch: UInt16 = 1003
  }

  private enum Keyword {
    static let mobileBroadband: UInt64 = 0x200
    static let wireless: UInt64 = 0x1_0000
    static let start: UInt64 = 0x4000_0000
    static let end: UInt64 = 0x8000_0000
  }

  var linkType: LinkType
  var interface: UInt32
  var isStart: Bool
  var isEnd: Bool
  /// Where in the event's body the bytes are. More may follow.
  var range: Range<Int>

  init(_ event: TraceEvent, _ body: borrowing ByteView) throws(DecodeError) {
    linkType = Self.linkType(event.keyword)
    isStart = event.keyword & Keyword.start != 0
    isEnd = event.keyword & Keyword.end != 0
    interface = try body.u32le(at: 4)
    let start = event.id == ID.virtualSwitch ? try Self.behindSwitchPorts(body) : 8
    let count = Int(try body.u32le(at: start))
    _ = try body.view(at: start + 4, count: count)
    range = (start + 4)..<(start + 4 + count)
  }

  static func linkType(_ keyword: UInt64) -> LinkType {
    if keyword & Keyword.wireless != 0 { return LinkType(inFile: 105) }
    if keyword & Keyword.mobileBroadband != 0 { return LinkType(inFile: 101) }
    return .ethernet
  }

  /// Miniport 4, interface 4, source port 4, three texts, number of destinations 4, destinations of 8 bytes each.
  private static func behindSwitchPorts(_ body: borrowing ByteView) throws(DecodeError) -> Int {
    var offset = 12
    for _ in 0..<3 { offset = try body.endOfText(at: offset) }
    return offset + 4 + 8 * Int(try body.u32le(at: offset))
  }
}

extension ByteView {
  /// Behind a text in UTF-16 and the zero that ends it.
  func endOfText(at start: Int) throws(DecodeError) -> Int {
    var offset = start
    while try u16le(at: offset) != 0 { offset += 2 }
    return offset + 2
  }

  /// The same text.
  func text(at start: Int) throws(DecodeError) -> String {
    var units: [UInt16] = []
    var offset = start
    while case let unit = try u16le(at: offset), unit != 0 {
      units.append(unit)
      offset += 2
    }
    return String(decoding: units, as: UTF16.self)
  }
}
