/// DNS messages: RFC 1035 4.1. Names and addresses are replaced, other data becomes zeros.
extension RedactedBytes {
  private enum Limit {
    /// Records of one message; further ones become zeros.
    static let records = 256
    /// Labels of one name: RFC 1035 3.1 allows 127.
    static let labels = 128
  }

  mutating func redactDNS(_ range: Range<Int>) {
    let start = range.lowerBound
    keep(range.prefix(12).indices)
    guard let questions = u16be(start + 4) else { return }
    var offset: Int? = start + 12
    for _ in 0..<min(questions, Limit.records) {
      guard let end = offset.flatMap({ renameLabels(at: $0, range) }) else { return }
      keep(clamped(end, 4, to: range.upperBound))
      offset = end + 4
    }
    let records = [6, 8, 10].reduce(0) { $0 + (u16be(start + $1) ?? 0) }
    for _ in 0..<min(records, Limit.records) {
      guard let begin = offset else { return }
      offset = redactRecord(at: begin, range)
    }
  }

  /// - Returns: where the next one begins.
  private mutating func redactRecord(at offset: Int, _ range: Range<Int>) -> Int? {
    guard let end = renameLabels(at: offset, range), let type = u16be(end), let count = u16be(end + 8) else { return nil }
    keep(clamped(end, 10, to: range.upperBound))
    let data = clamped(end + 10, count, to: range.upperBound)
    switch type {
    case 1 where data.count == 4: replaceAddress(at: data.lowerBound)
    case 28 where data.count == 16: replaceAddress6(at: data.lowerBound)
    case 2, 5, 12: _ = renameLabels(at: data.lowerBound, range)
    // SOA: two names, five numbers.
    case 6:
      guard let next = renameLabels(at: data.lowerBound, range), let numbers = renameLabels(at: next, range) else { break }
      keep(clamped(numbers, 20, to: data.upperBound))
    // MX and SRV: numbers, a name.
    case 15, 33:
      let numbers = type == 15 ? 2 : 6
      keep(data.prefix(numbers).indices)
      _ = renameLabels(at: data.lowerBound + numbers, range)
    default: break
    }
    return end + 10 + count
  }

  /// A name in its place, up to a pointer, whose target is renamed in its place.
  ///
  /// - Returns: the offset after it.
  private mutating func renameLabels(at start: Int, _ range: Range<Int>) -> Int? {
    var labels: [Range<Int>] = []
    var position = start
    var end: Int?
    while end == nil {
      guard labels.count < Limit.labels, range.contains(position), let length = u8(position) else { break }
      if length & 0xc0 == 0xc0 {
        keep(clamped(position, 2, to: range.upperBound))
        end = position + 2
      } else {
        guard length < 64 else { break }
        keep(position..<(position + 1))
        if length == 0 {
          end = position + 1
        } else {
          labels.append(clamped(position + 1, length, to: range.upperBound))
          position += 1 + length
        }
      }
    }
    let own = labels.map { Array(original[$0]) }
    let pointed = end == position + 2 ? pointedLabels(from: position, range) : []
    if let renamed = pseudonyms.labels(own + pointed) {
      // The zone stays, where the pointer does not lead into it.
      for (label, bytes) in zip(labels, renamed) where bytes.count == label.count {
        original[label].elementsEqual(bytes) ? keep(label) : replace(bytes, at: label.lowerBound)
      }
    } else {
      for label in labels { rename(label, .bytes) }
    }
    return end
  }

  /// What a pointer leads to. Each must lead backwards: RFC 1035 4.1.4.
  private func pointedLabels(from pointer: Int, _ range: Range<Int>) -> [[UInt8]] {
    var labels: [[UInt8]] = []
    var (position, lowest) = (pointer, pointer)
    while labels.count < Limit.labels, range.contains(position), let length = u8(position) {
      if length & 0xc0 == 0xc0 {
        guard let target = u16be(position).map({ range.lowerBound + ($0 & 0x3fff) }), target < lowest else { break }
        (position, lowest) = (target, target)
      } else {
        guard length > 0, length < 64 else { break }
        labels.append(Array(original[clamped(position + 1, length, to: range.upperBound)]))
        position += 1 + length
      }
    }
    return labels
  }
}
