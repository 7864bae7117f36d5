import Foundation
import Packets
import TestSupport
import Testing

@testable import Capture

@Suite struct EventTraceTests {
  static let frames = (0..<40).map { index in
    TestFrame(
      seconds: 1_700_000_000, nanoseconds: Int64(index) * 3_000_100,
      TCPSegment(sequence: UInt32(1_000 + index), payload: .counting(index * 7)).ethernet)
  }

  private func read(_ bytes: [UInt8]) throws -> [ReadFrame] { try Recording(captures: [bytes]).frames() }

  private static func expected(_ frames: [TestFrame] = frames) -> [ReadFrame] { RecordingTests.expected(frames, resolution: 100) }

  /// A trace of one buffer.
  private func trace(_ events: [UInt8], isPacked: Bool = false) -> [UInt8] {
    var trace = EventTraceBytes()
    trace.add(events, isPacked: isPacked)
    return trace.bytes
  }

  private let start = Int64(1_700_000_000_000_000_000)

  // MARK: Packets

  @Test(arguments: EventTraceBytes.Recorder.allCases, [1, 3, 7])
  func readsEveryRecorder(recorder: EventTraceBytes.Recorder, processors: Int) throws {
    let recording = try Recording(captures: [eventTraceFile(Self.frames, by: recorder, processors: processors)])
    #expect(recording.frames() == Self.expected())
    #expect(recording.damage.isEmpty)
    #expect(recording.linkTypeNames == ["EN10MB"])
  }

  @Test(arguments: EventTraceBytes.Recorder.allCases)
  func readsTracesOf32Bits(recorder: EventTraceBytes.Recorder) throws {
    #expect(try read(eventTraceFile(Self.frames, by: recorder) { $0.pointerSize = 4 }) == Self.expected())
  }

  @Test(arguments: Packing.allCases) func readsPackedTraces(packing: Packing) throws {
    #expect(try read(packing.pack(eventTraceFile(Self.frames, by: .pktmon))) == Self.expected())
  }

  @Test func readsSeveralTracesAsOneRecording() throws {
    let halves = [Self.frames.indices.filter { $0 % 2 == 0 }, Self.frames.indices.filter { $0 % 2 == 1 }].map { $0.map { Self.frames[$0] } }
    let files = halves.map { eventTraceFile($0, by: .packetCapture) }
    #expect(try Recording(captures: files).frames().map(\.bytes) == Self.frames.map(\.bytes))
  }

  /// pktmon keeps 128 bytes of a packet unless it is told otherwise.
  @Test func knowsHowLongACutPacketWas() throws {
    let read = try read(eventTraceFile(Self.frames, by: .pktmon, snapshotLength: 128))
    #expect(read.map(\.originalLength) == Self.frames.map(\.bytes.count))
    #expect(read.map(\.bytes) == Self.frames.map { Array($0.bytes.prefix(128)) })
    // NDIS-PacketCapture does not say it, and IP does.
    let trace = EventTraceBytes()
    let cut = trace.captured(Array(Self.frames[39].bytes.prefix(64)), ticks: trace.firstTicks)
    #expect(try self.read(self.trace(cut)).map(\.originalLength) == [Self.frames[39].bytes.count])
  }

  @Test func knowsLinkTypes() throws {
    let trace = EventTraceBytes()
    let ip = Array(Self.frames[0].bytes.dropFirst(14))
    let wireless: [UInt8] = [0x08, 0x41] + .counting(22) + [0xaa, 0xaa, 3, 0, 0, 0, 8, 0] + ip
    let events = [
      trace.captured(Self.frames[0].bytes, ticks: trace.firstTicks, interface: 5),
      trace.captured(ip, ticks: trace.firstTicks + 1, keyword: 0x200),
      trace.captured(wireless, ticks: trace.firstTicks + 2, keyword: 0x1_0000),
    ]
    let recording = try Recording(captures: [self.trace(events.flatMap(\.self))])
    var names: [String?] = []
    var read: [[UInt8]] = []
    recording.forEachFrame { frame, file, bytes in
      names.append(recording.interfaceName(frame.interface, file: file))
      read.append(bytes.copy())
    }
    #expect(recording.linkTypeNames == ["EN10MB", "RAW", "IEEE802_11"])
    #expect(names == ["interface 5", "interface 8", "interface 8"])
    // It lies there in clear, and the flag that says otherwise is gone.
    #expect(read[2] == [0x08, 0x01] + wireless.dropFirst(2))
  }

  /// Threads on several processors record parts of packets at the same time.
  @Test func joinsPartsByThread() throws {
    let trace = EventTraceBytes()
    let (first, second) = (Self.frames[20].bytes, Self.frames[30].bytes)
    var events: [UInt8] = []
    for (step, part) in [(first, UInt32(1)), (second, 2)].enumerated() {
      events += trace.captured(Array(part.0.prefix(60)), ticks: trace.firstTicks + Int64(step), isEnd: false, thread: part.1)
    }
    events += trace.captured(Array(second.dropFirst(60)), ticks: trace.firstTicks + 10, isStart: false, thread: 2)
    events += trace.captured(Array(first.dropFirst(60)), ticks: trace.firstTicks + 20, isStart: false, thread: 1)
    // An end without a beginning is no packet, and neither is a beginning without an end.
    events += trace.captured(second, ticks: trace.firstTicks + 30, isStart: false, thread: 3)
    events += trace.captured(first, ticks: trace.firstTicks + 40, isEnd: false, thread: 4)
    let recording = try Recording(captures: [self.trace(events)])
    #expect(recording.frames().map(\.bytes) == [second, first])
    #expect(recording.remarks.contains { $0.sentence.hasPrefix("2 parts of packets skipped") })
  }

  @Test func passesExtendedDataAndOtherEvents() throws {
    let trace = EventTraceBytes()
    let item = ByteWriter().u16le(24).u16le(1).u16le(1).u16le(16).zeros(16).u16le(16).u16le(12).u16le(0).u16le(8).zeros(8).bytes
    let bytes = Self.frames[3].bytes
    let body = ByteWriter().u32le(8).u32le(8).u32le(UInt32(bytes.count)).raw(bytes).bytes
    let other = trace.event([UInt8](repeating: 7, count: 16), id: 1001, ticks: trace.firstTicks, .counting(33))
    // A message of WPP, and an event of the profiler.
    let message = ByteWriter().u16le(13).u8(0).u8(0x90).zeros(9).align(8).bytes
    let profiler = ByteWriter().u16le(2).u8(17).u8(0xc0).u16le(20).u16le(0xf33).zeros(12).align(8).bytes
    let packet = trace.event(
      EventTraceBytes.packetCapture, id: 1001, keyword: 0xc000_0001, ticks: trace.firstTicks + 5, extended: item, body)
    #expect(try read(self.trace(other + message + profiler + packet)).map(\.bytes) == [bytes])
  }

  // MARK: pktmon

  @Test func choosesOneAppearance() throws {
    let trace = EventTraceBytes()
    let ethernet = Self.frames[9].bytes
    let ip = Array(ethernet.dropFirst(14))
    func one(_ group: UInt64, _ number: UInt16, type: UInt16) -> EventTraceBytes.Appearance {
      var one = EventTraceBytes.Appearance(group: group, appearance: number)
      one.type = type
      return one
    }
    var events = trace.monitored(ip, one(1, 1, type: 3), ticks: trace.firstTicks)
    events += trace.monitored(Self.frames[5].bytes, one(2, 1, type: 1), ticks: trace.firstTicks + 3)
    events += trace.monitored(ethernet, one(1, 2, type: 1), ticks: trace.firstTicks + 5)
    // The type is that of the place: these bytes are Ethernet.
    events += trace.monitored(ethernet, one(1, 3, type: 2), ticks: trace.firstTicks + 7)
    let read = try read(self.trace(events, isPacked: true))
    #expect(read.map(\.bytes) == [Self.frames[5].bytes, ethernet])
    #expect(read.map { $0.nanoseconds - start } == [300, 500])
  }

  /// What a firewall drops is no packet of its own: the packet says that it was dropped.
  @Test(arguments: [true, false]) func notesDroppedPackets(isNumbered: Bool) throws {
    let trace = EventTraceBytes()
    let drop = HostDrop(reason: 1231, location: 0xe000_4502, way: .received)
    var syn = TCPSegment(flags: [.syn])
    syn.destination.port = 445
    let ip = Array(syn.ethernet.dropFirst(14))
    var atIP = EventTraceBytes.Appearance(group: isNumbered ? 1 : 9, appearance: isNumbered ? 3 : 0, component: 101, edge: 0, drop: drop)
    atIP.type = 3
    var events = trace.monitored(syn.ethernet, .init(appearance: isNumbered ? 1 : 0), ticks: trace.firstTicks)
    events += trace.monitored(ip, atIP, ticks: trace.firstTicks + 300)
    #expect(try drops(events) == [drop])
    // Seen nowhere else.
    #expect(try drops(trace.monitored(ip, atIP, ticks: trace.firstTicks)) == [drop])
    // The same beside other packets, twice: the host tells of it at two places.
    let other = trace.monitored(Self.frames[9].bytes, .init(group: 77, appearance: isNumbered ? 1 : 0), ticks: trace.firstTicks)
    let first = trace.monitored(ip, atIP, ticks: trace.firstTicks + 300)
    atIP.group = 10
    let again = trace.monitored(ip, atIP, ticks: trace.firstTicks + 500)
    atIP.group = 11
    let retry = trace.monitored(ip, atIP, ticks: trace.firstTicks + 10_000_000)
    #expect(try drops(other + first + again + retry) == [nil, drop, drop])
  }

  private func drops(_ events: [UInt8]) throws -> [HostDrop?] {
    var drops: [HostDrop?] = []
    try Recording(captures: [trace(events)]).forEachFrame { frame, _, _ in drops.append(frame.hostDrop) }
    return drops
  }

  /// Without numbers one place of each adapter is taken.
  @Test func takesOnePlaceOfEachAdapter() throws {
    let trace = EventTraceBytes()
    var events: [UInt8] = []
    for (index, frame) in Self.frames.enumerated() {
      let adapter = UInt16(index % 2)
      for (step, component) in [11, 33, 84].enumerated() {
        let place = EventTraceBytes.Appearance(group: UInt64(index * 8 + step), appearance: 0, component: UInt16(component) + adapter)
        events += trace.monitored(frame.bytes, place, ticks: trace.ticks(frame.time.nanoseconds) + Int64(step))
      }
    }
    for (component, type) in [(11, 2), (12, 2), (33, 3), (34, 3), (84, 4), (85, 4)] as [(UInt16, UInt16)] {
      let adapter: UInt32 = [11, 33, 84].contains(component) ? 1 : 2
      let property: UInt16 = type == 2 ? 1 : 2
      events += trace.component(component, type: type, "c\(component)", properties: [property: adapter], ticks: trace.firstTicks)
    }
    let recording = try Recording(captures: [self.trace(events, isPacked: true)])
    var names: Set<String?> = []
    var count = 0
    recording.forEachFrame { frame, file, _ in
      names.insert(recording.interfaceName(frame.interface, file: file))
      count += 1
    }
    #expect(count == Self.frames.count)
    #expect(names == ["c11", "c12"])
  }

  // MARK: Time

  @Test(arguments: [(1, 10_000_000), (1, 2_994_853), (1, 24_000_000), (2, 10_000_000), (3, 10_000_000)] as [(UInt32, Int64)])
  func knowsTheClock(clock: UInt32, frequency: Int64) throws {
    let file = eventTraceFile(Self.frames, by: .packetCapture) {
      $0.clock = clock
      $0.frequency = frequency
    }
    let tick = clock == 1 ? 1_000_000_000 / frequency + 1 : 1
    for (ours, theirs) in zip(try read(file), Self.expected()) {
      #expect((0...(tick + 100)).contains(ours.nanoseconds - theirs.nanoseconds))
    }
  }

  /// Times at both ends of what a number holds, and clocks that do not go.
  @Test(arguments: [Int64.min, -1, 0, 1, .max], [0, 1, 2, 3, .max] as [UInt32]) func survivesAnyClock(value: Int64, clock: UInt32) throws {
    for frequency in [value, 10_000_000] {
      let file = eventTraceFile(Array(Self.frames.prefix(2)), by: .pktmon) {
        $0.clock = clock
        $0.frequency = frequency
        $0.megahertz = UInt32(truncatingIfNeeded: value)
        $0.firstTicks = frequency > 0 && clock != 1 ? value / 2 : 1_000
      }
      for place in [240 + 16 + 72 + 32, 72 + 16] { _ = try? read(file.setting(value, at: place)) }
    }
    let trace = EventTraceBytes()
    let events = [Int64.max, .min, 0, value].flatMap { trace.monitored(Self.frames[1].bytes, .init(group: UInt64(bitPattern: $0)), ticks: $0) }
    #expect(try read(self.trace(events)).count == Set([Int64.max, .min, 0, value]).count)
  }

  // MARK: What is no sound trace of packets

  @Test func saysWhatATraceWithoutPacketsHolds() {
    let trace = EventTraceBytes()
    let events = trace.event(EventTraceBytes.pktmon, id: 80, keyword: 2, ticks: trace.firstTicks, .counting(20))
    let error = #expect(throws: CaptureError.self) { try Recording(captures: [self.trace(events + events)]) }
    #expect("\(error!)".hasPrefix("1 holds no packets: this Windows event trace has 2 events of PktMon; record packets with pktmon start --capture"))
  }

  /// Every cut: a sentence, or the packets before it and one warning. The last buffer alone is cut.
  @Test(arguments: [EventTraceBytes.Recorder.packetCapture, .pktmon]) func readsUpToEveryCut(recorder: EventTraceBytes.Recorder) throws {
    let file = eventTraceFile(Array(Self.frames.prefix(3)), by: recorder, processors: 1)
    let expected = Self.expected(Array(Self.frames.prefix(3)))
    for count in stride(from: 100, to: file.count, by: 7) {
      do throws(CaptureError) {
        let recording = try Recording(captures: [Array(file.prefix(count))])
        let frames = recording.frames()
        #expect(frames == Array(expected.prefix(frames.count)))
        #expect(recording.damage.count == 1, "\(count)")
        #expect(recording.damage.allSatisfy { $0.message.hasPrefix("in buffer 2: ") && $0.byte != nil })
      } catch {
        #expect("\(error)".contains("event trace"), "\(count): \(error)")
      }
    }
  }

  /// A damaged event hides the rest of its buffer, and no other buffer.
  @Test(arguments: [0, 7, 79, 60_000] as [UInt16]) func readsOnBehindADamagedBuffer(size: UInt16) throws {
    var trace = EventTraceBytes()
    let events = Self.frames.prefix(4).map { trace.captured($0.bytes, ticks: trace.ticks($0.time.nanoseconds)) }
    trace.add(events[0] + events[1].setting(size, at: 0))
    trace.add(events[2], processor: 1)
    trace.add(events[3], processor: 2)
    let recording = try Recording(captures: [trace.bytes])
    #expect(recording.frames().map(\.bytes) == [0, 2, 3].map { Self.frames[$0].bytes })
    #expect(recording.damage.count == 1)
    #expect(recording.damage[0].message.hasPrefix("in buffer 2: the event "))
    #expect(recording.damage[0].byte == 1_024 + 72 + events[0].count)
  }

  @Test(arguments: [0, 71, 0xffff_ffff] as [UInt32]) func stopsAtABufferOfImpossibleSize(size: UInt32) throws {
    var trace = EventTraceBytes()
    let events = Self.frames.prefix(2).map { trace.captured($0.bytes, ticks: trace.ticks($0.time.nanoseconds)) }
    trace.add(events[0])
    trace.add(buffer: EventTraceBytes.buffer(events[1], processor: 1, sequence: 2).setting(size, at: 0))
    let recording = try Recording(captures: [trace.bytes])
    #expect(recording.frames().map(\.bytes) == [Self.frames[0].bytes])
    #expect(recording.damage.map(\.byte) == [1_024 + 72 + events[0].count])
  }

  @Test(arguments: [2, 4] as [UInt16]) func namesAMethodThatIsNotRead(method: UInt16) {
    let file = eventTraceFile(Self.frames, by: .pktmon) { $0.compressionMethod = method }
    let error = #expect(throws: CaptureError.self) { try Recording(captures: [file]) }
    #expect("\(error!)".contains("method \(method)"))
  }

  /// A match of 4 GiB in a few bytes: no more comes out than a buffer may hold.
  @Test func boundsWhatIsUnpacked() throws {
    let bomb = ByteWriter().u32le(0x7fff_ffff).u8(0).u16le(7).u8(0xff).u8(0xff).u16le(0).u32le(0xffff_fff0).bytes
    for filled in [UInt32(1 << 20), 16 << 20, .max] {
      var trace = EventTraceBytes()
      trace.add(trace.captured(Self.frames[1].bytes, ticks: trace.firstTicks))
      let empty = EventTraceBytes.buffer([], size: 72, processor: 1, sequence: 9).setting(UInt32(72 + bomb.count), at: 0)
      trace.add(buffer: empty.setting(filled, at: 48).setting(UInt16(0x60), at: 52) + bomb)
      #expect(try read(trace.bytes).count == 1)
    }
  }

  @Test func survivesDamageAnywhere() throws {
    var generator = SeededGenerator(seed: 20)
    for recorder in EventTraceBytes.Recorder.allCases {
      let file = eventTraceFile(Array(Self.frames.prefix(4)), by: recorder, processors: 2)
      for _ in 0..<60 {
        var damaged = file
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
          damaged[Int.random(in: damaged.indices, using: &generator)] = UInt8.random(in: .min ... .max, using: &generator)
        }
        guard let recording = try? Recording(captures: [damaged]) else { continue }
        #expect(recording.frames().count <= 60)
      }
    }
  }

  // MARK: Real files

  /// Frames, times and bytes as another program, written independently, takes them out of the file.
  @Test func readsWhatWindowsWrote() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Traces")
    let recording = try Recording(paths: [folder.appending(path: "pktmon-demikernel.etl").path])
    let frames = recording.frames()
    #expect(frames.count == 38)
    #expect(frames[0].nanoseconds == 1_718_050_715_489_172_100)
    #expect(Self.digest(frames) == 0x8605_e28b_eba0_ccb5)
    #expect(recording.damage.isEmpty)
  }

  /// FNV-1a over times and bytes.
  private static func digest(_ frames: [ReadFrame]) -> UInt64 {
    frames.reduce(0xcbf2_9ce4_8422_2325) { hash, frame in
      ([UInt8].littleEndian(frame.nanoseconds) + frame.bytes).reduce(hash) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
  }
}
