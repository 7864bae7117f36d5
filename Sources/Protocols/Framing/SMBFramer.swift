package import Packets

/// Cuts one stream into NBSS packets and SMB messages, asking only for the bytes that are read
/// (RFC 1002 4.3.1, MS-SMB2 2.1, 2.2.1).
package struct SMBFramer {
  enum Limit {
    /// A control-plane message is read completely up to this size: a 64 KiB security buffer and its headers.
    static let controlMessage = 64 * 1024 + 88
    /// Enough of an IOCTL for FSCTL_VALIDATE_NEGOTIATE_INFO with any known list of dialects, and for a DFS referral
    /// with a dozen targets.
    static let ioctl = 4096
    /// Bytes that a packet may have after the data of its last message.
    static let padding = 64 * 1024
    /// A compressed message is collected and decompressed up to this size: requests and answers that establish a
    /// connection are far smaller, longer ones carry file data.
    static let compressed = 64 * 1024
    /// A session request has 68 bytes, other packets of the session service fewer.
    static let sessionPacket = 256
    /// Encrypted messages of one packet that are reported with its last frame; further ones are reported before it.
    static let encryptedMessages = 64
  }

  enum State {
    /// Before an NBSS header.
    case boundary
    /// In a message of the current packet, before its wanted bytes are there.
    case member
    /// Behind the last wanted byte of the packet.
    case tail
    /// After a hole or nonsense: looking for the next credible NBSS header.
    case searching
  }

  var partial = Boxed<Partial>()
  /// Stream offset where the current structure (NBSS header or member) begins.
  var structureStart = 0
  var packetEnd = 0
  let side: Side
  var state: State
  var packetType = NBSSType.message
  /// Two flags in one byte. A framer is moved for each segment, and each field costs time.
  private var marks: UInt8
  /// How many bytes of the last chunk were looked at; the rest was skipped.
  package private(set) var chunkUse: Int32 = 0

  var hasPendingCompletion: Bool {
    get { marks & 0b01 != 0 }
    set { marks = marks & 0b10 | (newValue ? 0b01 : 0) }
  }

  /// The user gave keys, so signed and encrypted messages are wanted with all their bytes.
  var readsWhole: Bool { marks & 0b10 != 0 }

  /// State that a stream has only in the middle of a message.
  struct Partial: DefaultInitializable {
    /// Bytes of the current structure from earlier chunks.
    var held: [UInt8] = []
    /// The frame that brought the first of them.
    var heldSince = 0
    var searchedByteCount = 0
    /// Encrypted messages of a packet of which bytes are still to come.
    var pendingEncrypted: [(sessionID: UInt64, size: Int, firstFrame: Int)] = []
  }

  var held: [UInt8] {
    get { partial.read { $0.held } }
    _modify { yield &partial.value.held }
  }

  var isHolding: Bool { !partial.isAbsent && !partial.read { $0.held.isEmpty } }

  /// Bytes looked through since the last message without finding a credible boundary.
  package var searchedByteCount: Int { partial.isAbsent ? 0 : partial.read { $0.searchedByteCount } }

  /// Where the next packet begins, behind the one that is being read; nil while it is looked for.
  package var boundary: Int? {
    switch state {
    case .boundary: structureStart
    case .member, .tail: packetEnd
    case .searching: nil
    }
  }

  /// - Parameter isAligned: the stream begins with an NBSS header; false when the capture starts in its middle.
  package init(side: Side, isAligned: Bool, readsWhole: Bool = false) {
    self.side = side
    marks = readsWhole ? 0b10 : 0
    state = isAligned ? .boundary : .searching
  }

  /// Takes the next bytes of the stream.
  ///
  /// - Returns: how many bytes behind the chunk are not wanted.
  package mutating func receive(_ chunk: borrowing StreamChunk, sink: any SMBMessageSink) -> Int {
    let end = chunk.offset + chunk.bytes.count
    var position = chunk.offset
    chunkUse = 0
    while true {
      switch state {
      case .tail:
        if end < packetEnd { return packetEnd - end }
        position = packetEnd
        completePacket(chunk.frame, sink)
      case .searching:
        guard let found = search(chunk, from: position) else { return 0 }
        position = found
      case .boundary:
        guard let next = passOver(chunk, from: position, sink) ?? readBoundary(chunk, from: position, sink)
        else { return 0 }
        position = next
      case .member:
        guard let next = readMember(chunk, from: position, sink) else { return 0 }
        position = next
      }
      if state != .tail, position >= end { return position - end }
    }
  }

  // MARK: States

  /// Gives up the rest of the packet. Messages that were handed on stay.
  mutating func abandon(_ frame: FrameStamp, _ sink: any SMBMessageSink) {
    state = .searching
    clearHeld()
    releasePending(frame, sink)
  }

  private mutating func completePacket(_ frame: FrameStamp, _ sink: any SMBMessageSink) {
    releasePending(frame, sink)
    structureStart = packetEnd
    state = .boundary
  }

  /// Announces the messages of a skipped packet while their headers lie whole in this chunk: the fast path for bulk traffic.
  /// The general path gives the same result, and takes over where this one stops.
  ///
  /// - Returns: where to go on; nil when the general path has to read the packet from its start.
  private mutating func passOver(
    _ chunk: borrowing StreamChunk, from position: Int, _ sink: any SMBMessageSink
  ) -> Int? {
    guard !readsWhole, !isHolding, let word = try? chunk.bytes.u32be(at: position - chunk.offset), word >> 24 == 0 else { return nil }
    var used = position
    let start = position + NBSSHeader.length
    let end = start + Int(word)
    let isComplete = end <= chunk.offset + chunk.bytes.count
    let origin = MessageOrigin(
      firstFrame: chunk.frame.number, lastFrame: chunk.frame.number, lastTime: chunk.frame.time)
    var member = start
    while member < end, let header = try? chunk.bytes.view(at: member - chunk.offset, count: SMB2Header.length),
      let next = Self.passableMember(header, room: end - member)
    {
      let asks = next.command == .create || next.command == .queryInfo
      let asked = asks ? Self.asked(next.command, chunk.bytes, at: member - chunk.offset) : nil
      sink.passing(
        PassedHeader(header, command: next.command, asked: asked ?? .unseen), header.rebased(), origin: origin, side: side, isComplete: isComplete)
      used = member + (asked?.length ?? SMB2Header.length)
      member = next.distance == 0 ? end : member + next.distance
    }
    guard member > start else { return nil }
    recordUse(until: used, of: chunk)
    packetType = .message
    packetEnd = end
    structureStart = member
    hasPendingCompletion = !isComplete
    state = member < end ? .member : isComplete ? .boundary : .tail
    return member
  }

  private mutating func readBoundary(
    _ chunk: borrowing StreamChunk, from position: Int, _ sink: any SMBMessageSink
  ) -> Int? {
    structureStart = position - held.count
    let earlier = held.count
    return withStructure(chunk, from: position, needs: NBSSHeader.length) { framer, bytes, origin in
      guard let header = try? NBSSHeader(bytes), header.type.isKnown,
        header.type == .message || header.payloadLength <= Limit.sessionPacket
      else {
        sink.unreadable(
          "NBSS header", DecodeError(offset: 0, reason: .unexpected(field: "type", value: UInt64((try? bytes.u8(at: 0)) ?? 0))),
          frame: chunk.frame, side: framer.side)
        framer.abandon(chunk.frame, sink)
        // A header may begin one byte on, in bytes of an earlier chunk too.
        framer.held = (try? bytes.view(at: 1, count: earlier - 1).copy()) ?? []
        return max(framer.structureStart + 1, position)
      }
      framer.packetType = header.type
      framer.packetEnd = framer.structureStart + NBSSHeader.length + header.payloadLength
      // After a search more than the header may be held.
      if !framer.held.isEmpty { framer.held = Array(framer.held.dropFirst(NBSSHeader.length)) }
      framer.structureStart += NBSSHeader.length
      if header.payloadLength == 0 {
        framer.state = .boundary
        if header.type != .message { sink.session(header.type, bytes.prefix(0), origin: origin, side: framer.side) }
      } else {
        framer.state = .member
      }
      return framer.structureStart + framer.held.count
    }
  }

  private mutating func readMember(
    _ chunk: borrowing StreamChunk, from position: Int, _ sink: any SMBMessageSink
  ) -> Int? {
    let room = packetEnd - structureStart
    if position == chunk.offset, isInterrupted(by: chunk.bytes) {
      sink.unreadable("SMB message", Self.lyingLength(room), frame: chunk.frame, side: side)
      abandon(chunk.frame, sink)
      return position
    }
    // First the bytes that show the kind, then as much as that kind needs.
    var needs = min(room, packetType == .message ? SMB2Header.length : Limit.sessionPacket)
    if let known = wanted(chunk, from: position, room: room) { needs = known }
    let earlier = held.count
    return withStructure(chunk, from: position, needs: needs) { framer, bytes, origin in
      let next = framer.emit(bytes, room: room, end: chunk.offset + chunk.bytes.count, origin, chunk.frame, sink)
      framer.clearHeld()
      guard framer.state == .member else {
        let kept = min(earlier, SMBSignature.span - 1)
        framer.held = (try? bytes.view(at: earlier - kept, count: kept).copy()) ?? []
        return max(framer.structureStart, position)
      }
      guard let next, next < room else {
        framer.state = .tail
        return framer.packetEnd
      }
      framer.structureStart += next
      return framer.structureStart
    }
  }

  /// How many bytes of the member at `structureStart` are wanted, as soon as its header is there.
  private func wanted(_ chunk: borrowing StreamChunk, from position: Int, room: Int) -> Int? {
    guard packetType == .message else { return nil }
    guard !held.isEmpty else {
      guard let bytes = try? chunk.bytes.view(from: position - chunk.offset) else { return nil }
      return wanted(bytes, room: room)
    }
    if held.count >= Self.transformHead { return wanted(ByteView(held.span), room: room) }
    // The header itself is split: look at it joined.
    var head = held
    let more = min(Self.transformHead - held.count, chunk.offset + chunk.bytes.count - position)
    guard more > 0, let bytes = try? chunk.bytes.view(at: position - chunk.offset, count: more) else { return nil }
    bytes.append(to: &head)
    return wanted(ByteView(head.span), room: room)
  }

  // MARK: Bytes

  /// Runs `body` on the first `needs` bytes of the current structure, in place when one chunk has them all.
  ///
  /// - Returns: what `body` returns, a stream offset; nil when more bytes are needed.
  private mutating func withStructure(
    _ chunk: borrowing StreamChunk, from position: Int, needs: Int,
    _ body: (inout SMBFramer, borrowing ByteView, MessageOrigin) -> Int
  ) -> Int? {
    let available = chunk.offset + chunk.bytes.count - position
    let missing = needs - held.count
    guard available >= 0, let fresh = try? chunk.bytes.view(from: position - chunk.offset) else { return nil }
    recordUse(until: position + min(available, missing), of: chunk)
    guard available >= missing else {
      if available > 0 {
        if held.isEmpty { partial.value.heldSince = chunk.frame.number }
        fresh.append(to: &held)
      }
      return nil
    }
    let first = held.isEmpty ? chunk.frame.number : partial.read({ $0.heldSince })
    let origin = MessageOrigin(
      firstFrame: first, lastFrame: chunk.frame.number, lastTime: chunk.frame.time)
    if held.isEmpty { return body(&self, fresh.prefix(needs).rebased(), origin) }
    fresh.prefix(missing).append(to: &held)
    let joined = held
    return body(&self, ByteView(joined.span).prefix(needs), origin)
  }

  mutating func clearHeld() { if isHolding { held = [] } }

  mutating func recordUse(until position: Int, of chunk: borrowing StreamChunk) {
    chunkUse = max(chunkUse, Int32(truncatingIfNeeded: position - chunk.offset))
  }
}
