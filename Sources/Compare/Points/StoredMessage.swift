import Packets
import Protocols

/// A ``PointMessage`` in little room: a recording may have a hundred thousand connections with some forty messages each.
package struct StoredMessage: Sendable {
  private struct Flags: OptionSet {
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

  private let number: UInt64
  let digest: UInt64
  private let time: Timestamp
  private let reach: Int
  private let packetStart: Int
  private let packetDigest: UInt64
  private let firstFrame: UInt32
  private let lastFrame: UInt32
  private let size: UInt32
  private let packetSize: UInt32
  fileprivate let bytes: MessageBytes.Place
  private let form: PointMessage.Identity.Form
  private let flags: Flags
  private let member: UInt8
  let side: Side

  init(_ message: PointMessage, bytes: MessageBytes.Place) {
    number = message.identity.number
    digest = message.digest
    time = message.stamp.time
    reach = message.reach
    packetStart = message.packet?.start ?? 0
    packetDigest = message.packet?.digest ?? 0
    firstFrame = UInt32(clamping: message.firstFrame)
    lastFrame = UInt32(clamping: message.stamp.number)
    size = UInt32(clamping: message.size)
    packetSize = UInt32(clamping: message.packet?.size ?? 0)
    self.bytes = bytes
    form = message.identity.form
    var flags: Flags = []
    if message.identity.isResponse { flags.insert(.response) }
    if message.identity.isInterim { flags.insert(.interim) }
    if message.isWhole { flags.insert(.whole) }
    if message.isAllRead { flags.insert(.allRead) }
    if message.isValidation { flags.insert(.validation) }
    if message.isOfSession { flags.insert(.ofSession) }
    if message.packet != nil { flags.insert(.hasPacket) }
    if message.packet?.digest != nil { flags.insert(.hasPacketDigest) }
    self.flags = flags
    member = message.member
    side = message.side
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
  func message(_ bytes: [UInt8]) -> PointMessage {
    var message = PointMessage(
      identity: identity, side: side, firstFrame: Int(firstFrame), stamp: stamp, reach: reach, size: Int(size),
      isWhole: flags.contains(.whole), digest: digest, bytes: bytes)
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

/// The bytes kept of the messages of one connection, each as what it has else than a message of another connection.
package struct MessageBytes: Sendable {
  /// Where those of one message are.
  struct Place: Sendable {
    fileprivate var start: UInt32 = 0
    fileprivate var count: UInt16 = 0
    /// ``none`` for bytes as they are.
    fileprivate var template = Place.none
    fileprivate static let none = UInt16.max
  }

  private var contents: [UInt8] = []
  var count: Int { contents.count }

  mutating func add(_ bytes: [UInt8], of identity: PointMessage.Identity, _ book: MessageTemplates) -> Place {
    guard !bytes.isEmpty else { return Place() }
    let start = contents.count
    let template = book.append(bytes, of: identity, to: &contents)
    return Place(start: UInt32(clamping: start), count: UInt16(clamping: contents.count - start), template: template ?? Place.none)
  }

  /// - Parameter templates: those of the recording.
  func bytes(of message: StoredMessage, _ templates: [[UInt8]]) -> [UInt8] {
    let place = message.bytes
    let (start, end) = (Int(place.start), Int(place.start) + Int(place.count))
    guard end <= contents.count else { return [] }
    guard place.template != Place.none, templates.indices.contains(Int(place.template)) else { return Array(contents[start..<end]) }
    return MessageTemplates.restored(contents[start..<end], templates[Int(place.template)])
  }

  /// In no more room than they take.
  var trimmed: MessageBytes {
    var trimmed = MessageBytes()
    trimmed.contents.reserveCapacity(contents.count)
    trimmed.contents += contents
    return trimmed
  }
}

/// Messages to which others are compared: those of one command and length differ in a few numbers, as a rule.
final class MessageTemplates {
  private enum Limit {
    /// Of a recording.
    static let templates = 512
    /// Of one command and length.
    static let alike = 4
    /// Equal bytes between different ones that are not worth a new run.
    static let gap = 4
  }

  private struct Kind: Hashable {
    var form: PointMessage.Identity.Form
    var isResponse: Bool
    var count: Int
  }

  private(set) var templates: [[UInt8]] = []
  private var places: [Kind: [UInt16]] = [:]

  /// Appends a message in the shortest form.
  ///
  /// - Returns: the template on which it is based; nil when the bytes are as they are.
  fileprivate func append(_ bytes: [UInt8], of identity: PointMessage.Identity, to contents: inout [UInt8]) -> UInt16? {
    let kind = Kind(form: identity.form, isResponse: identity.isResponse, count: bytes.count)
    let known = places[kind] ?? []
    let choices = known.map { (place: $0, runs: Self.runs(bytes, templates[Int($0)])) }
    let best = choices.min { $0.runs.count < $1.runs.count }
    if let best, best.runs.count <= bytes.count / 2 || known.count >= Limit.alike || templates.count >= Limit.templates {
      if best.runs.count < bytes.count {
        contents += best.runs
        return best.place
      }
      contents += bytes
      return nil
    }
    guard templates.count < Limit.templates else {
      contents += bytes
      return nil
    }
    let place = UInt16(templates.count)
    templates.append(bytes)
    places[kind, default: []].append(place)
    return place
  }

  /// What differs: for each run how many bytes are skipped, how many follow, and those.
  private static func runs(_ bytes: [UInt8], _ template: [UInt8]) -> [UInt8] {
    var runs: [UInt8] = []
    var (place, end) = (0, 0)
    while let start = (place..<bytes.count).first(where: { bytes[$0] != template[$0] }) {
      var last = start
      var next = start + 1
      while next < bytes.count, next - last <= Limit.gap {
        if bytes[next] != template[next] { last = next }
        next += 1
      }
      for number in [start - end, last + 1 - start] { runs += [UInt8(number & 0xff), UInt8(number >> 8)] }
      runs += bytes[start...last]
      (place, end) = (last + 1, last + 1)
    }
    return runs
  }

  fileprivate static func restored(_ runs: ArraySlice<UInt8>, _ template: [UInt8]) -> [UInt8] {
    var bytes = template
    var (place, end) = (runs.startIndex, 0)
    while place + 4 <= runs.endIndex {
      let skipped = Int(runs[place]) | Int(runs[place + 1]) << 8
      let count = Int(runs[place + 2]) | Int(runs[place + 3]) << 8
      let start = end + skipped
      place += 4
      guard start + count <= bytes.count, place + count <= runs.endIndex else { return bytes }
      bytes.replaceSubrange(start..<(start + count), with: runs[place..<(place + count)])
      (place, end) = (place + count, start + count)
    }
    return bytes
  }
}
