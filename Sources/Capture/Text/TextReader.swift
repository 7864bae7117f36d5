import Packets

/// Packets that a program printed as hex dumps: FortiGate's sniffer, tcpdump -x, -xx, -X and -XX, tshark -x.
struct TextReader: CaptureFormat, ~Copyable {
  private enum Limit {
    /// A longer packet is cut, as in pcap.
    static let frame = 262_144
  }

  /// What the next line of a dump belongs to.
  private enum Place {
    case nothing
    case packet
    /// The rest of a packet, of which lines are missing.
    case broken
    /// Bytes that are not a packet: reassembled or unpacked data.
    case other
  }

  private(set) var linkTypes: [LinkType] = []
  /// Programs say it at the end, for all they saw.
  let lostFrames = 0

  private var lines: TextLines
  private var clock: TextClock
  private var notes = TextNotes()
  private let names = InterfaceNames()

  private var frame: [UInt8] = []
  private var record = FrameRecord()
  private var place = Place.nothing
  /// The current line begins something new, after the frame that is lent.
  private var isLinePending = false
  /// Of a heading that no bytes came for yet.
  private var time: PacketHeading.Time?
  private var interface: UInt32 = 0
  private var lengthOnWire = 0
  /// The next dump is not of a packet.
  private var isOtherNext = false
  /// A heading came, and nothing after it that belongs to a packet.
  private var isHeadingLast = false
  /// The bytes of the packet have no offsets.
  private var isWithoutOffsets = false
  private var lastLinkType = LinkType.ethernet

  init(_ survey: consuming TextSurvey) {
    clock = TextClock(isSinceLast: survey.isSinceLast)
    lines = TextLines(survey.window)
  }

  var interfaceNames: (UInt32) -> String? { { [names] in names.name($0) } }
  var remarks: [String] { clock.remarks + notes.remarks }

  func lend(_ body: (Span<UInt8>) -> Void) { body(frame.span) }

  mutating func next() throws(ReadDamage) -> FrameRecord? {
    frame.removeAll(keepingCapacity: true)
    while isLinePending || lines.next() {
      isLinePending = false
      // What begins something new ends the frame.
      if !take(lines.lend { TextLine($0, names, bareAt: frame.count) }) {
        isLinePending = true
        return finish(isLast: false)
      }
    }
    if let failure = lines.failure { throw ReadDamage(message: failure.message) }
    return frame.isEmpty ? nil : finish(isLast: true)
  }

  /// - Returns: false when the line is to be taken after the frame.
  private mutating func take(_ line: TextLine) -> Bool {
    if line.beginsNew, !frame.isEmpty { return false }
    switch line {
    case .dump(let dump): take(dump)
    case .bareDump(let dump): take(bare: dump)
    case .heading(let time, let interface):
      if isHeadingLast { notes.packetsWithoutBytes += 1 }
      (self.time, self.interface, lengthOnWire, place, isHeadingLast) = (time, interface, 0, .nothing, true)
    case .title(.length(let length)): (lengthOnWire, interface, time, place, isHeadingLast) = (length, 0, nil, .nothing, false)
    case .title(.time(let time)): self.time = .date(time)
    case .title(.packet): (isOtherNext, place) = (false, .nothing)
    case .title(.other): (isOtherNext, place) = (true, .nothing)
    case .none: break
    }
    return true
  }

  private mutating func take(_ dump: DumpLine) {
    isWithoutOffsets = false
    if dump.offset == 0 { return begin(dump) }
    switch place {
    case .packet where dump.offset == frame.count: append(dump)
    case .packet:
      place = .broken
      notes.add("line \(lines.number): the bytes before 0x\(String(dump.offset, radix: 16)) of the packet are missing; smbdx read the first \(frame.count)")
    case .nothing where dump.isUnmistakable && frame.isEmpty:
      place = .broken
      notes.add("line \(lines.number): the beginning of the packet is missing")
    case .nothing, .broken, .other: break
    }
  }

  private mutating func take(bare dump: DumpLine) {
    if isHeadingLast {
      isWithoutOffsets = true
      begin(dump)
    } else if isWithoutOffsets, case .packet = place {
      append(dump)
    }
  }

  private mutating func begin(_ dump: DumpLine) {
    guard !isOtherNext else { return (isOtherNext, place) = (false, .other) }
    record = FrameRecord(time: clock.time(time), originalLength: lengthOnWire, interface: interface)
    (time, interface, lengthOnWire, place, isHeadingLast) = (nil, 0, 0, .packet, false)
    append(dump)
  }

  private mutating func append(_ dump: DumpLine) {
    guard frame.count + dump.count <= Limit.frame else { return place = .broken }
    for index in 0..<dump.count { frame.append(dump.bytes[index]) }
    if dump.isBroken {
      place = .broken
      notes.add("line \(lines.number): the bytes of the packet are incomplete; smbdx read the first \(frame.count)")
    }
  }

  private mutating func finish(isLast: Bool) -> FrameRecord {
    // A packet without IP tells nothing, and is most likely like the one before.
    lastLinkType = LinkType.guess(ByteView(frame.span)) ?? lastLinkType
    if lastLinkType.isRawIP { lastLinkType = .raw }
    let stated = Packet.lengthOnWire(ByteView(frame.span), linkType: lastLinkType) ?? 0
    record.linkType = lastLinkType
    record.originalLength = max(record.originalLength, frame.count, stated)
    if !linkTypes.contains(lastLinkType) { linkTypes.append(lastLinkType) }
    notes.record(length: frame.count, of: record.originalLength, lastLine: isLast ? lines.number : nil)
    return record
  }
}
