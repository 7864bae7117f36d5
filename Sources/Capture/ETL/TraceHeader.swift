import Packets

/// The first event of a trace (`TRACE_LOGFILE_HEADER`): how time is counted, and what was lost; little-endian.
struct TraceHeader {
  private enum Size {
    /// Up to the two pointers.
    static let beforePointers = 56
    /// TIME_ZONE_INFORMATION, and padding.
    static let timeZone = 176
  }

  var clock: TraceClock
  /// Events and buffers that the recorder had no room for.
  var lostEvents: Int

  /// - Parameters:
  ///   - body: behind the event's header.
  ///   - first: the event's own time.
  init(_ body: borrowing ByteView, first: Int64) throws(DecodeError) {
    let pointerSize = try body.u32le(at: 44) == 8 ? 8 : 4
    let times = Size.beforePointers + 2 * pointerSize + Size.timeZone
    // BootTime 8, PerfFreq 8, StartTime 8, clock type 4, BuffersLost 4.
    clock = TraceClock(
      kind: try body.u32le(at: times + 24), first: first, start: Int64(bitPattern: try body.u64le(at: times + 16)),
      frequency: Int64(bitPattern: try body.u64le(at: times + 8)), megahertz: Int64(try body.u32le(at: 52)))
    lostEvents = Int(try body.u32le(at: 48)).clampedSum(Int(try body.u32le(at: times + 28)))
  }
}
