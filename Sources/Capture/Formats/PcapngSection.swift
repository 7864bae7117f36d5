import Packets

/// What the blocks of a pcapng section say: draft-ietf-opsawg-pcapng 4.
struct PcapngSection {
  /// Interfaces of a section; dumpcap writes one for each interface.
  private static let maximumInterfaces = 65_536

  /// Blocks that are read; all others are skipped.
  enum BlockType: UInt32 {
    case sectionHeader = 0x0a0d_0d0a
    case interfaceDescription = 1
    /// Obsolete; early versions of Wireshark wrote it.
    case packet = 2
    case simplePacket = 3
    case interfaceStatistics = 5
    case enhancedPacket = 6
    /// What a slim capture says of the one from which it was made.
    case slim = 0x8053_4d42
  }

  private(set) var order = ByteOrder.little
  /// Link types of all sections so far, each once.
  private(set) var linkTypes: [LinkType] = []
  /// Where in its block the last frame lies.
  private(set) var frame = 0..<0
  /// Its length as it was captured; less is there in a slim capture.
  private(set) var frameLength = 0
  /// nil of a capture that is not slim.
  private(set) var slim: SlimProgress?

  private var interfaces: [PcapngInterface] = []
  private var knownLinkTypes: Set<LinkType> = []
  private var lastTime = Timestamp(nanoseconds: 0)
  private var lostFramesBefore = 0

  /// What the statistics of interfaces say or, where there are none, what the frames say.
  var lostFrames: Int { interfaces.reduce(lostFramesBefore) { $0.clampedSum($1.lostFrames) } }
  /// Nothing is missing at its end.
  var isWhole: Bool { slim?.hasEnded ?? true }

  /// - Parameter start: the first 12 bytes of a section.
  mutating func readByteOrder(_ start: borrowing ByteView) throws(DecodeError) {
    switch try start.u32le(at: 8) {
    case 0x1a2b_3c4d: order = .little
    case 0x4d3c_2b1a: order = .big
    case let magic: throw DecodeError(offset: 8, reason: .unexpected(field: "byte-order magic", value: UInt64(magic)))
    }
  }

  /// - Returns: a frame, if that is what the block holds.
  mutating func read(
    _ type: BlockType, _ block: borrowing ByteView, statedLength: Int
  ) throws(DecodeError) -> FrameRecord? {
    guard try block.u32(at: block.count - 4, order) == UInt32(statedLength) else {
      throw DecodeError(offset: block.count - 4, reason: .malformed("its two lengths differ"))
    }
    let content = try block.view(at: 0, count: block.count - 4)
    switch type {
    case .enhancedPacket: return try enhancedPacket(content)
    case .simplePacket: return try simplePacket(content)
    case .packet: return try packet(content)
    case .sectionHeader: try sectionHeader(content)
    case .interfaceDescription: try interfaceDescription(content)
    case .interfaceStatistics: try interfaceStatistics(content)
    case .slim: slim = try SlimProgress(content, order, after: slim) ?? slim
    }
    return nil
  }

  /// Section Header Block: 4.1. A new section begins: interfaces count from 0 again.
  private mutating func sectionHeader(_ block: borrowing ByteView) throws(DecodeError) {
    let (major, minor) = (try block.u16(at: 12, order), try block.u16(at: 14, order))
    // 1.2 differs in nothing; some programs write it.
    guard major == 1, minor == 0 || minor == 2 else {
      throw DecodeError(offset: 12, reason: .malformed("its version is \(major).\(minor), but smbdx reads only 1.0"))
    }
    lostFramesBefore = lostFrames
    interfaces.removeAll(keepingCapacity: true)
  }

  /// Interface Description Block: 4.2.
  private mutating func interfaceDescription(_ block: borrowing ByteView) throws(DecodeError) {
    guard interfaces.count < Self.maximumInterfaces else {
      throw DecodeError(offset: 0, reason: .malformed("there are more than \(Self.maximumInterfaces) interfaces"))
    }
    let interface = try PcapngInterface(block, order)
    interfaces.append(interface)
    if knownLinkTypes.insert(interface.linkType).inserted { linkTypes.append(interface.linkType) }
  }

  /// Enhanced Packet Block: 4.3.
  private mutating func enhancedPacket(_ block: borrowing ByteView) throws(DecodeError) -> FrameRecord {
    let number = Int(try block.u32(at: 8, order))
    var record = try timedPacket(block, interface: number)
    let options = frame.upperBound + (-frame.count & 3)
    if slim != nil { try slim?.place(&record, block, optionsAt: options, order) }
    if options < block.count { interfaces[number].recordLostFrames(before: block, optionsAt: options, order) }
    return record
  }

  /// Packet Block: appendix A.
  private mutating func packet(_ block: borrowing ByteView) throws(DecodeError) -> FrameRecord {
    let number = Int(try block.u16(at: 8, order))
    let lost = try block.u16(at: 10, order)
    let record = try timedPacket(block, interface: number)
    // 0xffff: not known.
    if lost != .max { interfaces[number].recordLostFrames(Int(lost)) }
    return record
  }

  /// What the two blocks have in common: timestamp 8 at 12, captured length 4, original length 4, bytes at 28.
  private mutating func timedPacket(_ block: borrowing ByteView, interface number: Int) throws(DecodeError) -> FrameRecord {
    guard number < interfaces.count else {
      throw DecodeError(offset: 8, reason: .malformed("there is no interface \(number)"))
    }
    let ticks = UInt64(try block.u32(at: 12, order)) << 32 | UInt64(try block.u32(at: 16, order))
    let capturedLength = Int(try block.u32(at: 20, order))
    _ = try block.view(at: 28, count: capturedLength)
    frame = 28..<(28 + capturedLength)
    lastTime = interfaces[number].clock.time(ticks)
    let originalLength = Int(try block.u32(at: 24, order))
    frameLength = try slimLength(capturedLength, of: originalLength, interface: number)
    return FrameRecord(time: lastTime, originalLength: originalLength, linkType: interfaces[number].linkType)
  }

  /// How much of a frame was captured, of which this much is left.
  private func slimLength(_ left: Int, of original: Int, interface number: Int) throws(DecodeError) -> Int {
    guard slim != nil, let limit = interfaces[number].slimLimit, left < original else { return left }
    let length = max(left, limit == 0 ? original : min(limit, original))
    guard length == left || length <= SlimFormat.Limit.frame else {
      throw DecodeError(offset: 24, reason: .malformed("its frame was \(length) bytes long"))
    }
    return length
  }

  /// Simple Packet Block: 4.4. It has no time: the frame came no earlier than the one before it.
  private mutating func simplePacket(_ block: borrowing ByteView) throws(DecodeError) -> FrameRecord {
    guard let interface = interfaces.first else {
      throw DecodeError(offset: 0, reason: .malformed("there is no interface 0"))
    }
    let originalLength = Int(try block.u32(at: 8, order))
    let limit = interface.snapshotLength == 0 ? originalLength : interface.snapshotLength
    let capturedLength = min(originalLength, limit)
    _ = try block.view(at: 12, count: capturedLength)
    frame = 12..<(12 + capturedLength)
    frameLength = capturedLength
    return FrameRecord(time: lastTime, originalLength: originalLength, linkType: interface.linkType)
  }

  /// Interface Statistics Block: 4.6.
  private mutating func interfaceStatistics(_ block: borrowing ByteView) throws(DecodeError) {
    let number = Int(try block.u32(at: 8, order))
    guard number < interfaces.count else { return }
    interfaces[number].recordStatistics(block, optionsAt: 20, order)
  }
}
