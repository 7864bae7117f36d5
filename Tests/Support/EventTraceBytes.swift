package import Packets

/// An event trace of Windows under construction: buffers of events, of one processor each.
package struct EventTraceBytes: Sendable {
  /// Who recorded the packets.
  package enum Recorder: Sendable, CaseIterable {
    case packetCapture
    /// Each packet in three events.
    case fragments
    /// Each packet at six places, with numbers.
    case pktmon
    /// The same without numbers: build 26100 and later.
    case pktmonWithoutNumbers
  }

  /// How time is counted: 1 by a counter, 2 in FILETIME, 3 in CPU cycles.
  package var clock: UInt32 = 1
  package var frequency: Int64 = 10_000_000
  package var megahertz: UInt32 = 2_400
  package var pointerSize: UInt32 = 8
  package var lostEvents: UInt32 = 0
  /// LogFileMode: relogged, one sequence.
  package var mode: UInt32 = 0x1_0001
  /// Instead of how many there are.
  package var statedBuffers: UInt32?
  package var compressionMethod: UInt16 = 3
  /// The first event's time.
  package var firstTicks: Int64 = 2_612_963_192_268
  /// The same moment in nanoseconds since 1970.
  package var start: Int64
  package private(set) var buffers: [[UInt8]] = []

  package init(start: Int64 = 1_700_000_000_000_000_000) { self.start = start }

  private static let epoch: Int64 = 116_444_736_000_000_000

  /// The first tick that is not before this time.
  package func ticks(_ nanoseconds: Int64) -> Int64 {
    let units = Int128((nanoseconds - start) / 100)
    switch clock {
    case 1: return firstTicks + Int64((units * Int128(frequency) + 9_999_999) / 10_000_000)
    case 2: return nanoseconds / 100 + Self.epoch
    default: return firstTicks + Int64((units * Int128(megahertz) + 9) / 10)
    }
  }

  /// The whole file.
  package var bytes: [UInt8] { firstBuffer + buffers.joined() }

  /// TRACE_LOGFILE_HEADER in an event of its own, and another system event.
  private var firstBuffer: [UInt8] {
    var body = ByteWriter().u32le(65_536).raw([10, 0, 0, 0]).u32le(19_044).u32le(4).u64le(0).u32le(156_250).u32le(512).u32le(mode)
      .u32le(statedBuffers ?? UInt32(buffers.count + 1)).u32le(1).u32le(pointerSize).u32le(lostEvents).u32le(megahertz).zeros(2 * Int(pointerSize)).zeros(176)
    body = body.u64le(1).u64le(UInt64(bitPattern: frequency)).u64le(UInt64(start / 100 + Self.epoch)).u32le(clock).u32le(0)
    body = body.raw(.init(utf16: "Relogger\0C:\\trace.etl\0"))
    let events = system(hook: 0, body.bytes) + system(hook: 80, [UInt8](repeating: 0, count: 48))
    return Self.buffer(events, size: 1_024, processor: 0, sequence: 0, type: 4, method: compressionMethod)
  }

  private func system(hook: UInt16, _ body: [UInt8]) -> [UInt8] {
    ByteWriter().u16le(2).u8(pointerSize == 8 ? 2 : 1).u8(0xc0).u16le(UInt16(32 + body.count)).u16le(hook).zeros(8)
      .u64le(UInt64(bitPattern: firstTicks)).zeros(8).raw(body).align(8).bytes
  }

  /// Adds a buffer.
  package mutating func add(_ events: [UInt8], processor: UInt16 = 0, isPacked: Bool = false) {
    let sequence = UInt64(buffers.count + 1)
    buffers.append(Self.buffer(events, processor: processor, sequence: sequence, isPacked: isPacked))
  }

  package mutating func add(buffer: [UInt8]) { buffers.append(buffer) }

  /// WMI_BUFFER_HEADER and events.
  package static func buffer(
    _ events: [UInt8], size: Int? = nil, processor: UInt16, sequence: UInt64, isPacked: Bool = false, type: UInt16 = 0,
    method: UInt16 = 3
  ) -> [UInt8] {
    let content = isPacked ? packedWithLZ77(events) : events
    let size = size ?? 72 + content.count
    return ByteWriter().u32le(UInt32(size)).u32le(0).u32le(0).u32le(0).u64le(0).u64le(sequence).u64le(0).u16le(processor).u16le(0)
      .u16le(method).u16le(0).u32le(UInt32(72 + events.count)).u16le(isPacked ? 0x60 : 0x20).u16le(type).zeros(16).raw(content)
      .raw([UInt8](repeating: 0xff, count: max(0, size - 72 - content.count))).bytes
  }
}

// Events.
extension EventTraceBytes {
  package static let packetCapture: [UInt8] = [0x6e, 0, 0xd6, 0x2e, 0x29, 0x47, 9, 0x46, 0xb4, 0x23, 0x3e, 0xe7, 0xbc, 0xd6, 0x78, 0xef]
  package static let pktmon: [UInt8] = [0xd9, 0x80, 0x4f, 0x4d, 0xbd, 0xc8, 0x73, 0x4d, 0xbb, 0x5b, 0x19, 0xc9, 4, 2, 0xc5, 0xac]

  /// EVENT_HEADER and body.
  package func event(
    _ provider: [UInt8], id: UInt16, keyword: UInt64 = 0x10, ticks: Int64, thread: UInt32 = 100, extended: [UInt8] = [],
    _ body: [UInt8]
  ) -> [UInt8] {
    ByteWriter().u16le(UInt16(80 + extended.count + body.count)).u8(pointerSize == 8 ? 19 : 18).u8(0xc0).u16le(extended.isEmpty ? 0 : 1)
      .u16le(0).u32le(thread).u32le(4).u64le(UInt64(bitPattern: ticks)).raw(provider).u16le(id).zeros(6).u64le(keyword).zeros(24)
      .raw(extended).raw(body).align(8).bytes
  }

  /// A packet of NDIS-PacketCapture, or a part of it; some builds write 16 bytes behind it.
  package func captured(
    _ bytes: [UInt8], ticks: Int64, keyword: UInt64 = 1, isStart: Bool = true, isEnd: Bool = true, thread: UInt32 = 100,
    interface: UInt32 = 8, tail: Int = 16
  ) -> [UInt8] {
    let ends: UInt64 = (isStart ? 0x4000_0000 : 0) | (isEnd ? 0x8000_0000 : 0)
    return event(
      Self.packetCapture, id: 1001, keyword: keyword | ends | 0x8000_0001_0000_0000, ticks: ticks, thread: thread,
      ByteWriter().u32le(interface).u32le(interface).u32le(UInt32(bytes.count)).raw(bytes).zeros(tail).bytes)
  }

  /// A packet of pktmon at one place.
  package struct Appearance: Sendable {
    package var group: UInt64 = 1
    package var number: UInt16 = 1
    package var appearance: UInt16 = 1
    package var direction: UInt16 = 3
    package var type: UInt16 = 1
    package var component: UInt16 = 11
    package var edge: UInt16 = 1
    package var drop: HostDrop?
    package var length: Int?

    package init(group: UInt64 = 1, appearance: UInt16 = 1, component: UInt16 = 11, edge: UInt16 = 1, drop: HostDrop? = nil) {
      (self.group, self.appearance, self.component, self.edge, self.drop) = (group, appearance, component, edge, drop)
    }
  }

  package func monitored(_ bytes: [UInt8], _ place: Appearance, ticks: Int64) -> [UInt8] {
    let body = ByteWriter().u64le(place.group).u16le(place.number).u16le(place.appearance).u16le(place.direction).u16le(place.type)
      .u16le(place.component).u16le(place.edge).u16le(0).u32le(place.drop?.reason ?? 0).u32le(place.drop?.location ?? 0)
      .u16le(UInt16(truncatingIfNeeded: place.length ?? bytes.count)).u16le(UInt16(bytes.count)).raw(bytes)
    return event(Self.pktmon, id: place.drop == nil ? 160 : 170, ticks: ticks, body.bytes)
  }

  /// A component and the interface it belongs to: kind 1 its own, 2 that of the adapter below.
  package func component(_ number: UInt16, type: UInt16, _ name: String, properties: [UInt16: UInt32], ticks: Int64) -> [UInt8] {
    let text = [UInt8](utf16: "driver.sys\0\(name)\0")
    var events = event(Self.pktmon, id: 20, keyword: 2, ticks: ticks, ByteWriter().u16le(number).u16le(type).raw(text).bytes)
    for (kind, value) in properties.sorted(by: { $0.key < $1.key }) {
      events += event(Self.pktmon, id: 30, keyword: 2, ticks: ticks, ByteWriter().u16le(number).u16le(kind).u32le(value).bytes)
    }
    return events
  }
}

/// A trace with these frames, of which every third goes to the next processor.
///
/// - Parameter snapshotLength: bytes that pktmon keeps of a packet.
package func eventTraceFile(
  _ frames: [TestFrame], by recorder: EventTraceBytes.Recorder, processors: Int = 3, snapshotLength: Int = .max,
  change: (inout EventTraceBytes) -> Void = { _ in }
) -> [UInt8] {
  var trace = EventTraceBytes(start: (frames.first?.time.nanoseconds ?? 0) / 1_000_000_000 * 1_000_000_000)
  change(&trace)
  var streams = [[UInt8]](repeating: [], count: processors)
  for (index, frame) in frames.enumerated() {
    let ticks = trace.ticks(frame.time.nanoseconds)
    streams[index / 3 % processors] += trace.events(frame, UInt64(index + 1), recorder, ticks, snapshotLength)
  }
  let isMonitored = recorder == .pktmon || recorder == .pktmonWithoutNumbers
  if isMonitored, let last = frames.last {
    let end = trace.ticks(last.time.nanoseconds) + 1_000_000
    streams[0] += trace.component(11, type: 2, "Intel(R) Ethernet", properties: [1: 16, 5: 0], ticks: end)
    streams[0] += trace.component(33, type: 3, "WFP filter", properties: [2: 16, 1: 28], ticks: end)
    streams[0] += trace.component(84, type: 4, "TCPIP", properties: [2: 16], ticks: end)
  }
  for (processor, events) in streams.enumerated().reversed() where !events.isEmpty {
    trace.add(events, processor: UInt16(processor), isPacked: isMonitored)
  }
  return trace.bytes
}

extension EventTraceBytes {
  fileprivate func events(_ frame: TestFrame, _ number: UInt64, _ recorder: Recorder, _ ticks: Int64, _ limit: Int) -> [UInt8] {
    let bytes = frame.bytes
    switch recorder {
    case .packetCapture: return captured(bytes, ticks: ticks)
    case .fragments:
      let cuts = [0, 14, 40, bytes.count].map { min($0, bytes.count) }
      return (0..<3).flatMap { part in
        captured(Array(bytes[cuts[part]..<cuts[part + 1]]), ticks: ticks, isStart: part == 0, isEnd: part == 2, tail: 0)
      }
    case .pktmon, .pktmonWithoutNumbers:
      let places: [(UInt16, UInt16)] = [(11, 1), (33, 2), (33, 1), (84, 1)]
      return places.enumerated().flatMap { step, place in
        let isNumbered = recorder == .pktmon
        var one = Appearance(
          group: isNumbered ? number : number * 10 + UInt64(step), appearance: isNumbered ? UInt16(step + 1) : 0, component: place.0,
          edge: place.1)
        one.length = frame.originalLength ?? bytes.count
        return monitored(Array(bytes.prefix(limit)), one, ticks: ticks + Int64(step) * 20)
      }
    }
  }
}
