import Packets
import Protocols

/// Reads the two streams of a connection and keeps the redacted bytes, message by message.
final class StreamRedaction: StreamConsumer {
  /// Redacted bytes of one direction, at an offset. Everything between such ranges becomes zeros.
  struct Part {
    var offset: Int
    var bytes: [UInt8]
  }

  private enum Limit {
    /// The head of a message that sets up a session or share, with its NBSS header.
    static let message = 64 * 1024 + 4
    /// The same of others: NBSS header, SMB2 header, the longest fixed part (2.2.14, CREATE response).
    static let head = 4 + 64 + 88
  }

  private struct Direction {
    var held: [UInt8] = []
    /// Bytes at the beginning of ``held`` that are done with: removed together, since there may be very many messages.
    var done = 0
    /// Where in the stream ``held`` begins.
    var heldStart = 0
    var rest: ArraySlice<UInt8> { held[done...] }
    /// The next message is not known to begin here.
    var isSearching = false
    /// Nothing more of it is read.
    var isGivenUp = false
    var parts: [Part] = []
  }

  private let pseudonyms: Pseudonyms
  private let memory: RedactionMemory
  /// nil for SMB.
  private let lookupService: ServicePorts.LookupService?
  /// Bytes of the length before each message: RFC 4120 7.2.2, RFC 1035 4.2.2; nil for SMB.
  private let lengthWidth: Int?
  private var directions = [Direction(), Direction()]

  init(lookupService: ServicePorts.LookupService?, pseudonyms: Pseudonyms, memory: RedactionMemory) {
    self.lookupService = lookupService
    self.pseudonyms = pseudonyms
    self.memory = memory
    lengthWidth = lookupService.map { $0 == .kerberos ? 4 : 2 }
  }

  /// The redacted bytes of one direction, in order.
  func parts(of side: Side) -> [Part] { directions[Int(side.rawValue)].parts }

  /// No more bytes will come: what is there of unfinished messages is read.
  func finish() {
    for index in directions.indices { releaseCut(&directions[index]) }
  }

  // MARK: Bytes

  func receive(_ chunk: borrowing StreamChunk) -> Int {
    guard !chunk.bytes.isEmpty else { return 0 }
    return receive(chunk, &directions[Int(chunk.side.rawValue)])
  }

  func missed(_ count: Int, at offset: Int, side: Side, frame: FrameStamp) {
    releaseCut(&directions[Int(side.rawValue)])
    directions[Int(side.rawValue)].isSearching = true
  }

  private func receive(_ chunk: borrowing StreamChunk, _ direction: inout Direction) -> Int {
    guard !direction.isGivenUp else { return 0 }
    if direction.held.isEmpty || chunk.offset != direction.heldStart + direction.held.count {
      drop(&direction)
      direction.heldStart = chunk.offset
    }
    guard memory.take(chunk.bytes.count) else {
      drop(&direction)
      direction.isGivenUp = true
      return 0
    }
    chunk.bytes.append(to: &direction.held)
    while true {
      if direction.isSearching, !search(&direction) { return 0 }
      switch next(direction) {
      case .more:
        compact(&direction)
        return 0
      case .lost:
        if direction.heldStart + direction.done == 0, lengthWidth == nil { keepForeign(&direction) }
        direction.isSearching = true
        if lengthWidth != nil {
          direction.isGivenUp = true
          drop(&direction)
          return 0
        }
      case .message(let wanted, let length):
        release(direction.rest.prefix(wanted), &direction)
        guard length < direction.rest.count else {
          let skipped = length - direction.rest.count
          drop(&direction)
          return skipped
        }
        direction.done += length
      }
    }
  }

  private enum Next {
    case more
    /// No message begins here.
    case lost
    /// - `wanted`: bytes that are read; `length`: all of it.
    case message(wanted: Int, length: Int)
  }

  private func next(_ direction: borrowing Direction) -> Next {
    let held = direction.rest
    let view = ByteView(held.span)
    if let lengthWidth {
      guard let length = try? lengthWidth == 2 ? Int(view.u16be(at: 0)) : Int(view.u32be(at: 0)) else { return .more }
      guard length <= Limit.message else { return .lost }
      let whole = lengthWidth + length
      return held.count < whole ? .more : .message(wanted: whole, length: whole)
    }
    guard let header = try? NBSSHeader(view) else {
      // Less than a header of it: only the first byte may tell that it is none.
      return held.first.map { NBSSType(rawValue: $0).isKnown } ?? true ? .more : .lost
    }
    let whole = NBSSHeader.length + header.payloadLength
    guard header.type == .message else {
      guard header.type.isKnown, whole <= Limit.message else { return .lost }
      return held.count < whole ? .more : .message(wanted: whole, length: whole)
    }
    guard header.payloadLength > 0 else { return .message(wanted: whole, length: whole) }
    guard held.count >= min(whole, Limit.head) else { return held.count >= 10 && !SMBSignature.isCredible(view, at: 0) ? .lost : .more }
    guard SMBSignature.isCredible(view, at: 0) else { return .lost }
    let wanted = min(whole, Self.readsAll(view) ? Limit.message : Limit.head)
    return held.count < wanted ? .more : .message(wanted: wanted, length: whole)
  }

  /// Whether more than the head of a message is looked into: it leads to a session or share, or holds several.
  private static func readsAll(_ view: borrowing ByteView) -> Bool {
    guard (try? view.u32le(at: 4)) == SMB2Protocol.plain.rawValue, let command = try? view.u16le(at: 16),
      let next = try? view.u32le(at: 24)
    else { return true }
    return SMB2Command(rawValue: command).isControlPlane || next != 0
  }

  /// Moves to where a message begins; false when none is in sight.
  private func search(_ direction: inout Direction) -> Bool {
    let held = direction.rest
    let view = ByteView(held.span)
    for offset in 0..<held.count where SMBSignature.isCredible(view, at: offset) {
      direction.done += offset
      direction.isSearching = false
      return true
    }
    drop(&direction)
    return false
  }

  private func drop(_ direction: inout Direction) {
    memory.give(direction.held.count)
    direction.held = []
    direction.done = 0
  }

  /// What is done with is given up.
  private func compact(_ direction: inout Direction) {
    guard direction.done > 0 else { return }
    memory.give(direction.done)
    direction.held.removeFirst(direction.done)
    direction.heldStart += direction.done
    direction.done = 0
  }

  // MARK: Messages

  private func releaseCut(_ direction: inout Direction) {
    if !direction.isSearching, !direction.isGivenUp, direction.rest.count > 4 { release(direction.rest, &direction) }
    drop(&direction)
  }

  /// Beginnings of other protocols, which reveal only the protocol.
  private static let foreign: [[UInt8]] =
    [
      "HTTP/", "<!DOCTYPE", "<html", "GET ", "POST ", "SSH-", "220 ", "220-",
      // SMB Direct over iWARP: RFC 5044 7.1.
      "MPA ID Req Frame", "MPA ID Rep Frame",
    ].map { Array($0.utf8) } + (0x14...0x17).map { [$0, 3] }  // TLS: RFC 8446 5.1

  /// A first segment in another protocol: which it is, or that it is none that is known here.
  private func keepForeign(_ direction: inout Direction) {
    let rest = direction.rest
    let known = Self.foreign.first { rest.starts(with: $0) }
    // The type of an NBSS packet says nothing; any other first byte is one that NBSS does not have.
    let type = rest.first.flatMap { NBSSType(rawValue: $0).isKnown ? $0 : nil } ?? 0xff
    direction.parts.append(Part(offset: 0, bytes: known ?? [type]))
  }

  private func release(_ bytes: ArraySlice<UInt8>, _ direction: inout Direction) {
    guard memory.take(bytes.count) else {
      direction.isGivenUp = true
      return
    }
    var message = RedactedBytes(Array(bytes), pseudonyms)
    let all = message.original.indices
    if let lengthWidth {
      message.keep(0..<lengthWidth)
      let content = all.dropFirst(lengthWidth).indices
      if lookupService == .kerberos { message.redactKerberos(content) } else { message.redactDNS(content) }
    } else {
      message.keep(0..<NBSSHeader.length)
      let type = NBSSType(rawValue: bytes.first ?? 0)
      let content = all.dropFirst(NBSSHeader.length).indices
      if type == .message { message.redactSMB(content) } else { message.redactSessionPacket(type, content) }
    }
    direction.parts.append(Part(offset: direction.heldStart + direction.done, bytes: message.result))
  }
}

/// Bytes that are held and kept of all connections together.
final class RedactionMemory {
  /// More than the messages of any recording that a person examines.
  private static let maximum = 256 << 20
  private var budget = ByteBudget(limit: maximum)

  /// Times that there was no room: more than necessary became zeros.
  var limitsReached: Int { budget.limitsReached }

  func take(_ count: Int) -> Bool { budget.take(count) }

  func give(_ count: Int) { budget.give(count) }
}
