import Packets

/// The header of an event in an event trace, as far as it is needed to find packets; little-endian.
struct TraceEvent {
  enum Kind {
    /// A system event with this hook.
    case system(hook: UInt16)
    /// An event of a provider: EVENT_HEADER.
    case event
    /// Events of other kinds, which hold no packets; the provider is known of some.
    case other
  }

  private enum HeaderSize {
    static let system = 32
    static let full = 48
    static let event = 80
  }

  /// So many bytes are enough to know an event.
  static let largestHeader = HeaderSize.event
  /// Each event begins at a multiple of this.
  static let alignment = 8

  var kind = Kind.other
  /// Bytes, with the header, without padding.
  var size: Int
  var headerSize = 8
  var time: Int64 = 0
  var provider = TraceProvider.none
  var id: UInt16 = 0
  var keyword: UInt64 = 0
  var thread: UInt32 = 0
  var process: UInt32 = 0
  /// Between header and body there is more.
  private(set) var isExtended = false

  /// Bytes up to the next event.
  var paddedSize: Int { (size + Self.alignment - 1) & ~(Self.alignment - 1) }

  /// - Parameter bytes: from the event's first byte on.
  /// - Returns: nil where no more events come in the buffer.
  init?(_ bytes: borrowing ByteView) throws(DecodeError) {
    let (type, flags) = (try bytes.u8(at: 2), try bytes.u8(at: 3))
    if try bytes.u32le(at: 0) == .max { return nil }
    size = Int(try bytes.u16le(at: 0))
    // A message of WPP, of 8 bytes and more.
    if flags & 0xd0 != 0x90 {
      guard flags & 0xc0 == 0xc0 else {
        throw DecodeError(offset: 2, reason: .malformed("its kind is 0x\(String(UInt16(flags) << 8 | UInt16(type), radix: 16))"))
      }
      switch type {
      case 18, 19: try readEvent(bytes)
      case 1, 2: try readSystem(bytes)
      // Compact system events and those of the profiler.
      case 3, 4, 16, 17: size = Int(try bytes.u16le(at: 4))
      case 10, 20: try readFull(bytes)
      default: break
      }
    }
    guard size >= headerSize else { throw DecodeError(offset: 0, reason: .malformed("its stated length is \(size) bytes")) }
  }

  /// Size 2, type 1, marker 1, flags 2, property 2, thread 4, process 4, time 8, provider 16, id 2, version 1, channel 1,
  /// level 1, opcode 1, task 2, keyword 8, times 8, activity 16.
  private mutating func readEvent(_ bytes: borrowing ByteView) throws(DecodeError) {
    kind = .event
    headerSize = HeaderSize.event
    isExtended = try bytes.u16le(at: 4) & 1 != 0
    thread = try bytes.u32le(at: 8)
    process = try bytes.u32le(at: 12)
    time = Int64(bitPattern: try bytes.u64le(at: 16))
    provider = try TraceProvider(bytes, at: 24)
    id = try bytes.u16le(at: 40)
    keyword = try bytes.u64le(at: 48)
  }

  /// Version 2, type 1, marker 1, size 2, hook 2, thread 4, process 4, time 8, CPU times 8.
  private mutating func readSystem(_ bytes: borrowing ByteView) throws(DecodeError) {
    size = Int(try bytes.u16le(at: 4))
    kind = .system(hook: try bytes.u16le(at: 6))
    headerSize = HeaderSize.system
    time = Int64(bitPattern: try bytes.u64le(at: 16))
  }

  /// EVENT_TRACE_HEADER: the provider at 24.
  private mutating func readFull(_ bytes: borrowing ByteView) throws(DecodeError) {
    headerSize = HeaderSize.full
    provider = try TraceProvider(bytes, at: 24)
  }

  /// What is behind the header and the extended data. Each item of these: size 2, type 2, linkage 2 (bit 0: one more
  /// follows), size of data 2, data.
  @_lifetime(copy bytes)
  func body(_ bytes: borrowing ByteView) throws(DecodeError) -> ByteView {
    var offset = headerSize
    var hasMore = isExtended
    while hasMore {
      let length = Int(try bytes.u16le(at: offset))
      hasMore = try bytes.u16le(at: offset + 4) & 1 != 0
      guard length >= 8 else { throw DecodeError(offset: offset, reason: .malformed("an item of it is \(length) bytes long")) }
      offset += length
    }
    return try bytes.view(from: offset)
  }
}

/// Who wrote an event: a GUID, of which the first three parts are little-endian.
struct TraceProvider: Hashable {
  static let none = Self(low: 0, high: 0)
  /// Microsoft-Windows-NDIS-PacketCapture, of `netsh trace` and `New-NetEventSession`: {2ed6006e-4729-4609-b423-3ee7bcd678ef}.
  static let packetCapture = Self(low: 0x4609_4729_2ed6_006e, high: 0xef78_d6bc_e73e_23b4)
  /// Microsoft-Windows-PktMon: {4d4f80d9-c8bd-4d73-bb5b-19c90402c5ac}.
  static let pktmon = Self(low: 0x4d73_c8bd_4d4f_80d9, high: 0xacc5_0204_c919_5bbb)

  /// What describes a trace itself: configuration of the system, layouts of events, and what joined the trace.
  static let ofTraces: [Self] = [
    none, Self(low: 0x41c0_b5fd_9b79_ee91, high: 0xd0e9_66e2_4842_43a2), Self(low: 0x48c4_6cd1_bbcc_f6c1, high: 0x7176_e382_9483_ff80),
    Self(low: 0x4cf6_c409_ed54_dff8, high: 0xc409_1ae6_e105_83bf),
  ]

  private let low: UInt64
  private let high: UInt64

  private init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  init(_ bytes: borrowing ByteView, at offset: Int) throws(DecodeError) {
    low = try bytes.u64le(at: offset)
    high = try bytes.u64le(at: offset + 8)
  }
}

extension TraceProvider: CustomStringConvertible {
  /// A name where Windows' own tools record it often, otherwise `{2ed6006e-4729-4609-b423-3ee7bcd678ef}`.
  var description: String {
    if let name = Self.names[self] { return name }
    func hex(_ value: UInt64, _ digits: Int) -> String {
      let text = String(value, radix: 16)
      return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
    let last = high.byteSwapped
    let parts = [hex(low & 0xffff_ffff, 8), hex(low >> 32 & 0xffff, 4), hex(low >> 48, 4), hex(last >> 48, 4), hex(last & 0xffff_ffff_ffff, 12)]
    return "{\(parts.joined(separator: "-"))}"
  }

  private static let names: [Self: String] = [
    packetCapture: "NDIS-PacketCapture", pktmon: "PktMon",
  ]
}
