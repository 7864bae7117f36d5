/// Names of one host, each once, and found by their first labels: `fs01` and `fs01.lab.example` are one host.
struct HostNames: Sendable {
  /// As they were written, in the order in which they came.
  private(set) var all: [String] = []
  private var byLabel: [Substring: [String]] = [:]

  mutating func insert(_ name: String) {
    guard !name.isEmpty else { return }
    let name = (shown: name, key: name.lowercased())
    let label = Self.label(of: name.key)
    guard byLabel[label]?.contains(name.key) != true else { return }
    byLabel[label, default: []].append(name.key)
    all.append(name.shown)
  }

  /// Whether one of them means the same host, as far as its spelling tells.
  func contains(_ name: String) -> Bool {
    byLabel[Self.label(of: name.lowercased())]?.contains { isSameHost($0, name) } ?? false
  }

  /// Up to the first dot; an address as a whole.
  static func label(of name: String) -> Substring {
    let isAddress = name.utf8.allSatisfy { $0 == UInt8(ascii: ".") || (0x30..<0x3a).contains($0) }
    return isAddress ? name[...] : name.prefix { $0 != "." }
  }

  /// The labels of all names.
  var labels: some Sequence<Substring> { byLabel.keys }
}
