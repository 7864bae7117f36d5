/// Names of hosts, each once, and found by their first labels: `fs01` and `fs01.lab.example` are one host.
package struct HostNames: Sendable {
  /// As they were written, in the order in which they came.
  package private(set) var all: [String] = []
  /// Empty as long as there is one name.
  private var byLabel: [Substring: [String]] = [:]

  package init(_ names: some Sequence<String> = []) {
    for name in names { insert(name) }
  }

  package mutating func insert(_ name: String) {
    // A client nearly always calls its server the same.
    guard !name.isEmpty, name != all.first else { return }
    guard let first = all.first else { return all = [name] }
    if byLabel.isEmpty { byLabel[Self.label(of: first.lowercased())] = [first.lowercased()] }
    let key = name.lowercased()
    let label = Self.label(of: key)
    guard byLabel[label]?.contains(key) != true else { return }
    byLabel[label, default: []].append(key)
    all.append(name)
  }

  package var isEmpty: Bool { all.isEmpty }

  /// Spelled like one of them, in its short or its full form.
  package func contains(_ name: String) -> Bool {
    let label = Self.label(of: name.lowercased())
    guard byLabel.isEmpty else { return byLabel[label]?.contains { isSameHost($0, name) } ?? false }
    return all.first.map { Self.label(of: $0.lowercased()) == label && isSameHost($0, name) } ?? false
  }

  /// Up to the first dot; an address as a whole.
  static func label(of name: String) -> Substring {
    guard let dot = name.utf8.firstIndex(of: UInt8(ascii: ".")), !name.isAddress else { return name[...] }
    return name[..<dot]
  }

  /// The labels of all names, in lower case.
  var labels: some Sequence<Substring> { byLabel.isEmpty ? all.map { Self.label(of: $0.lowercased()) } : Array(byLabel.keys) }
}

/// The names alone: the rest follows from them.
extension HostNames: Codable {
  package init(from decoder: any Decoder) throws { self.init(try decoder.singleValueContainer().decode([String].self)) }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(all)
  }
}
