import Packets
import Protocols

/// A ``PointMessage`` without its bytes.
package struct StoredMessage: Sendable, Equatable {
  struct Flags: OptionSet, Equatable {
    var rawValue: UInt8
    static let response = Self(rawValue: 1)
    static let interim = Self(rawValue: 2)
    static let whole = Self(rawValue: 4)
    static let allRead = Self(rawValue: 8)
    static let validation = Self(rawValue: 16)
    static let ofSession = Self(rawValue: 32)
    static let hasPacket = Self(rawValue: 64)
    static let hasPacketDigest = Self(rawValue: 128)
  }

  var number: UInt64
  var digest: UInt64
  var time: Timestamp
  var reach: Int
  var packetStart = 0
  var packetDigest: UInt64 = 0
  var firstFrame: UInt32
  var lastFrame: UInt32
  var size: UInt32
  var packetSize: UInt32 = 0
  var bytes = MessageBytes.Place.none
  var form: PointMessage.Identity.Form
  var flags: Flags = []
  var member: UInt8 = 0
  var side: Side

  init(_ identity: PointMessage.Identity, _ side: Side, _ origin: MessageOrigin, reach: Int, size: Int, digest: UInt64) {
    number = identity.number
    self.digest = digest & Digest.ofMessage
    time = origin.lastTime
    self.reach = reach
    firstFrame = UInt32(clamping: origin.firstFrame)
    lastFrame = UInt32(clamping: origin.lastFrame)
    self.size = UInt32(clamping: size)
    form = identity.form
    if identity.isResponse { flags.insert(.response) }
    if identity.isInterim { flags.insert(.interim) }
    self.side = side
  }

  mutating func set(_ flag: Flags) { flags.insert(flag) }

  /// The packet that brought it, and its place among the messages of that.
  mutating func put(in packet: PacketMark?, member: Int) {
    self.member = UInt8(clamping: member)
    guard let packet else { return }
    (packetStart, packetSize) = (packet.start, UInt32(clamping: packet.size))
    flags.insert(.hasPacket)
    guard let digest = packet.digest else { return }
    packetDigest = digest & Digest.ofPacket
    flags.insert(.hasPacketDigest)
  }

  var stamp: FrameStamp { FrameStamp(number: Int(lastFrame), time: time) }
  var frame: Int { Int(lastFrame) }
  var establishes: Bool { flags.contains(.validation) || identity.establishes }
  /// Of its packet, where it belongs to a session: no other connection has the same.
  var digestOfSession: UInt64? { flags.isSuperset(of: [.ofSession, .hasPacketDigest]) ? packetDigest : nil }

  private var identity: PointMessage.Identity {
    PointMessage.Identity(form: form, isResponse: flags.contains(.response), number: number, isInterim: flags.contains(.interim))
  }

  /// With its bytes.
  func message(_ bytes: MessageBytes.Excerpt) -> PointMessage {
    var message = PointMessage(
      identity: identity, side: side, firstFrame: Int(firstFrame), stamp: stamp, reach: reach, size: Int(size),
      isWhole: flags.contains(.whole), digest: digest, excerpt: bytes)
    if flags.contains(.hasPacket) {
      message.packet = PacketMark(
        start: packetStart, size: Int(packetSize), digest: flags.contains(.hasPacketDigest) ? packetDigest : nil)
    }
    message.member = member
    message.isAllRead = flags.contains(.allRead)
    message.isValidation = flags.contains(.validation)
    message.isOfSession = flags.contains(.ofSession)
    return message
  }
}
