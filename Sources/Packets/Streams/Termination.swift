/// A FIN or RST, with what is needed to judge who really sent it.
package struct Termination: Sendable, Codable {
  package enum Kind: String, Sendable, Codable {
    case fin, rst
  }

  package var kind: Kind
  package var side: Side
  package var stamp: FrameStamp
  /// Bytes between the next expected one and the sequence number of this segment; 0 is what the host itself would send.
  package var sequenceDistance: Int
  /// The segment's place in the sender's stream.
  package var position: Int
  /// The place of the next byte in the sender's stream, as far as the capture had shown it.
  var reach: Int
  /// Where the sender's stream ends, by this segment: before the sequence number that a FIN itself takes.
  package var end: Int
  /// How far it confirms the other side's stream; nil when it does not.
  var confirmed: Int?
  package var hasAck: Bool
  package var acknowledgmentNumber: UInt32
  package var window: UInt16
  package var hopLimit: UInt8
  package var trafficClass: UInt8
  package var identification: UInt16?
  package var hardwareSource: UInt64
  package var hasTimestamps: Bool
  /// Time since the last segment of the other side; nil when there was none.
  package var sinceOtherSide: TimeSpan?
  /// Time between the last two segments of the other side: how long it had been silent before the last.
  package var otherSideSilence: TimeSpan?
  /// The other side had already sent FIN or RST.
  package var followsOtherSide: Bool
  /// The receiver ignored it: it lay outside the window (RFC 9293 3.5.3), or both sides went on.
  package var isIgnored = false
  /// Not in the capture: known by the segment that confirms it, whose frame this is.
  package var isUnseen = false

  /// The same segment seen twice: a mirror port or two interfaces.
  func isCopy(of other: Termination) -> Bool {
    kind == other.kind && side == other.side && sequenceDistance == other.sequenceDistance
      && hasAck == other.hasAck && acknowledgmentNumber == other.acknowledgmentNumber
      && (identification == other.identification || hopLimit != other.hopLimit)
  }
}

/// How a host's segments looked before the end. A forged one differs from this.
///
/// Two for each open connection: the order of the fields leaves no gaps.
package struct HostTrace: Sendable {
  /// nil before its first segment.
  package internal(set) var lastTime: Timestamp?
  package internal(set) var lowestHopLimit: UInt8 = .max
  package internal(set) var highestHopLimit: UInt8 = 0
  package internal(set) var trafficClass: UInt8 = 0
  /// Its segments came from several hardware addresses: routers take turns, or two interfaces were captured.
  package internal(set) var hasSeveralHardwareSources = false
  package internal(set) var usesTimestamps = false
  package internal(set) var lastWindow: UInt16 = 0
  package internal(set) var lastIdentification: UInt16 = 0
  /// MSS option of the SYN or SYN-ACK, bytes.
  package internal(set) var maximumSegmentSize: UInt16 = 0
  /// Without copies.
  package internal(set) var segments: UInt32 = 0
  /// Segments whose IPv4 Identification was 0.
  package internal(set) var zeroIdentifications: UInt32 = 0
  /// Segments whose Identification was 1 to 256 above the one before, or, when they came late, below it.
  package internal(set) var smallIdentificationSteps: UInt32 = 0
  /// Segments that were captured a second time, by their IPv4 Identification.
  package internal(set) var copies: UInt32 = 0
  /// Timestamp (RFC 7323) of the last of its first segments that were looked at.
  private var lastTimestamp: UInt32 = 0
  private var highestSequence: UInt32 = 0
  package internal(set) var hardwareSource: UInt64 = 0
  /// Time between the host's last two segments.
  package internal(set) var lastSilence = TimeSpan.zero
  /// Sequence and acknowledgment number of the last segment, with its length mixed in.
  private var lastShape: UInt64 = 0
  var oddities = Boxed<Oddities>()

  /// Observations that most hosts never cause.
  struct Oddities: DefaultInitializable, Sendable {
    var oldTimestampFrame: Int?
    var noTimestampFrame: Int?
    var frameAfterReset: Int?
    var zeroWindow: ZeroWindow?
  }

  /// A segment with newer data and a much older timestamp; one with data and no timestamp, although the SYN had one.
  package var oldTimestampFrame: Int? { oddities.read { $0.oldTimestampFrame } }
  package var noTimestampFrame: Int? { oddities.read { $0.noTimestampFrame } }
  /// The first segment with new data that came after this host's own RST.
  package var frameAfterReset: Int? { oddities.read { $0.frameAfterReset } }
  /// The time during which it advertised no window: one span that lasted, the longest so far.
  package var zeroWindow: ZeroWindow? { oddities.read { $0.zeroWindow } }

  package init() {}

  /// Starts from what the host's SYN or SYN-ACK showed.
  init(options: TCPOptions, hopLimit: UInt8) {
    maximumSegmentSize = options.maximumSegmentSize ?? 0
    usesTimestamps = options.hasTimestamps
    lowestHopLimit = hopLimit
    highestHopLimit = hopLimit
  }

  mutating func record(_ packet: borrowing Packet, header: TCPHeader, frame: FrameStamp) {
    let identification = packet.identification ?? 0
    let shape = Self.shape(packet, header)
    // A copy may have been captured behind a router: only its hardware address and hop limit are new.
    lowestHopLimit = min(lowestHopLimit, packet.hopLimit)
    highestHopLimit = max(highestHopLimit, packet.hopLimit)
    var isLate = false
    if segments > 0 {
      if packet.hardwareSource != hardwareSource { hasSeveralHardwareSources = true }
      // A repeated SYN or SYN-ACK has been seen to have no Identification where the others have one.
      guard !header.flags.contains(.syn) else { return }
      let step = Int16(bitPattern: identification &- lastIdentification)
      if step == 0, identification != 0, lastShape == shape {
        copies &+= 1
        return
      }
      isLate = identification != 0 && (-256..<0).contains(step)
      if isLate || (1...256).contains(step) { smallIdentificationSteps &+= 1 }
    } else {
      hardwareSource = packet.hardwareSource
      trafficClass = packet.trafficClass
    }
    recordTime(frame.time)
    if identification == 0 { zeroIdentifications &+= 1 }
    if !isLate { (lastIdentification, lastShape) = (identification, shape) }
    if header.window == 0 || lastWindow == 0 && segments > 0 { recordWindow(header, frame) }
    lastWindow = header.window
    segments &+= 1
  }

  mutating func recordTime(_ time: Timestamp) {
    if let lastTime { lastSilence = time.since(lastTime) }
    lastTime = time
  }

  /// Segments of which the timestamp is looked at: those by which a connection is set up.
  static let timedSegments: UInt32 = 64
  /// In ticks: packets that overtake each other differ by less, even if a tick is a millisecond.
  private static let timestampStep: Int32 = -10_000

  /// RFC 7323 3.2, 5.4: each segment of a host that uses timestamps has one, and they never go back.
  mutating func recordTimestamp(_ packet: borrowing Packet, _ header: TCPHeader, number: Int, _ bytes: borrowing ByteView) {
    var timestamp: UInt32 = 0
    let options = TCPOptions(of: header, packet, in: bytes, timestamp: &timestamp)
    guard !options.kinds.contains(.incomplete) else { return }
    guard options.hasTimestamps else {
      if packet.payloadLength > 0, noTimestampFrame == nil { oddities.value.noTimestampFrame = number }
      return
    }
    let isNewer = Int32(bitPattern: header.sequenceNumber &- highestSequence) > 0
    if lastTimestamp != 0, isNewer, Int32(bitPattern: timestamp &- lastTimestamp) < Self.timestampStep, oldTimestampFrame == nil {
      oddities.value.oldTimestampFrame = number
    }
    if isNewer || lastTimestamp == 0 {
      highestSequence = header.sequenceNumber
      lastTimestamp = timestamp
    }
  }

  private static func shape(_ packet: borrowing Packet, _ header: TCPHeader) -> UInt64 {
    (UInt64(header.sequenceNumber) << 32 | UInt64(header.acknowledgmentNumber))
      ^ UInt64(truncatingIfNeeded: packet.payloadLength) << 24
  }

  /// A window closes, stays closed or opens again. The window field of a SYN or FIN does not count.
  private mutating func recordWindow(_ header: TCPHeader, _ frame: FrameStamp) {
    guard header.flags.isDisjoint(with: [.syn, .fin]) else { return }
    if header.window == 0, lastWindow != 0 || zeroWindow == nil {
      let isLonger = zeroWindow.map { $0.duration < ZeroWindow.notable } ?? true
      if isLonger { oddities.value.zeroWindow = ZeroWindow(since: frame) }
    } else if var window = zeroWindow, !window.isOver {
      window.duration = frame.time.since(window.since.time)
      window.isOver = header.window != 0
      oddities.value.zeroWindow = window
    }
  }
}

/// A time during which a host accepted no more data: RFC 9293 3.8.6.
package struct ZeroWindow: Hashable, Sendable {
  /// A stall that users notice.
  package static let notable = TimeSpan.seconds(5)

  package var since: FrameStamp
  /// Up to the last segment that said so, or to the one that opened the window again.
  package var duration = TimeSpan.zero
  package var isOver = false
}
