import Algorithms

/// The connections of a recording that was read before another one: what that has of the same connections is kept as what is
/// different from these. If one is taken for another, that takes more room, and no more.
struct KnownConnections {
  let templates: MessageTemplates
  private let connections: [PointConnection]
  /// For each connection what is found first of it, in order.
  private let entries: [(key: UInt64, place: UInt32)]

  init(_ point: CapturePoint) {
    templates = point.templates
    connections = point.connections
    entries = connections.enumerated()
      .compactMap { place, one in Self.key(of: one.keys).map { ($0, UInt32(clamping: place)) } }
      .sorted { $0 < $1 }
  }

  /// What hardly any other connection has, also behind a device that terminates TCP.
  private static func key(of keys: [ContentKey]) -> UInt64? {
    (keys.first { $0.kind.isSure } ?? keys.first { $0.kind == .handshake })?.digest
  }

  func connection(with keys: [ContentKey]) -> PointConnection? {
    guard let key = Self.key(of: keys) else { return nil }
    let place = entries.partitioningIndex { $0.key >= key }
    guard place < entries.count, entries[place].key == key else { return nil }
    return connections[Int(entries[place].place)]
  }
}
