import Packets
import Protocols

/// A part of a message that is not the same at the sender's point and at the receiver's.
package struct FieldChange: Sendable, Equatable {
  /// As the specification calls it, or `bytes 100 to 107`.
  package var name: String
  /// nil when it is not there.
  package var sent: String?
  package var received: String?
  /// What is gone from a list, and what came into it.
  package var removed: [String] = []
  package var added: [String] = []
}

extension FieldChange {
  /// `removes 0x0300 and 0x0302 from Dialects`; what a device does with it.
  package var deed: String {
    if !removed.isEmpty, added.isEmpty { return "removes \(Self.list(removed)) from \(name)" }
    if !added.isEmpty, removed.isEmpty { return "adds \(Self.list(added)) to \(name)" }
    switch (sent, received) {
    case (let sent?, nil): return "removes \(name) (\(sent))"
    case (nil, let received?): return "adds \(name) (\(received))"
    case (let sent?, let received?) where sent != received: return "changes \(name) from \(sent) to \(received)"
    default: return "changes \(name)"
    }
  }

  static func list(_ items: [String]) -> String {
    guard let last = items.last, items.count > 1 else { return items.first ?? "" }
    return items.dropLast().joined(separator: ", ") + " and " + last
  }
}

extension FieldChange {
  /// Something in it that has no name, and of which no bytes were kept.
  static let contents = FieldChange(name: "the contents")
  /// It is in bytes that have no name.
  var isUnnamed: Bool { self == Self.contents || name.hasPrefix("byte") }

  /// What differs between a message as it was sent and as it arrived; empty when nothing does, as far as both recordings
  /// have it.
  ///
  /// - Parameter isExplained: another message of its packet is not the same.
  static func all(_ sent: PointMessage, _ received: PointMessage, isExplained: Bool = false) -> [FieldChange] {
    let packets = (sent.packet?.digest, received.packet?.digest)
    let areKnown = packets.0 != nil && packets.1 != nil
    if areKnown, packets.0 == packets.1, sent.member == received.member { return [] }
    if sent.hasSameBytes(as: received) {
      // The packet differs where its messages were not read.
      guard areKnown, sent.member == 0, received.member == 0, !isExplained else { return [] }
      return [behind(sent, received)]
    }
    let changes = inBytes(sent, received)
    guard changes.isEmpty else { return changes }
    guard sent.isWhole, received.isWhole, areKnown || sent.isAllRead && received.isAllRead else { return [] }
    return [rest(sent, received, behind: min(sent.bytes.count, received.bytes.count))]
  }

  private static func behind(_ sent: PointMessage, _ received: PointMessage) -> FieldChange {
    framing(sent, received) ?? (sent.size > 0 && !sent.isAllRead ? .contents : FieldChange(name: "bytes around it"))
  }

  /// The length in the NBSS header: RFC 1002 4.3.1.
  private static func framing(_ sent: PointMessage, _ received: PointMessage) -> FieldChange? {
    guard let ours = sent.packet, let theirs = received.packet, ours.size != theirs.size else { return nil }
    return FieldChange(name: lengthName, sent: "\(ours.size - NBSSHeader.length)", received: "\(theirs.size - NBSSHeader.length)")
  }

  static let lengthName = "the length in the NetBIOS header"

  /// What the bytes that were kept show.
  private static func inBytes(_ sent: PointMessage, _ received: PointMessage) -> [FieldChange] {
    let (ours, theirs) = (sent.bytes, received.bytes)
    let common = min(ours.count, theirs.count)
    guard common > 0 else { return [] }
    let isWhole = sent.isWhole && received.isWhole
    let isSameLength = sent.hasSameLength(as: received)
    if ours.prefix(common) == theirs.prefix(common) {
      return isWhole && !isSameLength ? [framing(sent, received)].compactMap(\.self) : []
    }
    // As long as before: each byte is where it was, whatever counts and offsets say now.
    if isSameLength || !isWhole || sent.identity.form == .unread || received.identity.form == .unread {
      let layout = sent.identity.form == .unread ? received : sent
      let changes = sameLayout(sent.fields(by: layout), received.fields(by: layout), limit: common)
      return changes + unnamed(ours, theirs, common, besides: changes.isEmpty ? [] : sent.fields(by: layout).map(\.range))
    }
    var changes = named(sent.fields, received.fields)
    // What lies behind the bytes that were kept is not gone.
    if ours.count < sent.size || theirs.count < received.size { changes.removeAll { $0.sent == nil || $0.received == nil } }
    return changes.isEmpty ? unnamed(ours, theirs, common, besides: []) : changes
  }

  /// Parts at the same places.
  private static func sameLayout(_ sent: [MessageField], _ received: [MessageField], limit: Int) -> [FieldChange] {
    sent.compactMap { field in
      guard field.range.upperBound <= limit, let other = received.first(where: { $0.range == field.range && $0.name == field.name }),
        other.bytes != field.bytes
      else { return nil }
      return FieldChange(name: field.name, sent: field.value, received: other.value)
    }
  }

  private static func named(_ sent: [MessageField], _ received: [MessageField]) -> [FieldChange] {
    var changes: [FieldChange] = []
    var theirs = received
    for field in sent {
      guard let place = theirs.firstIndex(where: { $0.name == field.name }) else {
        changes.append(FieldChange(name: field.name, sent: field.value, received: nil))
        continue
      }
      let other = theirs.remove(at: place)
      guard other.bytes != field.bytes else { continue }
      var change = FieldChange(name: field.name, sent: field.value, received: other.value)
      change.removed = missing(field.items, in: other.items)
      change.added = missing(other.items, in: field.items)
      changes.append(change)
    }
    changes += theirs.map { FieldChange(name: $0.name, sent: nil, received: $0.value) }
    return withoutConsequences(changes)
  }

  /// Items of a list that another list lacks, as often as they are in it.
  private static func missing(_ items: [String], in others: [String]) -> [String] {
    var others = others
    return items.filter { item in
      guard let place = others.firstIndex(of: item) else { return true }
      others.remove(at: place)
      return false
    }
  }

  /// Counts, lengths and offsets change with their contents: they are reported only if nothing else changed.
  private static func withoutConsequences(_ changes: [FieldChange]) -> [FieldChange] {
    let others = changes.filter {
      let name = $0.name
      return !["Count", "Length", "Len", "Offset"].contains(where: name.hasSuffix) || name.hasPrefix("Max")
    }
    return others.isEmpty ? changes : others
  }

  /// Ranges of bytes that have no name: padding, and commands whose layout is not known here.
  private static func unnamed(_ sent: [UInt8], _ received: [UInt8], _ common: Int, besides named: [Range<Int>]) -> [FieldChange] {
    let places = (0..<common).filter { place in sent[place] != received[place] && !named.contains { $0.contains(place) } }
    guard let first = places.first, let last = places.last else { return [] }
    return [FieldChange(name: first == last ? "byte \(first)" : "bytes \(first) to \(last)")]
  }

  /// What differs lies behind the bytes that were kept.
  private static func rest(_ sent: PointMessage, _ received: PointMessage, behind common: Int) -> FieldChange {
    if !sent.hasSameLength(as: received) {
      return FieldChange(name: "its length", sent: "\(sent.size) bytes", received: "\(received.size) bytes")
    }
    return common > 0 ? FieldChange(name: "bytes after byte \(common)") : .contents
  }
}

extension PointMessage {
  /// Of a message that looks like another kind, less may have been read.
  fileprivate func hasSameLength(as other: PointMessage) -> Bool {
    guard let ours = packet, let theirs = other.packet else { return size == other.size }
    return ours.size == theirs.size && (size == other.size || identity.form != other.identity.form)
  }

  /// All that was read of both is the same.
  fileprivate func hasSameBytes(as other: PointMessage) -> Bool {
    digest == other.digest && size == other.size && identity == other.identity
  }
}
