import Packets
import Rules
import Transcripts

/// What holds for all connections of two points.
struct PathContext: Sendable {
  /// nil when no packet was seen at both.
  let clock: ClockRelation?
  let nearSpan: ClosedRange<Timestamp>
  let farSpan: ClosedRange<Timestamp>
  let nearName: String
  let farName: String
  /// What the points themselves are called.
  let points: (near: String, far: String)
  /// Packets are missing in either recording that were there.
  let losesNear: Bool
  let losesFar: Bool
  /// What the way between the points takes there and back, as a rule.
  let usualTrip: TimeSpan
  /// The same for what is quickest.
  let quickestTrip: TimeSpan

  /// Names and addresses were replaced in both recordings.
  let isRedacted: Bool

  enum Delay {
    /// Users notice it in no single message, but in the many that a step takes.
    static let ofOthers = TimeSpan.milliseconds(200)
    /// A lost packet is repeated sooner, as a rule; then it is lost a second time.
    static let ofRepeated = TimeSpan.milliseconds(500)
    /// So many messages are not delayed by single losses.
    static let several = 3
  }

  func far(_ time: Timestamp) -> Timestamp { clock?.far(time) ?? time }
  func near(_ time: Timestamp) -> Timestamp { clock?.near(time) ?? time }

  /// How much longer than any packet takes, and any clock is wrong.
  var timeout: TimeSpan { (clock?.error ?? .zero) + usualTrip + .milliseconds(50) }

  func crossing(_ sender: Peer, _ pair: AlignedPair, _ path: PathKind) -> Crossing {
    let isThere = sender == .client
    let there: (Timestamp) -> Timestamp = { far($0) }
    let back: (Timestamp) -> Timestamp = { near($0) }
    return Crossing(
      sender: sender, sending: isThere ? pair.near : pair.far, receiving: isThere ? pair.far : pair.near,
      path: path, sendingSpan: isThere ? nearSpan : farSpan, receivingSpan: isThere ? farSpan : nearSpan,
      toReceiver: isThere ? there : back, toSender: isThere ? back : there, timeout: timeout, clockError: clock?.error ?? .zero,
      names: isThere ? (nearName, farName) : (farName, nearName),
      recorderLoses: isThere ? (losesNear, losesFar) : (losesFar, losesNear))
  }

  /// How long something was on its way; nil when the clocks cannot tell.
  func transit(_ sender: Peer, _ near: Timestamp, _ far: Timestamp) -> TimeSpan? {
    guard let clock else { return nil }
    let there = far.since(clock.far(near))
    return sender == .client ? there : -there
  }

  /// Delays that users notice, and that exceed the clock error and the transit time.
  ///
  /// - Parameter wasRepeated: the time is that from the first copy that was sent to the first that arrived.
  func isDelayed(_ transit: TimeSpan?, wasRepeated: Bool) -> Bool {
    guard let transit, let clock else { return false }
    return transit > (wasRepeated ? Delay.ofRepeated : Delay.ofOthers) && transit > clock.error * 4 && transit > quickestTrip * 10
  }
}
