import Glibc
package import Packets

/// The system's clocks.
package enum SystemClock {
  /// Since some moment in the past; it cannot be set.
  package static func monotonic() -> TimeSpan { TimeSpan(nanoseconds: read(CLOCK_MONOTONIC)) }

  /// As frames are stamped.
  package static func realTime() -> Timestamp { Timestamp(nanoseconds: read(CLOCK_REALTIME)) }

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    // SAFETY: clock_gettime() writes one timespec, which lives until it returns.
    unsafe clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
