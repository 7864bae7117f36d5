import Packets

/// What an Interface Description Block says: draft-ietf-opsawg-pcapng 4.2.
struct PcapngInterface {
  private(set) var linkType: LinkType
  /// Bytes of a frame that are kept at most; 0 when there is no limit.
  private(set) var snapshotLength: Int
  private(set) var clock = PcapngClock()
  /// Of a slim capture: bytes of a frame that the capture had at most from which it was made, and 0 when there was no limit.
  /// nil when its frames are as they were captured.
  private(set) var slimLimit: Int?

  /// Frames lost since the capture began, as the last statistics say.
  private var lostByStatistics: Int?
  /// Frames lost, as the frames around them say.
  private var lostBetweenFrames = 0

  init(_ block: borrowing ByteView, _ order: ByteOrder) throws(DecodeError) {
    linkType = LinkType(inFile: try block.u16(at: 8, order))
    snapshotLength = Int(try block.u32(at: 12, order))
    var clock = PcapngClock()
    var slimLimit: Int?
    try forEachOption(of: block, at: 16, order) { (code, value) throws(DecodeError) in
      // An option that is too short is ignored.
      switch code {
      case 9: (try? value.u8(at: 0)).map { clock.setResolution($0) }  // if_tsresol
      case 14: (try? value.u64(at: 0, order)).map { clock.offsetSeconds = Int64(bitPattern: $0) }  // if_tsoffset
      case SlimFormat.interfaceCut: slimLimit = (try? value.u32(at: 0, order)).map(Int.init)
      default: break
      }
    }
    self.clock = clock
    self.slimLimit = slimLimit
  }

  var lostFrames: Int { lostByStatistics ?? lostBetweenFrames }

  mutating func recordLostFrames(_ count: Int) { lostBetweenFrames = lostBetweenFrames.clampedSum(count) }

  /// Unreadable options do not make the packet unreadable.
  mutating func recordLostFrames(before packet: borrowing ByteView, optionsAt offset: Int, _ order: ByteOrder) {
    var lost = 0
    try? forEachOption(of: packet, at: offset, order) { (code, value) throws(DecodeError) in
      if code == 4 { lost = Int(clamping: try value.u64(at: 0, order)) }  // epb_dropcount
    }
    recordLostFrames(lost)
  }

  mutating func recordStatistics(_ block: borrowing ByteView, optionsAt offset: Int, _ order: ByteOrder) {
    var lost: Int?
    try? forEachOption(of: block, at: offset, order) { (code, value) throws(DecodeError) in
      if code == 5 || code == 7 {  // isb_ifdrop, isb_osdrop
        lost = (lost ?? 0).clampedSum(Int(clamping: try value.u64(at: 0, order)))
      }
    }
    if let lost { lostByStatistics = lost }
  }
}

/// Calls `body` for each option of a block: code 2, length 2, value, padding to 4 bytes: 3.5.
func forEachOption(
  of block: borrowing ByteView, at start: Int, _ order: ByteOrder,
  _ body: (UInt16, borrowing ByteView) throws(DecodeError) -> Void
) throws(DecodeError) {
  var offset = start
  while offset + 4 <= block.count {
    let code = try block.u16(at: offset, order)
    let length = Int(try block.u16(at: offset + 2, order))
    // opt_endofopt
    if code == 0 { return }
    try body(code, try block.view(at: offset + 4, count: length))
    offset += 4 + length + (-length & 3)
  }
}

/// How an interface counts time: options if_tsresol and if_tsoffset.
struct PcapngClock {
  private enum Tick {
    /// Nanoseconds.
    case nanoseconds(UInt64)
    /// A part of a nanosecond: so many are one.
    case perNanosecond(UInt64)
    /// 2 to the power of minus this many seconds.
    case binary(Int)
  }

  private static let billion: UInt64 = 1_000_000_000

  var offsetSeconds: Int64 = 0
  private var tick = Tick.nanoseconds(1_000)

  /// - Parameter resolution: an exponent: of 2 when the highest bit is set, of 10 otherwise; negated.
  mutating func setResolution(_ resolution: UInt8) {
    let exponent = Int(resolution & 0x7f)
    if resolution & 0x80 != 0 {
      tick = .binary(exponent)
    } else if exponent <= 9 {
      tick = .nanoseconds(Self.powerOf10(9 - exponent))
    } else {
      // 64 bits of anything finer than this are less than a nanosecond.
      tick = .perNanosecond(Self.powerOf10(min(exponent - 9, 19)))
    }
  }

  /// The Unix epoch for a time that cannot be: the file is damaged.
  func time(_ ticks: UInt64) -> Timestamp {
    let nanoseconds: UInt64?
    switch tick {
    case .nanoseconds(let length):
      let (product, overflow) = ticks.multipliedReportingOverflow(by: length)
      nanoseconds = overflow ? nil : product
    case .perNanosecond(let count): nanoseconds = ticks / count
    case .binary(let shift): nanoseconds = UInt64(exactly: (UInt128(ticks) * UInt128(Self.billion)) >> shift)
    }
    guard let nanoseconds, let count = Int64(exactly: nanoseconds) else { return Timestamp(nanoseconds: 0) }
    guard offsetSeconds != 0 else { return Timestamp(nanoseconds: count) }
    let offset = offsetSeconds.multipliedReportingOverflow(by: Int64(Self.billion))
    let sum = count.addingReportingOverflow(offset.partialValue)
    return Timestamp(nanoseconds: offset.overflow || sum.overflow ? 0 : sum.partialValue)
  }

  private static func powerOf10(_ exponent: Int) -> UInt64 { (0..<exponent).reduce(1) { power, _ in power * 10 } }
}
