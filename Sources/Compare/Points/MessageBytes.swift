import Packets
import Protocols

/// The bytes kept of the messages of one connection, each as what it has else than a message of another connection.
package struct MessageBytes: Sendable {
  /// Where those of one message are.
  struct Place: Sendable, Equatable {
    var start: UInt32 = 0
    var count: UInt16 = 0
    /// ``asTheyAre`` for bytes of no template.
    var template = Place.asTheyAre
    fileprivate static let asTheyAre = UInt16.max

    /// Of a message of which no bytes are kept.
    static let none = Place()
    var isEmpty: Bool { count == 0 && template == Self.asTheyAre }
  }

  /// The bytes of one message, put together when they are asked for. Those of most messages never are.
  struct Excerpt: Sendable {
    private let place: Place
    private let contents: [UInt8]
    private let template: [UInt8]?

    fileprivate init(_ place: Place, _ contents: [UInt8], _ template: [UInt8]?) {
      (self.place, self.contents, self.template) = (place, contents, template)
    }

    var bytes: [UInt8] {
      let (start, end) = (Int(place.start), Int(place.start) + Int(place.count))
      guard end <= contents.count else { return [] }
      return template.map { MessageTemplates.restored(contents[start..<end], $0) } ?? Array(contents[start..<end])
    }
  }

  private var contents: [UInt8] = []
  var count: Int { contents.count }

  mutating func add(_ bytes: borrowing ByteView, of identity: PointMessage.Identity, _ book: inout MessageTemplates) -> Place {
    guard !bytes.isEmpty else { return .none }
    let start = contents.count
    let template = book.append(bytes, of: identity, to: &contents)
    return Place(start: UInt32(clamping: start), count: UInt16(clamping: contents.count - start), template: template ?? Place.asTheyAre)
  }

  /// - Parameter templates: those of the recording.
  func excerpt(of message: StoredMessage, _ templates: [[UInt8]]) -> Excerpt {
    let place = message.bytes
    guard place.template != Place.asTheyAre, templates.indices.contains(Int(place.template)) else { return Excerpt(place, contents, nil) }
    return Excerpt(place, contents, templates[Int(place.template)])
  }

  /// In no more room than they take.
  var trimmed: MessageBytes {
    var trimmed = MessageBytes()
    trimmed.contents.reserveCapacity(contents.count)
    trimmed.contents += contents
    return trimmed
  }
}

extension MessageBytes {
  /// The same bytes take no room twice.
  func shared(with other: MessageBytes?) -> MessageBytes {
    other.flatMap { $0.contents == contents ? $0 : nil } ?? self
  }
}

/// Messages to which others are compared: those of one command and length differ in a few numbers, as a rule.
struct MessageTemplates: Sendable {
  private enum Limit {
    /// Of a recording.
    static let templates = 512
    /// Of one command and length.
    static let alike = 4
    /// Equal bytes between different ones that are not worth a new run.
    static let gap = 4
  }

  private struct Kind: Hashable, Sendable {
    var form: PointMessage.Identity.Form
    var isResponse: Bool
    var count: Int
  }

  private(set) var templates: [[UInt8]] = []
  private var places: [Kind: [UInt16]] = [:]

  /// Appends a message in the shortest form.
  ///
  /// - Returns: the template on which it is based; nil when the bytes are as they are.
  fileprivate mutating func append(_ bytes: borrowing ByteView, of identity: PointMessage.Identity, to contents: inout [UInt8]) -> UInt16? {
    let kind = Kind(form: identity.form, isResponse: identity.isResponse, count: bytes.count)
    let known = places[kind] ?? []
    var best: (place: UInt16, room: Int)?
    for place in known {
      let room = Self.room(of: bytes, templates[Int(place)])
      if room < best?.room ?? .max { best = (place, room) }
    }
    if let best, best.room < bytes.count, best.room <= bytes.count / 2 || known.count >= Limit.alike || templates.count >= Limit.templates {
      Self.append(bytes, as: templates[Int(best.place)], to: &contents)
      return best.place
    }
    guard known.count < Limit.alike, templates.count < Limit.templates else {
      bytes.append(to: &contents)
      return nil
    }
    let place = UInt16(templates.count)
    templates.append(bytes.copy())
    places[kind, default: []].append(place)
    return place
  }

  /// Bytes in front of a run: how many are skipped, and how many follow.
  private static let head = 4

  private static func room(of bytes: borrowing ByteView, _ template: [UInt8]) -> Int {
    var room = 0
    var place = 0
    while let run = nextRun(bytes, ByteView(template.span), from: place) {
      room += head + run.count
      place = run.upperBound
    }
    return room
  }

  /// What differs: for each run how many bytes are skipped, how many follow, and those.
  private static func append(_ bytes: borrowing ByteView, as template: [UInt8], to contents: inout [UInt8]) {
    var place = 0
    while let run = nextRun(bytes, ByteView(template.span), from: place), let other = try? bytes.view(at: run.lowerBound, count: run.count) {
      for number in [run.lowerBound - place, run.count] { contents += [UInt8(number & 0xff), UInt8(number >> 8)] }
      other.append(to: &contents)
      place = run.upperBound
    }
  }

  /// Bytes that differ, with few equal ones between them.
  private static func nextRun(_ bytes: borrowing ByteView, _ template: borrowing ByteView, from start: Int) -> Range<Int>? {
    guard let first = nextDifference(bytes, template, from: start) else { return nil }
    var end = first + 1
    while let next = nextDifference(bytes, template, from: end), next - end < Limit.gap { end = next + 1 }
    return first..<end
  }

  private static func nextDifference(_ bytes: borrowing ByteView, _ template: borrowing ByteView, from start: Int) -> Int? {
    var place = start
    // Word by word as long as nothing differs.
    while place + 8 <= bytes.count, let one = try? bytes.u64le(at: place), let other = try? template.u64le(at: place) {
      guard one == other else { return place + (one ^ other).trailingZeroBitCount / 8 }
      place += 8
    }
    while place < bytes.count {
      if (try? bytes.u8(at: place)) != (try? template.u8(at: place)) { return place }
      place += 1
    }
    return nil
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
