import Packets

/// pcapng (draft-ietf-opsawg-pcapng): any number of sections, each with its own byte order and interfaces.
///
/// libpcap refuses files whose interfaces differ in link type or snapshot length; this reader does not.
struct PcapngReader: CaptureFormat, ~Copyable {
  /// The largest block that is kept in memory, as in Wireshark. Blocks without useful content are skipped at any
  /// size.
  static let maximumBlock = 16 << 20

  private var window: ByteWindow
  private var section = PcapngSection()
  /// The block that the window begins with.
  private var blockType: UInt32 = 0
  private var blockLength = 0
  /// The length that the block states. Some programs do not count the padding, although it is there.
  private var statedLength = 0
  private let filler = SlimFiller()

  init(_ source: any ByteSource, bufferSize: Int) {
    window = ByteWindow(source, largestRead: bufferSize)
  }

  var linkTypes: [LinkType] {
    let original = slim?.linkTypes ?? []
    return original.isEmpty ? section.linkTypes : original
  }
  var lostFrames: Int { section.lostFrames }
  var slim: SlimSummary? { section.slim?.summary }

  func lend(_ body: (Span<UInt8>) -> Void) {
    let length = section.frameLength
    guard length > section.frame.count else { return window.lend(section.frame, body) }
    window.lend(section.frame) { filler.lend($0, upTo: length, body) }
  }

  mutating func next() throws(ReadDamage) -> FrameRecord? {
    while try nextBlock() {
      guard let type = PcapngSection.BlockType(rawValue: blockType) else { continue }
      guard blockLength <= Self.maximumBlock else { throw damage("is \(blockLength) bytes long, more than 16 MiB") }
      let record = try window.decode(Self.name(blockType), blockLength) { (block) throws(DecodeError) in
        try section.read(type, block, statedLength: statedLength)
      }
      if let record { return record }
    }
    guard section.isWhole else {
      throw ReadDamage(message: "truncated: the slim capture ends without its last block", byte: window.position)
    }
    return nil
  }

  /// Moves to the next block, whose type and length are then known: type 4, length 4, content, the same length 4.
  private mutating func nextBlock() throws(ReadDamage) -> Bool {
    let start = window.position
    guard window.skip(blockLength) else { throw window.truncation(of: Self.name(blockType), at: start) }
    blockLength = 0
    if !window.reach(1), window.failure == nil { return false }
    (blockType, blockLength) = try window.decode("pcapng block", 8) { (bytes) throws(DecodeError) in
      (try bytes.u32(at: 0, section.order), Int(try bytes.u32(at: 4, section.order)))
    }
    if blockType == PcapngSection.BlockType.sectionHeader.rawValue {
      // The type is the same in both byte orders; the length is in the section's, which comes behind it.
      blockLength = try window.decode(Self.name(blockType), 12) { (bytes) throws(DecodeError) in
        try section.readByteOrder(bytes)
        return Int(try bytes.u32(at: 4, section.order))
      }
    }
    statedLength = blockLength
    blockLength = (blockLength + 3) & ~3
    guard statedLength >= 12 else {
      blockLength = 0
      throw damage("has the impossible length of \(statedLength) bytes")
    }
    return true
  }

  private static func name(_ type: UInt32) -> String { "pcapng block of type \(type)" }

  private func damage(_ what: String) -> ReadDamage {
    ReadDamage(message: "the \(Self.name(blockType)) \(what)", byte: window.position)
  }
}
