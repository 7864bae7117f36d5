import Packets
import Protocols

extension StoredMessage {
  /// Before the first one.
  static let none = StoredMessage(
    PointMessage.Identity(form: .unread, isResponse: false, number: 0), .first,
    MessageOrigin(firstFrame: 0, lastFrame: 0, lastTime: Timestamp(nanoseconds: 0)), reach: 0, size: 0, digest: 0)

  /// What a message is like that its neighbours let one expect, so that it is not written.
  struct Shape: OptionSet {
    var rawValue: UInt8
    /// It is a message of the other recording.
    static let isBeside = Self(rawValue: 1)
    /// Some of that are not in this one.
    static let skips = Self(rawValue: 2)
    static let isOfSecond = Self(rawValue: 4)
    /// Of the same command as the one before it.
    static let isAlike = Self(rawValue: 8)
    static let isInOneFrame = Self(rawValue: 16)
    static let hasNoBytes = Self(rawValue: 32)
    /// The only message of its packet, all of which was read.
    static let fillsPacket = Self(rawValue: 64)
    /// Its packet begins where the frame ended with the one before it, and ends with its frame.
    static let isNext = Self(rawValue: 128)
  }

  /// The messages before one.
  struct Around {
    fileprivate var last = StoredMessage.none
    private var ofFirst = StoredMessage.none
    private var ofSecond = StoredMessage.none
    /// Where the kept bytes of the next one begin.
    fileprivate var bytesEnd: UInt32 = 0
    fileprivate var template: UInt16 = 0

    mutating func add(_ message: StoredMessage) {
      last = message
      if message.side == .first { ofFirst = message } else { ofSecond = message }
      guard !message.bytes.isEmpty else { return }
      bytesEnd = message.bytes.start &+ UInt32(message.bytes.count)
      template = message.bytes.template
    }

    /// Of the same sender.
    fileprivate func last(of side: Side) -> StoredMessage { side == .first ? ofFirst : ofSecond }
  }

  /// The same message at another point: all but its frames and time.
  func isSame(as other: StoredMessage) -> Bool {
    digest == other.digest && packetDigest == other.packetDigest && number == other.number && reach == other.reach
      && packetStart == other.packetStart && size == other.size && packetSize == other.packetSize && bytes == other.bytes
      && flags == other.flags && member == other.member && side == other.side && form == other.form
  }

  private func with(framesOf other: StoredMessage) -> StoredMessage {
    var changed = self
    (changed.firstFrame, changed.lastFrame, changed.time) = (other.firstFrame, other.lastFrame, other.time)
    return changed
  }

  /// A message that another recording has.
  ///
  /// - Parameters:
  ///   - other: the message there.
  ///   - behind: the one before it there: the next one follows it as soon here.
  mutating func code(
    _ coder: inout some NumberCoder, _ shape: Shape, after around: Around, like other: StoredMessage, behind: StoredMessage
  ) {
    self = other.with(framesOf: self)
    let (wait, distance) = (other.time.nanoseconds &- behind.time.nanoseconds, other.lastFrame &- behind.lastFrame)
    code(&coder, shape, nanoseconds: around.last.time.nanoseconds &+ wait, frame: around.last.lastFrame &+ distance)
  }

  /// - Parameter nanoseconds: when it is expected, and in which frame.
  private mutating func code(_ coder: inout some NumberCoder, _ shape: Shape, nanoseconds: Int64, frame: UInt32) {
    var own = time.nanoseconds
    coder.code(&own, nanoseconds)
    time = Timestamp(nanoseconds: own)
    coder.code(&lastFrame, frame)
    if shape.contains(.isInOneFrame) { firstFrame = lastFrame } else { coder.code(&firstFrame, lastFrame) }
  }

  /// Shows a coder all that is known of it.
  mutating func code(_ coder: inout some NumberCoder, _ shape: Shape, after around: Around) {
    side = shape.contains(.isOfSecond) ? .second : .first
    let before = around.last(of: side)
    coder.code(byte: &flags.rawValue)
    if shape.contains(.isAlike) {
      form = before.form
    } else {
      var code = form.code
      coder.code(&code, before.form.code)
      form = PointMessage.Identity.Form(code: code)
    }
    coder.code(&number, before.number &+ 1)
    code(&coder, shape, nanoseconds: around.last.time.nanoseconds, frame: around.last.lastFrame)
    coder.code(&digest, bytes: Digest.bytesOfMessage)
    codePlace(&coder, shape, after: before)
    guard !shape.contains(.hasNoBytes) else {
      bytes = .none
      return
    }
    coder.code(&bytes.start, around.bytesEnd)
    coder.code(&bytes.count, 0)
    coder.code(&bytes.template, around.template)
  }

  private mutating func codePlace(_ coder: inout some NumberCoder, _ shape: Shape, after before: StoredMessage) {
    if flags.contains(.hasPacket) { coder.code(&packetSize, 0) }
    if shape.contains(.fillsPacket) {
      (size, member) = (packetSize &- UInt32(NBSSHeader.length), 0)
    } else {
      coder.code(&size, 0)
      coder.code(&member, 0)
    }
    if shape.contains(.isNext) {
      (packetStart, reach) = (before.reach, before.reach &+ Int(packetSize))
    } else {
      coder.code(&reach, before.reach)
      if flags.contains(.hasPacket) { coder.code(&packetStart, reach) }
    }
    if flags.contains(.hasPacketDigest) { coder.code(&packetDigest, bytes: Digest.bytesOfPacket) }
  }
}

extension StoredMessage.Shape {
  /// Of a message that the other recording has.
  init(messageBeside message: StoredMessage) {
    self = message.firstFrame == message.lastFrame ? [.isBeside, .isInOneFrame] : .isBeside
  }

  init(_ message: StoredMessage, after around: StoredMessage.Around) {
    let before = around.last(of: message.side)
    self = []
    if message.side == .second { insert(.isOfSecond) }
    if message.form == before.form { insert(.isAlike) }
    if message.firstFrame == message.lastFrame { insert(.isInOneFrame) }
    if message.bytes == .none { insert(.hasNoBytes) }
    guard message.flags.contains(.hasPacket) else { return }
    if message.member == 0, message.packetSize >= NBSSHeader.length, message.size == message.packetSize - UInt32(NBSSHeader.length) {
      insert(.fillsPacket)
    }
    if message.packetStart == before.reach, message.reach == before.reach &+ Int(message.packetSize) { insert(.isNext) }
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
