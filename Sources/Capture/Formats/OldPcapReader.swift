import Packets

/// pcap of AIX, Red Hat 6.1, SuSE 6.3 and Nokia: ``PcapVariant``.
struct OldPcapReader: CaptureFormat, ~Copyable {
  private(set) var linkTypes: [LinkType] = []
  /// pcap does not say.
  let lostFrames = 0

  private var window: ByteWindow
  private let header: OldPcapHeader
  private let variant: PcapVariant
  /// The record that the window begins with; in front of the first, the header of the file.
  private var recordLength = PcapFileHeader.size
  private var frame = 0..<0

  init(_ window: consuming ByteWindow, header: OldPcapHeader, variant: PcapVariant) {
    self.window = window
    self.header = header
    self.variant = variant
    if let type = header.linkType { linkTypes = [type] }
  }

  func lend(_ body: (Span<UInt8>) -> Void) { window.lend(frame, body) }

  mutating func next() throws(ReadDamage) -> FrameRecord? {
    _ = window.skip(recordLength)
    (recordLength, frame) = (0, 0..<0)
    if !window.reach(1), window.failure == nil { return nil }
    let size = variant.recordHeaderSize
    var captured = 0
    var record = try window.decode("pcap record", size) { (bytes) throws(DecodeError) in
      // Before version 2.3 they were the other way around, and some programs did not know.
      let lengths = (Int(try bytes.u32(at: 8, header.order)), Int(try bytes.u32(at: 12, header.order)))
      captured = header.isBefore2_3 ? min(lengths.0, lengths.1) : lengths.0
      return FrameRecord(
        time: header.time(try bytes.u32(at: 0, header.order), try bytes.u32(at: 4, header.order)),
        originalLength: header.isBefore2_3 ? max(lengths.0, lengths.1) : lengths.1)
    }
    guard (header.padding...PcapFileHeader.longestFrame).contains(captured) else {
      throw ReadDamage(message: "the frame's stated length is \(captured) bytes", byte: window.position)
    }
    guard window.reach(size + captured) else { throw window.truncation(of: "pcap record") }
    recordLength = size + captured
    frame = (size + header.padding)..<recordLength
    record.originalLength -= header.padding
    record.linkType = window.lend(frame) { header.linkType(of: ByteView($0)) }
    if !linkTypes.contains(record.linkType) { linkTypes.append(record.linkType) }
    return record
  }
}

/// The file header of these: magic number 4, version 2 and 2, time zone 4, accuracy 4, snapshot length 4, link type 4.
struct OldPcapHeader {
  private enum Link {
    case type(LinkType)
    case aix(AIXInterfaceType)
  }

  let order: ByteOrder
  let snapshotLength: Int
  let isBefore2_3: Bool
  /// What it may be; more than one when the records have to show it.
  let variants: [PcapVariant]
  private let link: Link
  /// Nanoseconds of one unit of a time's fraction.
  private let fraction: Int64

  /// nil if the file is not of this variant.
  init?(_ head: [UInt8]) {
    let bytes = ByteView(head.span)
    let modified: Bool
    switch try? bytes.u32le(at: 0) {
    case 0xa1b2_c3d4: (order, modified) = (.little, false)
    case 0xd4c3_b2a1: (order, modified) = (.big, false)
    case 0xa1b2_cd34: (order, modified) = (.little, true)
    case 0x34cd_b2a1: (order, modified) = (.big, true)
    default: return nil
    }
    guard let major = try? bytes.u16(at: 4, order), major == 2, let minor = try? bytes.u16(at: 6, order),
      let snapshot = try? bytes.u32(at: 16, order), let number = try? bytes.u32(at: 20, order),
      let type = UInt16(exactly: number)
    else { return nil }
    snapshotLength = snapshot == 0 || snapshot > Int32.max ? PcapFileHeader.longestFrame : Int(snapshot)
    isBefore2_3 = minor < 3
    let interface = AIXInterfaceType(number: number)
    if !modified, minor == 2, interface.isOfTcpdump {
      (variants, link, fraction) = ([.aix], .aix(interface), 1)
    } else if minor == 4 {
      variants = modified ? [.redHat, .suse] : [.standard, .redHat, .nokia]
      (link, fraction) = (.type(LinkType(inFile: type)), 1_000)
    } else {
      return nil
    }
  }

  var padding: Int { if case .aix(let interface) = link { interface.padding } else { 0 } }

  /// Of all frames; nil when they differ.
  var linkType: LinkType? {
    switch link {
    case .type(let type): type
    case .aix(let interface): interface.linkType
    }
  }

  func linkType(of frame: borrowing ByteView) -> LinkType {
    switch link {
    case .type(let type): type
    case .aix(let interface): interface.linkType(of: frame)
    }
  }

  /// Seconds have no sign.
  func time(_ seconds: UInt32, _ fraction: UInt32) -> Timestamp {
    Timestamp(nanoseconds: Int64(seconds) * 1_000_000_000 + Int64(fraction) * self.fraction)
  }

  /// What the records show.
  func variant(_ window: inout ByteWindow) -> PcapVariant {
    variants.count == 1 ? variants[0] : .likeliest(of: variants, &window, order, snapshotLength: snapshotLength)
  }
}
