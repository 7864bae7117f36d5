import Packets

/// The first event of a trace (`TRACE_LOGFILE_HEADER`): how time is counted, and what was lost; little-endian.
struct TraceHeader {
  private enum Size {
    /// Up to the two pointers.
    static let beforePointers = 56
    /// TIME_ZONE_INFORMATION, and padding.
    static let timeZone = 176
  }

  /// LogFileMode: a circular file, one that goes on, and one of several.
  private static let otherCounts: UInt32 = 0x2 | 0x4 | 0x8

  var clock: TraceClock
  /// Events and buffers that the recorder had no room for.
  var lostEvents: Int
  /// How many buffers the recorder wrote, where that is how many the file has; nil of one that writes over old ones, or adds
  /// to what is there. 0 while it still writes.
  var buffers: Int?

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
    buffers = try body.u32le(at: 32) & Self.otherCounts == 0 ? Int(try body.u32le(at: 36)) : nil
    lostEvents = Int(try body.u32le(at: 48)).clampedSum(Int(try body.u32le(at: times + 28)))
  }
}
