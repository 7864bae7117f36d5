import Packets
import Protocols

/// A ``PointMessage`` without its bytes.
package struct StoredMessage: Sendable {
  struct Flags: OptionSet {
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

  private var number: UInt64
  private(set) var digest: UInt64
  private var time: Timestamp
  private var reach: Int
  private var packetStart = 0
  private var packetDigest: UInt64 = 0
  private var firstFrame: UInt32
  private var lastFrame: UInt32
  private var size: UInt32
  private var packetSize: UInt32 = 0
  var bytes = MessageBytes.Place.none
  private var form: PointMessage.Identity.Form
  private var flags: Flags = []
  private var member: UInt8 = 0
  private(set) var side: Side

  init(_ identity: PointMessage.Identity, _ side: Side, _ origin: MessageOrigin, reach: Int, size: Int, digest: UInt64) {
    number = identity.number
    self.digest = digest
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
    packetDigest = digest
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

extension StoredMessage {
  /// Before the first one.
  static let none = StoredMessage(
    PointMessage.Identity(form: .unread, isResponse: false, number: 0), .first,
    MessageOrigin(firstFrame: 0, lastFrame: 0, lastTime: Timestamp(nanoseconds: 0)), reach: 0, size: 0, digest: 0)

  /// Shows a coder all that is known of it, with that of the message before it.
  mutating func code(_ coder: inout some NumberCoder, after before: StoredMessage) {
    coder.code(&number, before.number)
    coder.code(&digest)
    var nanoseconds = time.nanoseconds
    coder.code(&nanoseconds, before.time.nanoseconds)
    time = Timestamp(nanoseconds: nanoseconds)
    coder.code(&reach, before.reach)
    coder.code(&lastFrame, before.lastFrame)
    coder.code(&firstFrame, lastFrame)
    coder.code(&size, 0)
    coder.code(&member, 0)
    var (form, side, marks) = (self.form.code, self.side.rawValue, flags.rawValue)
    coder.code(&form, before.form.code)
    coder.code(&side, before.side.rawValue)
    coder.code(&marks, before.flags.rawValue)
    (self.form, self.side, flags) = (PointMessage.Identity.Form(code: form), side == 0 ? .first : .second, Flags(rawValue: marks))
    coder.code(&bytes.start, before.bytes.start &+ UInt32(before.bytes.count))
    coder.code(&bytes.count, 0)
    coder.code(&bytes.template, before.bytes.template)
    if flags.contains(.hasPacket) {
      coder.code(&packetStart, reach)
      coder.code(&packetSize, 0)
    }
    if flags.contains(.hasPacketDigest) { coder.code(&packetDigest) }
  }
}

extension PointMessage.Identity.Form {
  /// As one number: the kind above what it holds.
  fileprivate var code: UInt32 {
    switch self {
    case .smb2(let command): UInt32(command.rawValue)
    case .smb1(let command): 1 << 16 | UInt32(command.rawValue)
    case .session(let type): 2 << 16 | UInt32(type.rawValue)
    case .encrypted: 3 << 16
    case .compressed: 4 << 16
    case .unread: 5 << 16
    }
  }

  fileprivate init(code: UInt32) {
    switch code >> 16 {
    case 0: self = .smb2(SMB2Command(rawValue: UInt16(truncatingIfNeeded: code)))
    case 1: self = .smb1(SMB1Command(rawValue: UInt8(truncatingIfNeeded: code)))
    case 2: self = .session(NBSSType(rawValue: UInt8(truncatingIfNeeded: code)))
    case 3: self = .encrypted
    case 4: self = .compressed
    default: self = .unread
    }
  }
}
