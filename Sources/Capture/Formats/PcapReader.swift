import Packets

/// pcap as programs of today write it: version 2.4, times in microseconds or nanoseconds, in either byte order.
///
/// libpcap copies every byte twice, once into the buffer of a stream and once out of it. Here frames lie where they were
/// read. What is old or unusual is left to libpcap, and what is damaged is described in its words.
struct PcapReader: CaptureFormat, ~Copyable {
  private static let recordHeaderSize = 16

  let linkTypes: [LinkType]
  /// pcap does not say.
  let lostFrames = 0

  private var window: ByteWindow
  private let header: PcapFileHeader
  /// The record that the window begins with; in front of the first, the header of the file.
  private var recordLength = PcapFileHeader.size
  private var frameLength = 0

  /// - Parameter window: at the beginning of the file.
  init(_ window: consuming ByteWindow, header: PcapFileHeader) {
    self.window = window
    self.header = header
    linkTypes = [header.linkType]
  }

  func lend(_ body: (Span<UInt8>) -> Void) {
    window.lend(Self.recordHeaderSize..<(Self.recordHeaderSize + frameLength), body)
  }

  /// Record: seconds 4, their fraction 4, captured length 4, original length 4, bytes.
  mutating func next() throws(ReadDamage) -> FrameRecord? {
    _ = window.skip(recordLength)
    (recordLength, frameLength) = (0, 0)
    guard window.reach(Self.recordHeaderSize) else {
      if window.count == 0, window.failure == nil { return nil }
      throw truncation("\(Self.recordHeaderSize) header bytes", got: window.count)
    }
    var captured = 0
    let record = try window.decode("pcap record", Self.recordHeaderSize) { (bytes) throws(DecodeError) in
      captured = Int(try bytes.u32(at: 8, header.order))
      return FrameRecord(
        time: header.time(try bytes.u32(at: 0, header.order), try bytes.u32(at: 4, header.order)),
        originalLength: Int(try bytes.u32(at: 12, header.order)), linkType: header.linkType)
    }
    guard captured <= PcapFileHeader.longestFrame else { throw tooLong(captured) }
    // A file may say that its frames are shorter than they are; that is how long they then are.
    let length = min(captured, header.snapshotLength)
    guard window.reach(Self.recordHeaderSize + captured) else {
      let got = window.count - Self.recordHeaderSize
      throw truncation("\(got < length ? length : captured) captured bytes", got: got)
    }
    (recordLength, frameLength) = (Self.recordHeaderSize + captured, length)
    return record
  }

  private func truncation(_ wanted: String, got count: Int) -> ReadDamage {
    ReadDamage(
      message: window.failure?.message ?? "truncated dump file; tried to read \(wanted), only got \(count)",
      byte: window.position + window.count)
  }

  private func tooLong(_ captured: Int) -> ReadDamage {
    let isBeyondSnapshot = captured > header.snapshotLength
    let limit = isBeyondSnapshot ? "snaplen of \(header.snapshotLength)" : "maximum of \(PcapFileHeader.longestFrame)"
    return ReadDamage(
      message: "invalid packet capture length \(captured), bigger than \(limit)", byte: window.position + Self.recordHeaderSize)
  }
}

/// The file header of pcap: magic number 4, version 2 and 2, time zone 4, accuracy 4, snapshot length 4, link type 4.
struct PcapFileHeader {
  static let size = 24
  /// Bytes of the longest frame: libpcap's MAXIMUM_SNAPLEN.
  static let longestFrame = 262_144

  let order: ByteOrder
  let linkType: LinkType
  let snapshotLength: Int
  /// Nanoseconds of one unit of a time's fraction.
  private let fraction: Int64

  /// nil for a file that libpcap has to read or refuse.
  init?(_ head: [UInt8]) {
    let bytes = ByteView(head.span)
    guard let magic = try? bytes.u32le(at: 0) else { return nil }
    switch magic {
    case 0xa1b2_c3d4: (order, fraction) = (.little, 1_000)
    case 0xa1b2_3c4d: (order, fraction) = (.little, 1)
    case 0xd4c3_b2a1: (order, fraction) = (.big, 1_000)
    case 0x4d3c_b2a1: (order, fraction) = (.big, 1)
    default: return nil
    }
    guard let major = try? bytes.u16(at: 4, order), let minor = try? bytes.u16(at: 6, order), (major, minor) == (2, 4),
      let snapshot = try? bytes.u32(at: 16, order), let type = try? bytes.u32(at: 20, order),
      // The upper bits say things of their own.
      let number = UInt16(exactly: type)
    else { return nil }
    linkType = LinkType(inFile: number)
    // In frames of some other links libpcap turns numbers that the host has written in its own byte order.
    guard order == .little ? linkType.isSupported : linkType == .ethernet || linkType == .rawIP else { return nil }
    snapshotLength = snapshot == 0 || snapshot > Int32.max ? Self.longestFrame : Int(snapshot)
  }

  /// Seconds have no sign. Their fraction has one on the host that wrote it.
  func time(_ seconds: UInt32, _ fraction: UInt32) -> Timestamp {
    let units = order == .little ? Int64(Int32(bitPattern: fraction)) : Int64(fraction)
    return Timestamp(nanoseconds: Int64(seconds) * 1_000_000_000 + units * self.fraction)
  }
}
