import Packets
import Protocols

/// What is kept of the messages of one connection: the first and the last ones, and those between them that set something up.
struct KeptMessages {
  enum Limit {
    /// The first messages of a connection are compared one by one: they set up sessions and shares.
    static let first = 32
    /// So many of them are kept as they are; then they are packed.
    static let unpacked = 4
    /// The last messages, because the connection may have ended after them.
    static let last = 16
    /// Messages between them that set up sessions and shares.
    static let middle = 64
    /// Bytes kept of a message whose fields are compared.
    static let message = 1024
    /// Bytes kept of a message that sets up nothing: its header.
    static let otherMessage = SMB2Header.length
    /// Bytes kept of a message that sets up sessions or shares, when the room for whole ones is used up.
    static let beginning = 128
    /// Identifying contents of one connection; the first ones are enough.
    static let keys = 16
    /// Signatures among them.
    static let signatures = 4
  }

  /// What the bytes that are kept are kept for; none takes the room of another.
  private enum Room: Int {
    /// NEGOTIATE, TREE_CONNECT and VALIDATE_NEGOTIATE_INFO, which devices change most.
    case own
    /// What else sets up sessions.
    case sessions
    /// The beginnings of what found no room there.
    case beginnings
    case others

    /// Bytes of one connection.
    var limit: Int {
      switch self {
      case .own: 2048
      case .sessions: 1536
      case .beginnings, .others: 768
      }
    }
  }

  private let memory: PointMemory
  /// The first ones that are not packed.
  private var first: [StoredMessage] = []
  /// Those before them.
  private var opened: PackedMessages?
  private var firstCount = 0
  /// Those that set up sessions and shares later on.
  private var middle: [StoredMessage] = []
  /// What is kept of all their bytes.
  private(set) var bytes = MessageBytes()
  private var ring: [StoredMessage] = []
  private var ringStart = 0
  /// All of these, of a connection that is over and waits for late packets.
  private var resting: Packed?
  /// Messages between the first and the last ones that are not kept.
  private(set) var passedOver = 0
  private(set) var keys: [ContentKey] = []
  /// Bytes that are kept, by their ``Room``.
  private var used: InlineArray<4, Int> = [0, 0, 0, 0]
  /// By who asks and who answers; the handshake knows better.
  private(set) var clientSide: Side?
  /// Messages of the packets in progress.
  private var pending: (first: [StoredMessage], second: [StoredMessage]) = ([], [])
  /// Where in its stream the frame ends that is being read.
  var chunkEnd = 0

  init(memory: PointMemory) { self.memory = memory }

  // MARK: All of them

  /// The first messages, those between, and the last ones, behind those that were passed over.
  struct Packed: Sendable {
    let messages: PackedMessages
    let counts: (first: UInt16, middle: UInt16, last: UInt16)

    var isEmpty: Bool { counts.first == 0 }
  }

  /// - Parameter other: those of the same connection in another recording.
  func packed(beside other: PackedMessages?) -> Packed {
    if let resting { return resting }
    let last = Array(ring[ringStart...] + ring[..<ringStart])
    return Packed(
      messages: PackedMessages(behind: opened, first, middle, last, beside: other),
      counts: (UInt16(firstCount), UInt16(middle.count), UInt16(last.count)))
  }

  /// Little is expected to come.
  mutating func rest(beside other: PointConnection?) {
    guard resting == nil, pending.first.isEmpty, pending.second.isEmpty else { return }
    resting = packed(beside: other?.packedMessages)
    (first, opened, middle, ring, ringStart) = ([], nil, [], [], 0)
    pending = ([], [])
    bytes = bytes.trimmed.shared(with: other?.bytes)
  }

  private mutating func wake() {
    guard let resting else { return }
    self.resting = nil
    let all = resting.messages.all
    let (first, middle) = (Int(resting.counts.first), Int(resting.counts.middle))
    opened = PackedMessages(Array(all.prefix(first)))
    self.middle = Array(all.dropFirst(first).prefix(middle))
    ring = Array(all.dropFirst(first + middle))
  }

  private var isOpened: Bool { firstCount >= Limit.first }

  // MARK: Messages

  mutating func addKeys(of header: SMB2Header, _ message: borrowing ByteView) {
    guard keys.count < Limit.keys else { return }
    for key in ContentKey.keys(of: header, message) where keys.count < Limit.keys && !keys.contains(key) {
      if key.kind == .signature, keys.count(where: { $0.kind == .signature }) >= Limit.signatures { continue }
      keys.append(key)
    }
  }

  /// - Parameter isAllRead: nothing of it comes behind these bytes.
  mutating func add(
    _ identity: PointMessage.Identity, _ bytes: borrowing ByteView, _ origin: MessageOrigin, _ side: Side, isWhole: Bool = true,
    isAllRead: Bool
  ) {
    if clientSide == nil { clientSide = identity.isResponse ? side.other : side }
    var message = StoredMessage(identity, side, origin, reach: chunkEnd, size: bytes.count, digest: Digest.of(bytes))
    if isWhole { message.set(.whole) }
    if isAllRead { message.set(.allRead) }
    if identity.isOfSMB2, (try? bytes.u64le(at: 40)) ?? 0 != 0 { message.set(.ofSession) }
    let isValidation = PointMessage.isValidation(bytes)
    if isValidation { message.set(.validation) }
    message.bytes = place(of: bytes, identity, isValidation: isValidation)
    append(message)
  }

  /// What cannot be looked into.
  mutating func add(closed identity: PointMessage.Identity, size: Int, _ origin: MessageOrigin, _ side: Side) {
    var message = StoredMessage(identity, side, origin, reach: chunkEnd, size: size, digest: identity.number)
    message.set(.whole)
    append(message)
  }

  private mutating func append(_ message: StoredMessage) {
    switch message.side {
    case .first: memory.lend(to: &pending.first, adding: message)
    case .second: memory.lend(to: &pending.second, adding: message)
    }
  }

  // MARK: Packets

  mutating func close(_ mark: PacketMark, _ piece: borrowing StreamChunk, head: [UInt8]) {
    let hasMessages = piece.side == .first ? !pending.first.isEmpty : !pending.second.isEmpty
    if mark.digest != nil, !hasMessages { return addUnread(mark, piece, head: head) }
    flush(piece.side, mark)
  }

  mutating func flush(_ side: Side, _ mark: PacketMark?) {
    var member = 0
    while var message = next(of: side, member) {
      message.put(in: mark, member: member)
      keep(message)
      member += 1
    }
    guard member > 0 else { return }
    if side == .first { memory.takeBack(&pending.first) } else { memory.takeBack(&pending.second) }
  }

  private func next(of side: Side, _ member: Int) -> StoredMessage? {
    switch side {
    case .first: member < pending.first.count ? pending.first[member] : nil
    case .second: member < pending.second.count ? pending.second[member] : nil
    }
  }

  /// A packet in which no message can be read.
  private mutating func addUnread(_ mark: PacketMark, _ piece: borrowing StreamChunk, head: [UInt8]) {
    var head = head
    if head.isEmpty { head = piece.bytes.prefix(NBSSHeader.length + PacketTape.Limit.head).copy() }
    let bytes = ByteView(head.span)
    guard let header = try? NBSSHeader(bytes), header.type == .message, header.payloadLength > 0 else { return }
    let origin = MessageOrigin(firstFrame: piece.frame.number, lastFrame: piece.frame.number, lastTime: piece.frame.time)
    let identity = PointMessage.Identity(form: .unread, isResponse: false, number: 0)
    var message = StoredMessage(
      identity, piece.side, origin, reach: chunkEnd, size: header.payloadLength, digest: mark.digest ?? 0)
    message.set(.whole)
    message.put(in: mark, member: 0)
    if !isOpened, let body = try? bytes.view(from: NBSSHeader.length) {
      message.bytes = place(of: body, .own, identity)
    }
    keep(message)
  }

  private mutating func keep(_ message: StoredMessage) {
    wake()
    if !isOpened { return keepFirst(message) }
    guard ring.count == Limit.last else { return ring.append(message) }
    // Most of them set up nothing, and messages are large.
    if ring[ringStart].establishes, middle.count < Limit.middle { middle.append(ring[ringStart]) } else { passedOver += 1 }
    ring[ringStart] = message
    ringStart = (ringStart + 1) % Limit.last
  }

  private mutating func keepFirst(_ message: StoredMessage) {
    first.append(message)
    firstCount += 1
    guard first.count >= Limit.unpacked || isOpened else { return }
    // Those of the other recording are looked for once: they are unpacked for it.
    opened = PackedMessages(behind: opened, first, beside: isOpened ? memory.known?.connection(with: keys)?.packedMessages : nil)
    first = []
    if isOpened { ring.reserveCapacity(Limit.last) }
  }

  // MARK: Bytes

  /// As much of a message as its kind deserves.
  private mutating func place(
    of bytes: borrowing ByteView, _ identity: PointMessage.Identity, isValidation: Bool
  ) -> MessageBytes.Place {
    if isValidation || identity.isWorthItsOwn { return place(of: bytes, .own, identity) }
    guard identity.establishes else {
      return !isOpened ? place(of: bytes, .others, identity, most: Limit.otherMessage) : .none
    }
    let whole = place(of: bytes, .sessions, identity)
    return whole.isEmpty ? place(of: bytes, .beginnings, identity, most: Limit.beginning) : whole
  }

  private mutating func place(
    of bytes: borrowing ByteView, _ room: Room, _ identity: PointMessage.Identity, most: Int = Limit.message
  ) -> MessageBytes.Place {
    let count = min(bytes.count, most, room.limit - used[room.rawValue])
    guard count > 0, count == bytes.count || count >= SMB2Header.length, memory.take(count) else { return .none }
    used[room.rawValue] += count
    return self.bytes.add(bytes.prefix(count), of: identity, &memory.templates)
  }
}
