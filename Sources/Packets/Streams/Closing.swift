/// A FIN or RST, with what is needed to judge who really sent it.
package struct Closing: Sendable {
  package enum Kind: String, Sendable {
    case fin, rst
  }

  package var kind: Kind
  package var side: Side
  package var stamp: FrameStamp
  /// Bytes between the next expected one and the sequence number of this segment; 0 is what the host itself would send.
  package var sequenceDistance: Int
  /// Where in the sender's stream the segment stands.
  package var position: Int
  package var hasAck: Bool
  package var acknowledgmentNumber: UInt32
  package var window: UInt16
  package var hopLimit: UInt8
  package var trafficClass: UInt8
  package var identification: UInt16?
  package var hardwareSource: UInt64
  package var hasTimestamps: Bool
  /// Nanoseconds since the last segment of the other side; nil when there was none.
  package var sinceOtherSide: Int64?
  /// Nanoseconds between the last two segments of the other side: how long it had been silent before the last.
  package var otherSideSilence: Int64?
  /// The other side had already sent FIN or RST.
  package var followsOtherSide: Bool

  /// The same segment seen twice: a mirror port or two interfaces.
  func isCopy(of other: Closing) -> Bool {
    kind == other.kind && side == other.side && sequenceDistance == other.sequenceDistance
      && hasAck == other.hasAck && acknowledgmentNumber == other.acknowledgmentNumber
      && (identification == other.identification || hopLimit != other.hopLimit)
  }
}

/// How a host's segments looked before the end: the baseline that a forged one is held against.
///
/// Two for each open connection: the order of the fields leaves no gaps.
package struct HostTrace: Sendable {
  /// nil before its first segment.
  package internal(set) var lastTime: Timestamp?
  package internal(set) var lowestHopLimit: UInt8 = .max
  package internal(set) var highestHopLimit: UInt8 = 0
  package internal(set) var trafficClass: UInt8 = 0
  /// Its segments came from more than one hardware address: routers take turns, or two interfaces are captured.
  package internal(set) var hasSeveralHardwareSources = false
  package internal(set) var usesTimestamps = false
  package internal(set) var lastWindow: UInt16 = 0
  package internal(set) var lastIdentification: UInt16 = 0
  /// MSS option of the SYN or SYN-ACK, bytes.
  package internal(set) var maximumSegmentSize: UInt16 = 0
  package internal(set) var segments: UInt32 = 0
  /// Segments whose IPv4 Identification was 0.
  package internal(set) var zeroIdentifications: UInt32 = 0
  /// Segments whose Identification was 1 to 256 above the one before.
  package internal(set) var smallIdentificationSteps: UInt32 = 0
  package internal(set) var hardwareSource: UInt64 = 0
  /// The first segment with new data that came after this host's own RST.
  package internal(set) var frameAfterReset = 0
  /// Nanoseconds between its last two segments.
  var lastSilence: Int64 = 0

  package init() {}

  /// Starts from what the host's SYN or SYN-ACK showed.
  init(options: TCPOptions, hopLimit: UInt8) {
    maximumSegmentSize = options.maximumSegmentSize ?? 0
    usesTimestamps = options.hasTimestamps
    lowestHopLimit = hopLimit
    highestHopLimit = hopLimit
  }

  mutating func note(_ packet: borrowing Packet, header: TCPHeader, frame: FrameStamp) {
    let identification = packet.identification ?? 0
    if segments > 0 {
      let step = identification &- lastIdentification
      if step > 0, step <= 256 { smallIdentificationSteps &+= 1 }
      if packet.hardwareSource != hardwareSource { hasSeveralHardwareSources = true }
    } else {
      hardwareSource = packet.hardwareSource
      trafficClass = packet.trafficClass
    }
    if identification == 0 { zeroIdentifications &+= 1 }
    lastIdentification = identification
    lowestHopLimit = min(lowestHopLimit, packet.hopLimit)
    highestHopLimit = max(highestHopLimit, packet.hopLimit)
    lastWindow = header.window
    segments &+= 1
  }
}
