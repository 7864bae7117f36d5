import Packets

/// Packets in an event trace of Windows (`.etl`), as `netsh trace`, `New-NetEventSession` and pktmon write it.
struct EventTraceReader: CaptureFormat, ~Copyable {
  /// Where the bytes of the current frame are.
  private enum Current {
    case nowhere
    /// In the current event of a processor, counted from the event's header on.
    case event(TraceCursor, Range<Int>)
    /// Put together of several events, or changed.
    case copy
    case queue(slot: Int)
  }

  private(set) var linkTypes: [LinkType] = []
  let lostFrames: Int
  /// What the trace holds beside packets.
  let survey: TraceSurvey

  private let clock: TraceClock
  private let places: Set<MonitoredPacket.Place>
  /// Which adapter some of the places belong to is not known, so the same packet may come from several.
  let lacksDescriptions: Bool
  /// Packets have to wait for those of pktmon.
  private let hasQueue: Bool
  private var merge: TraceMerge
  private(set) var fragments = PacketFragments()
  private var queue: PacketQueue
  private var copy: [UInt8] = []
  private var current = Current.nowhere
  private var isEnd = false

  init(_ bytes: any RandomAccessBytes, _ survey: TraceSurvey, _ header: TraceHeader, bufferSize: Int) {
    self.survey = survey
    clock = header.clock
    lostFrames = header.lostEvents
    let chosen = survey.isNumbered ? [] : survey.places.chosen()
    places = chosen
    lacksDescriptions = survey.places.lacksDescription(ofSome: chosen)
    hasQueue = survey.counts.monitored + survey.counts.dropped > 0
    queue = PacketQueue(header.clock, notesDrops: survey.counts.dropped > 0)
    merge = TraceMerge(bytes, survey.buffers, bufferSize: bufferSize)
  }

  func lend(_ body: (Span<UInt8>) -> Void) {
    switch current {
    case .nowhere: body([UInt8]().span)
    case .event(let cursor, let range): cursor.lend(range, body)
    case .copy: body(copy.span)
    case .queue(let slot): body(queue[slot].bytes.span)
    }
  }

  mutating func next() throws(ReadDamage) -> FrameRecord? {
    if case .queue(let slot) = current { queue.remove(slot) }
    current = .nowhere
    while true {
      if hasQueue, let slot = queue.next(isEnd: isEnd) { return queued(slot) }
      guard !isEnd, let cursor = merge.next(), let event = cursor.event else { break }
      if event.provider == .pktmon {
        monitored(cursor, event)
      } else if let record = captured(cursor, event) {
        return record
      }
    }
    guard isEnd else {
      isEnd = true
      return try next()
    }
    if let damage = survey.damage { throw damage }
    return nil
  }

  private mutating func recordLinkType(_ linkType: LinkType) {
    if linkTypes.last != linkType, !linkTypes.contains(linkType) { linkTypes.append(linkType) }
  }
}

// NDIS-PacketCapture.
extension EventTraceReader {
  private mutating func captured(_ cursor: TraceCursor, _ event: TraceEvent) -> FrameRecord? {
    let packet = cursor.withBody { (body) throws(DecodeError) in
      let packet = try CapturedPacket(event, body)
      return (packet, start: body.base + packet.range.lowerBound)
    }
    guard let (packet, start) = packet else { return nil }
    let range = start..<(start + packet.range.count)
    current = .event(cursor, range)
    if !packet.isStart || !packet.isEnd {
      guard isWhole(packet, event, cursor, range) else {
        current = .nowhere
        return nil
      }
      copy = fragments.whole
      current = .copy
    }
    if packet.linkType == MonitoredPacket.Content.wireless.linkType { clearProtection() }
    var record = FrameRecord()
    record.time = clock.time(event.time)
    record.linkType = packet.linkType
    record.interface = packet.interface
    lend { record.originalLength = originalLength(ByteView($0), packet.linkType) }
    recordLinkType(packet.linkType)
    return record
  }

  private mutating func isWhole(
    _ packet: CapturedPacket, _ event: TraceEvent, _ cursor: TraceCursor, _ range: Range<Int>
  ) -> Bool {
    var isWhole = false
    cursor.lend(range) { isWhole = fragments.add(packet, event, ByteView($0)) }
    return isWhole
  }

  /// Frames of Wi-Fi are recorded decrypted, with the flag that they are not.
  private mutating func clearProtection() {
    if case .event(let cursor, let range) = current {
      cursor.lend(range) { copy = ByteView($0).copy() }
      current = .copy
    }
    if copy.count > 1 { copy[1] &= 0xbf }
  }

  /// The trace does not tell the length on the wire: where the recorder cut the packet, IP does.
  private func originalLength(_ bytes: borrowing ByteView, _ linkType: LinkType) -> Int {
    let start = linkType == .ethernet ? 14 : 0
    guard linkType != MonitoredPacket.Content.wireless.linkType, start == 0 || isIP(bytes),
      let version = try? bytes.u8(at: start) >> 4
    else { return bytes.count }
    let length = (try? bytes.u16be(at: start + (version == 4 ? 2 : 4))).map { Int($0) + (version == 4 ? 0 : 40) }
    return max(bytes.count, start + (length ?? 0))
  }

  private func isIP(_ bytes: borrowing ByteView) -> Bool {
    let type = try? bytes.u16be(at: 12)
    return type == 0x0800 || type == 0x86dd
  }
}

// Pktmon.
extension EventTraceReader {
  private mutating func monitored(_ cursor: TraceCursor, _ event: TraceEvent) {
    let packet = cursor.withBody { (body) throws(DecodeError) in
      let packet = try MonitoredPacket(event, body)
      return (packet, start: body.base + packet.range.lowerBound)
    }
    guard let (packet, start) = packet else { return }
    guard packet.drop != nil || survey.isNumbered || places.contains(packet.place) else { return }
    cursor.lend(start..<(start + packet.range.count)) { add(packet, event.time, ByteView($0)) }
  }

  private mutating func add(_ packet: MonitoredPacket, _ time: Int64, _ bytes: borrowing ByteView) {
    if packet.drop != nil {
      queue.add(
        dropped: packet, at: time, bytes, isNumbered: survey.isNumbered, isAlone: survey.counts.monitored == 0)
    } else if survey.isNumbered {
      queue.add(numbered: packet, at: time, bytes)
    } else if lacksDescriptions {
      queue.add(packet, at: time, bytes, isDescribed: survey.places.isDescribed(packet.place.component))
    } else {
      queue.add(packet, at: time, bytes)
    }
  }

  private mutating func queued(_ slot: Int) -> FrameRecord {
    current = .queue(slot: slot)
    let packet = queue[slot]
    var record = FrameRecord()
    record.time = clock.time(packet.time)
    record.linkType = packet.content.linkType
    record.originalLength = packet.originalLength
    record.interface = Self.monitoredInterface | UInt32(packet.component)
    record.hostDrop = packet.drop
    recordLinkType(record.linkType)
    return record
  }

  /// Numbers of components lie above those of interfaces.
  private static let monitoredInterface: UInt32 = 1 << 31

  /// The name of a frame's interface.
  var interfaceNames: (UInt32) -> String? {
    { [places = survey.places] number in
      guard number & Self.monitoredInterface != 0 else { return number == 0 ? nil : "interface \(number)" }
      return places.name(of: UInt16(truncatingIfNeeded: number))
    }
  }
}
