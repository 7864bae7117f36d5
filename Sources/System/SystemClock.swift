import Glibc

/// The system's clocks, in nanoseconds.
package enum SystemClock {
  /// Since some moment in the past; nobody sets it.
  package static func monotonic() -> Int64 { read(CLOCK_MONOTONIC) }

  /// Since 1970, as frames are stamped.
  package static func realTime() -> Int64 { read(CLOCK_REALTIME) }

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    // SAFETY: clock_gettime() writes one timespec, which lives until it returns.
    unsafe clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
