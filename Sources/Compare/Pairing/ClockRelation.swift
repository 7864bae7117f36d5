package import Packets

/// How the clock of the recorder near the server relates to the one near the client.
package struct ClockRelation: Sendable, Equatable {
  /// What the far clock is ahead at ``reference``; negative when it is behind.
  package var offset: TimeSpan
  /// How wrong that may be.
  package var error: TimeSpan
  /// How much the far clock gains, in parts per million; nil when the recordings are too short to tell.
  package var drift: Double?
  package var driftError: Double?
  /// By the near clock.
  package var reference: Timestamp
  /// Packets seen at both points, by which it was found.
  package var samples: Int

  /// The same moment by the far clock.
  package func far(_ near: Timestamp) -> Timestamp { near + offset + drifted(near) }
  /// The same moment by the near clock.
  package func near(_ far: Timestamp) -> Timestamp {
    let first = far - offset
    return first - drifted(first)
  }

  private func drifted(_ near: Timestamp) -> TimeSpan {
    guard let drift else { return .zero }
    return TimeSpan(nanoseconds: Int64(clamping: drift * Double(near.since(reference).nanoseconds) / 1e6))
  }
}

extension Int64 {
  /// The nearest whole number; what is beyond all of them becomes the last.
  init(clamping value: Double) {
    self = value.isNaN ? 0 : value >= 9.2e18 ? .max : value <= -9.2e18 ? .min : Int64(value.rounded())
  }
}

extension ClockRelation {
  /// One packet, seen at both points.
  struct Sample {
    var isFromClient: Bool
    var near: Timestamp
    var far: Timestamp
    /// How much later than it seems one of the two may be, because it may be another copy.
    var slack = TimeSpan.zero

    /// What the far clock was ahead, with the way in it: added towards the server, taken off towards the client.
    var difference: Int64 { far.since(near).nanoseconds }
  }

  private enum Limit {
    /// Spans of time in which the two directions are compared.
    static let spans = 32
    /// Pairs of a moment and a difference for the slope.
    static let points = 3
    /// What packets may be on their way, where nothing shows it.
    static let way = TimeSpan.milliseconds(250)
    /// Clocks of computers do not drift more than this, in parts per million.
    static let drift = 2000.0
  }

  /// nil when no packet was seen at both points.
  init?(_ samples: [Sample]) {
    guard let first = samples.map(\.near).min(), let last = samples.map(\.near).max() else { return nil }
    reference = first
    self.samples = samples.count
    let slope = Self.slope(samples, from: first, to: last)
    drift = slope?.drift
    driftError = slope?.error
    let drift = slope?.drift ?? 0
    let level = samples.map { sample in
      (isFromClient: sample.isFromClient,
        value: sample.difference - Int64(clamping: drift * Double(sample.near.since(first).nanoseconds) / 1e6))
    }
    let (middle, half) = Self.middle(level.map { ($0.isFromClient, $0.value) })
    offset = TimeSpan(nanoseconds: middle)
    // Clocks that drift in a way that shows no line are as uncertain as they have been apart.
    let uncertainty = TimeSpan(nanoseconds: slope == nil ? max(half, Self.wandering(samples, from: first, to: last)) : half)
    error = max(uncertainty, samples.map(\.slack).max() ?? .zero, Set(samples.map(\.isFromClient)).count < 2 ? Limit.way : .zero)
  }

  /// Half of what the clocks move apart over the recording.
  private static func wandering(_ samples: [Sample], from first: Timestamp, to last: Timestamp) -> Int64 {
    // In a short time it is the way that changes, and not the clocks.
    guard last.since(first) > .seconds(10) else { return 0 }
    let middles = spans(samples, from: first, to: last).map(\.value)
    guard let lowest = middles.min(), let highest = middles.max() else { return 0 }
    return Int64(clamping: (highest - lowest) / 2)
  }

  /// What lies between the quickest packets of both directions; with one direction alone, what its quickest says.
  private static func middle(_ values: [(isFromClient: Bool, value: Int64)]) -> (middle: Int64, half: Int64) {
    let there = values.lazy.filter(\.isFromClient).map(\.value).min()
    let back = values.lazy.filter { !$0.isFromClient }.map(\.value).max()
    guard let upper = there ?? back, let lower = back ?? there else { return (0, 0) }
    let half = TimeSpan(nanoseconds: upper) - TimeSpan(nanoseconds: lower)
    return (lower + half.nanoseconds / 2, half.magnitude.nanoseconds / 2 + 1)
  }

  /// What the clocks differ by in each of some spans of time in which both directions were seen.
  private static func spans(
    _ samples: [Sample], from first: Timestamp, to last: Timestamp
  ) -> [(time: Double, value: Double, half: Double)] {
    let step = max(1, last.since(first).nanoseconds / Int64(Limit.spans) + 1)
    let spans = Dictionary(grouping: samples) { $0.near.since(first).nanoseconds / step }
    return spans.sorted { $0.key < $1.key }.compactMap { _, group in
      guard group.contains(where: \.isFromClient), group.contains(where: { !$0.isFromClient }) else { return nil }
      let (middle, half) = middle(group.map { ($0.isFromClient, $0.difference) })
      let times = group.map { $0.near.since(first).nanoseconds }
      return (Double(times.reduce(0, +) / Int64(times.count)), Double(middle), Double(half))
    }
  }

  /// The median of the slopes between spans of time, when it is more than the error of each span.
  private static func slope(_ samples: [Sample], from first: Timestamp, to last: Timestamp) -> (drift: Double, error: Double)? {
    let length = last.since(first).nanoseconds
    guard length > TimeSpan.seconds(10).nanoseconds else { return nil }
    let points = spans(samples, from: first, to: last)
    guard points.count >= Limit.points else { return nil }
    var slopes: [Double] = []
    for (index, one) in points.enumerated() {
      for other in points[(index + 1)...] where other.time > one.time {
        slopes.append((other.value - one.value) / (other.time - one.time) * 1e6)
      }
    }
    slopes.sort()
    guard let drift = slopes.isEmpty ? nil : slopes[slopes.count / 2], abs(drift) < Limit.drift else { return nil }
    let halves = points.map(\.half).sorted()
    let error = halves[halves.count / 2] / Double(length) * 2e6
    return abs(drift) > error ? (drift, error) : nil
  }
}
