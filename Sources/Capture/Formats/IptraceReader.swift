import Packets

/// Captures of AIX' iptrace, versions 1.0 and 2.0; big-endian. No specification of them is public.
struct IptraceReader: CaptureFormat, ~Copyable {
  /// In front of the first record: “iptrace 2.0”.
  private static let fileHeaderSize = 11
  /// Length of the rest 4, seconds 4.
  private static let lengthSize = 8

  private(set) var linkTypes: [LinkType] = []
  /// The file does not say.
  let lostFrames = 0

  private var window: ByteWindow
  /// Version 2.0: with nanoseconds.
  private let isExact: Bool
  private let names = InterfaceNames()
  private var recordLength = 0
  private var frame = 0..<0

  init(_ source: any ByteSource, bufferSize: Int) throws(ReadDamage) {
    window = ByteWindow(source, largestRead: bufferSize)
    isExact = try window.decode("iptrace file header", Self.fileHeaderSize) { (header) throws(DecodeError) in
      try header.u8(at: 8) == UInt8(ascii: "2")
    }
    recordLength = Self.fileHeaderSize
  }

  var interfaceNames: (UInt32) -> String? { { [names] in names.name($0) } }

  func lend(_ body: (Span<UInt8>) -> Void) { window.lend(frame, body) }

  /// Of what is in front of the frame.
  private var recordHeaderSize: Int { Self.lengthSize + (isExact ? 32 : 22) }

  /// Record: length 4, seconds 4; then 3 bytes, unit of the interface 1, name of its kind 4, text 12, ifType 1, direction 1;
  /// in version 2.0 then 2 bytes, seconds 4, nanoseconds 4; the frame.
  mutating func next() throws(ReadDamage) -> FrameRecord? {
    _ = window.skip(recordLength)
    (recordLength, frame) = (0, 0..<0)
    if !window.reach(1), window.failure == nil { return nil }
    let (size, isExact, names) = (recordHeaderSize, isExact, names)
    var (length, type) = (0, AIXInterfaceType(number: 0))
    var record = try window.decode("iptrace record", size) { (header) throws(DecodeError) in
      length = Self.lengthSize + Int(try header.u32be(at: 0))
      type.number = UInt32(try header.u8(at: 28))
      let seconds = Int64(try header.u32be(at: isExact ? 32 : 4)) * 1_000_000_000
      return FrameRecord(
        time: Timestamp(nanoseconds: seconds + (isExact ? Int64(try header.u32be(at: 36)) : 0)), interface: try Self.interface(header, names))
    }
    let start = size + type.padding
    guard (start...(start + PcapFileHeader.longestFrame)).contains(length) else {
      throw ReadDamage(message: "the iptrace record's stated length is \(length - Self.lengthSize) bytes", byte: window.position)
    }
    guard window.reach(length) else { throw window.truncation(of: "iptrace record") }
    (recordLength, frame) = (length, start..<length)
    window.lend(frame) {
      let bytes = ByteView($0)
      record.linkType = type.linkType(of: bytes)
      // How much of a frame iptrace -S cut off is known from the frame alone.
      record.originalLength = max(bytes.count, Packet.lengthOnWire(bytes, linkType: record.linkType) ?? 0)
    }
    if !linkTypes.contains(record.linkType) { linkTypes.append(record.linkType) }
    return record
  }

  /// Its kind, ended by a NUL when that is shorter than its field, and its number: `en0`.
  private static func interface(_ header: borrowing ByteView, _ names: InterfaceNames) throws(DecodeError) -> UInt32 {
    var name = InlineArray<7, UInt8>(repeating: 0)
    var count = 0
    for offset in 12..<16 {
      let letter = try header.u8(at: offset)
      guard letter != 0 else { break }
      name[count] = letter
      count += 1
    }
    guard count > 0 else { return 0 }
    let unit = try header.u8(at: 11)
    var power: UInt8 = unit >= 100 ? 100 : unit >= 10 ? 10 : 1
    while power > 0 {
      name[count] = UInt8(ascii: "0") + unit / power % 10
      count += 1
      power /= 10
    }
    return names.number(of: name.span.extracting(0..<count))
  }
}
