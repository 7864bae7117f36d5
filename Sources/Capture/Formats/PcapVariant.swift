import Packets

/// Formats that begin like pcap and differ in what is in front of each frame. Programs and devices of around 2000 wrote them.
enum PcapVariant {
  /// Seconds 4, fraction 4, captured length 4, original length 4.
  case standard
  /// AIX: the same in version 2.2, with nanoseconds, and an ifType (RFC 1573) in place of the link type.
  case aix
  /// Red Hat 6.1 and others (patches 990417 and 991029): then interface 4, protocol 2, packet type 1, padding 1.
  case redHat
  /// SuSE 6.3 (patch 990915): then five more bytes.
  case suse
  /// Nokia IPSO: then four bytes of its own.
  case nokia

  var recordHeaderSize: Int {
    switch self {
    case .standard, .aix: 16
    case .nokia: 20
    case .redHat: 24
    case .suse: 28
    }
  }

  /// No number in the file distinguishes these variants, but read as the wrong one, the records soon make no sense.
  ///
  /// - Parameter window: at the beginning of the file; it does not move.
  /// - Returns: the first of those with the fewest doubts.
  static func likeliest(
    of variants: [PcapVariant], _ window: inout ByteWindow, _ order: ByteOrder, snapshotLength: Int
  ) -> PcapVariant {
    var best = (variant: variants[0], doubts: Int.max)
    for variant in variants where best.doubts > 0 {
      let doubts = variant.doubts(in: &window, order, snapshotLength: snapshotLength)
      if doubts < best.doubts { best = (variant, doubts) }
    }
    return best.variant
  }

  /// Records that are looked at. A wrong variant shows itself at the second one.
  private static let records = 3

  /// The number of doubts about this variant.
  private func doubts(in window: inout ByteWindow, _ order: ByteOrder, snapshotLength: Int) -> Int {
    var offset = PcapFileHeader.size
    var doubts = 0
    var last: UInt32?
    for _ in 0..<Self.records {
      let isWhole = window.reach(offset + recordHeaderSize)
      if window.count >= offset + 4 {
        let seconds = window.lend(offset..<(offset + 4)) { try? ByteView($0).u32(at: 0, order) } ?? 0
        if let last, !Self.isSoonAfter(last, seconds) { doubts += 1 }
        last = seconds
      } else if window.count > offset {
        doubts += 1
      }
      guard isWhole else { return doubts }
      let record = window.lend(offset..<(offset + recordHeaderSize)) { Record(ByteView($0), order, self, snapshotLength: snapshotLength) }
      doubts += record.doubts
      guard record.captured <= PcapFileHeader.longestFrame else { return doubts }
      offset += recordHeaderSize + record.captured
      guard window.reach(offset) else { return doubts + 1 }
    }
    return doubts
  }

  /// Ten days at most: what is read at a wrong place is any time.
  private static func isSoonAfter(_ last: UInt32, _ seconds: UInt32) -> Bool { last.distance(to: seconds).magnitude < 864_000 }

  /// What a record says in front of its frame, and what is odd about that.
  private struct Record {
    private(set) var captured = 0
    private(set) var doubts = 0

    private static let longestOnWire = 128 << 20
    private static let mostInterfaces: UInt32 = 10_000

    init(_ bytes: borrowing ByteView, _ order: ByteOrder, _ variant: PcapVariant, snapshotLength: Int) {
      guard let microseconds = try? bytes.u32(at: 4, order), let included = try? bytes.u32(at: 8, order),
        let original = try? bytes.u32(at: 12, order)
      else { return }
      captured = Int(included)
      expect(microseconds < 1_000_000)
      expect(included <= original)
      expect(captured <= PcapFileHeader.longestFrame)
      expect(captured <= snapshotLength)
      expect(original <= Self.longestOnWire)
      switch variant {
      case .standard, .aix: break
      case .redHat, .suse: noteLinux(bytes, order)
      case .nokia: expect((try? bytes.u32(at: 16, order)).map(Self.isNokias) ?? false)
      }
    }

    private mutating func expect(_ claim: Bool) { if !claim { doubts += 1 } }

    /// Interface 4, protocol 2, packet type 1.
    private mutating func noteLinux(_ bytes: borrowing ByteView, _ order: ByteOrder) {
      expect((try? bytes.u32(at: 16, order)).map { $0 <= Self.mostInterfaces } ?? false)
      expect((try? bytes.u16(at: 20, order)).map(Self.isProtocol) ?? false)
      expect((try? bytes.u8(at: 22)).map { $0 <= 4 } ?? false)
    }

    /// An EtherType, or one of the numbers that Linux has besides.
    private static func isProtocol(_ number: UInt16) -> Bool {
      number >= 0x0600 || number <= 0x17 || [0x60, 0x200, 0x400].contains(number)
    }

    /// All that was ever seen in it: (9|b)fbf(b|d)(6|9)0(1|2); and what Wireshark writes.
    private static func isNokias(_ number: UInt32) -> Bool {
      number == 0 || number & 0x0fff_00f0 == 0x0fbf_0000 && [0x9, 0xb].contains(number >> 28) && [0xb, 0xd].contains(number >> 12 & 0xf)
        && [6, 9].contains(number >> 8 & 0xf) && [1, 2].contains(number & 0xf)
    }
  }
}
