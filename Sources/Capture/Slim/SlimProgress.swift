import Packets

/// How far a slim capture has been read.
struct SlimProgress {
  private(set) var summary = SlimSummary()
  /// All of it was there.
  private(set) var hasEnded = false
  /// In the original, of the last frame.
  private var lastNumber = 0

  /// Takes a block.
  ///
  /// - Parameter earlier: as the blocks before it left it.
  /// - Returns: nil of a block that others use for something else.
  init?(_ block: borrowing ByteView, _ order: ByteOrder, after earlier: SlimProgress?) throws(DecodeError) {
    guard block.count >= 16, try block.u32(at: 8, order) == SlimFormat.blockMagic else { return nil }
    let version = try block.u16(at: 12, order)
    guard version == SlimFormat.version else {
      throw DecodeError(offset: 12, reason: .malformed("a newer smbdx made this slim capture (version \(version) of its form)"))
    }
    let kind = SlimFormat.Kind(rawValue: try block.u16(at: 14, order))
    guard (earlier == nil) == (kind == .beginning), earlier?.hasEnded != true else {
      throw DecodeError(offset: 14, reason: .malformed("several slim captures are in one file; give each of them as a file"))
    }
    if let earlier { self = earlier }
    var summary = summary
    // Those that are known at the end are all.
    if kind == .end { summary.linkTypes = [] }
    try forEachOption(of: block, at: 16, order) { (code, value) throws(DecodeError) in try summary.take(code, value, order) }
    self.summary = summary
    hasEnded = kind == .end
  }

  /// Reads the options of a packet: which frame of the original it is.
  mutating func place(
    _ record: inout FrameRecord, _ block: borrowing ByteView, optionsAt offset: Int, _ order: ByteOrder
  ) throws(DecodeError) {
    var number = UInt64(lastNumber + 1)
    var drop: HostDrop?
    try forEachOption(of: block, at: offset, order) { (code, value) throws(DecodeError) in
      switch code {
      case SlimFormat.packetID: number = try value.u64(at: 0, order)
      case SlimFormat.hostDrop:
        drop = HostDrop(
          reason: try value.u32(at: 0, order), location: try value.u32(at: 4, order), way: HostDrop.Way(number: try value.u8(at: 8)))
      default: break
      }
    }
    guard number > lastNumber, number <= SlimFormat.Limit.number else {
      throw DecodeError(offset: offset, reason: .malformed("frame \(number) follows frame \(lastNumber)"))
    }
    record.leftOutBefore = Int(number) - lastNumber - 1
    record.hostDrop = drop
    lastNumber = Int(number)
  }
}

extension HostDrop.Way {
  fileprivate init(number: UInt8) {
    self =
      switch number {
      case 1: .received
      case 2: .sent
      default: .unknown
      }
  }

  var number: UInt8 {
    switch self {
    case .unknown: 0
    case .received: 1
    case .sent: 2
    }
  }
}
