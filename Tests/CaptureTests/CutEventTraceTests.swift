import Packets
import TestSupport
import Testing

@testable import Capture

/// Traces that end early, as those of a computer that crashed, or of a copy that was made too soon.
@Suite struct CutEventTraceTests {
  private static let frames = EventTraceTests.frames

  /// Buffers of one size, with room behind their events, as netsh writes them.
  private static func roomyTrace(mode: UInt32 = 0x1_0001) -> [UInt8] {
    var trace = EventTraceBytes()
    trace.mode = mode
    for (index, frame) in frames.prefix(3).enumerated() {
      let events = trace.captured(frame.bytes, ticks: trace.ticks(frame.time.nanoseconds))
      trace.add(buffer: EventTraceBytes.buffer(events, size: 4_096, processor: UInt16(index), sequence: 1))
    }
    return trace.bytes
  }

  private func damage(_ bytes: ArraySlice<UInt8>) throws -> CaptureDamage {
    let recording = try Recording(captures: [Array(bytes)])
    _ = recording.frames()
    return try #require(recording.damage.first)
  }

  @Test func namesTheBufferAndTheByteOfACut() throws {
    let file = Self.roomyTrace()
    // In the header of the third buffer, in its event, and behind this.
    let third = 1_024 + 4_096
    for (cut, byte, buffer) in [(third + 30, third, 3), (third + 100, third + 72, 3), (third + 2_000, third + 2_000, 3), (third - 1, third - 1, 2)] {
      let damage = try damage(file.prefix(cut))
      #expect(damage.byte == byte, "\(cut)")
      #expect(damage.message == "in buffer \(buffer): truncated: the file ends in the middle of a buffer", "\(cut)")
    }
  }

  @Test func namesTheByteOfACutInAPackedBuffer() throws {
    let file = eventTraceFile(Self.frames, by: .pktmon, processors: 1)
    let damage = try damage(file.dropLast(100))
    #expect(damage.message.hasPrefix("in buffer 2: truncated"))
    #expect(damage.byte == file.count - 100)
  }

  /// The recorder says how many buffers it wrote.
  @Test func noticesMissingBuffers() throws {
    let end = 1_024 + 2 * 4_096
    let damage = try damage(Self.roomyTrace().prefix(end))
    #expect(damage.message == "in buffer 3: truncated: the file ends behind it, but says that it has 4 buffers")
    #expect(damage.byte == end)
    // It writes over the oldest ones, so that it wrote more than there are.
    let circular = try Recording(captures: [Array(Self.roomyTrace(mode: 0x1_0002).prefix(end))])
    #expect(circular.frames().count == 2)
    #expect(circular.damage.isEmpty)
  }

  /// No packet is left: that is not what a trace without packets is.
  @Test(arguments: [90, 1_000, 1_024, 1_060, 1_200]) func saysThatItIsCutBeforeTheFirstPacket(cut: Int) {
    let error = #expect(throws: CaptureError.self) { try Recording(captures: [Array(Self.roomyTrace().prefix(cut))]) }
    let sentence = "\(error!)"
    let byte = cut == 1_060 ? 1_024 : cut == 1_200 ? 1_024 + 72 : cut == 90 ? 72 : cut
    let buffer = cut > 1_024 ? 2 : 1
    #expect(sentence.hasPrefix("1 is damaged: reading of this Windows event trace stopped at byte \(byte), in buffer \(buffer): truncated: "), "\(sentence)")
    #expect(sentence.hasSuffix("; copy the file again after pktmon stop or netsh trace stop"), "\(sentence)")
    #expect(!sentence.contains("holds no packets"))
  }

  /// pktmon writes the list of adapters last. Without it the same packet comes from components that may be of any adapter.
  @Test func showsAPacketOnceWithoutTheListOfAdapters() throws {
    let file = eventTraceFile(Self.frames, by: .pktmonWithoutNumbers, processors: 2)
    let first = Int(file[1_024]) | Int(file[1_025]) << 8 | Int(file[1_026]) << 16
    let recording = try Recording(captures: [Array(file.prefix(1_024 + first))])
    let expected = Self.frames.indices.filter { $0 / 3 % 2 == 1 }.map { Self.frames[$0].bytes }
    #expect(recording.frames().map(\.bytes) == expected)
    #expect(recording.remarks.contains { $0.sentence.hasPrefix("pktmon’s list of adapters is missing") })
  }

  /// Two adapters that are known may carry the same packet, and an acknowledgment may come twice at one place.
  @Test func keepsEqualPacketsOfOnePlace() throws {
    let trace = EventTraceBytes()
    var events: [UInt8] = []
    for (step, component) in [11, 33, 11, 33].enumerated() {
      let place = EventTraceBytes.Appearance(group: UInt64(step), appearance: 0, component: UInt16(component))
      events += trace.monitored(Self.frames[2].bytes, place, ticks: trace.firstTicks + Int64(step) * 1_000)
    }
    func count(_ events: [UInt8]) throws -> Int {
      var trace = EventTraceBytes()
      trace.add(events)
      return try Recording(captures: [trace.bytes]).frames().count
    }
    #expect(try count(events) == 2)
    let adapters = [11, 33].flatMap { trace.component($0, type: 2, "c\($0)", properties: [1: UInt32($0)], ticks: trace.firstTicks) }
    #expect(try count(events + adapters) == 4)
  }

  /// Components that call each other the adapter below.
  @Test func survivesComponentsInACircle() throws {
    let trace = EventTraceBytes()
    var events = trace.monitored(Self.frames[2].bytes, .init(appearance: 0, component: 11), ticks: trace.firstTicks)
    events += trace.monitored(Self.frames[2].bytes, .init(group: 2, appearance: 0, component: 12), ticks: trace.firstTicks + 1)
    events += trace.component(11, type: 3, "a", properties: [1: 7, 2: 8], ticks: trace.firstTicks + 2)
    events += trace.component(12, type: 3, "b", properties: [1: 8, 2: 7], ticks: trace.firstTicks + 2)
    var file = EventTraceBytes()
    file.add(events)
    #expect(try Recording(captures: [file.bytes]).frames().count == 2)
  }
}
