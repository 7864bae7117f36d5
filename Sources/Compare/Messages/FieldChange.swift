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
  /// What differs between a message as it was sent and as it arrived; empty when nothing does, as far as both recordings
  /// have it.
  static func all(_ sent: PointMessage, _ received: PointMessage) -> [FieldChange] {
    if sent.digest == received.digest, sent.size == received.size { return [] }
    let (ours, theirs) = (sent.bytes, received.bytes)
    let isWhole = sent.isWhole && received.isWhole
    let common = min(ours.count, theirs.count)
    if !isWhole, ours.prefix(common) == theirs.prefix(common) { return [] }
    // A message that is cut has fewer fields, which says nothing.
    let limit = isWhole ? Int.max : common
    var changes = named(sent.fields.filter { $0.range.upperBound <= limit }, received.fields.filter { $0.range.upperBound <= limit })
    if changes.isEmpty { changes = unnamed(ours, theirs, isWhole ? nil : common) }
    guard changes.isEmpty else { return changes }
    guard isWhole, !ours.isEmpty || !theirs.isEmpty || sent.digest != received.digest else { return [] }
    return [rest(sent, received, behind: common)]
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
      !($0.name.hasSuffix("Count") || $0.name.hasSuffix("Length") || $0.name.hasSuffix("Offset"))
    }
    return others.isEmpty ? changes : others
  }

  /// Ranges of bytes that have no name: padding, and commands whose layout is not known here.
  private static func unnamed(_ sent: [UInt8], _ received: [UInt8], _ limit: Int?) -> [FieldChange] {
    let common = min(sent.count, received.count, limit ?? .max)
    let places = (0..<common).filter { sent[$0] != received[$0] }
    guard let first = places.first, let last = places.last else { return [] }
    return [FieldChange(name: first == last ? "byte \(first)" : "bytes \(first) to \(last)")]
  }

  /// What differs lies behind the bytes that were kept.
  private static func rest(_ sent: PointMessage, _ received: PointMessage, behind common: Int) -> FieldChange {
    if sent.size != received.size {
      return FieldChange(name: "the length", sent: "\(sent.size) bytes", received: "\(received.size) bytes")
    }
    return FieldChange(name: common > 0 ? "bytes after byte \(common)" : "its contents")
  }
}
