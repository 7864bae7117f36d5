/// The ports that a capture filter certainly keeps out, by its words: pcap-filter(7).
package struct FilterReach {
  private static let services: [String: UInt16] = [
    "domain": 53, "kerberos": 88, "netbios-ns": 137, "netbios-ssn": 139, "microsoft-ds": 445,
  ]
  private static let qualifiers: Set<String> = ["tcp", "udp", "ip", "ip6", "src", "dst"]

  /// The ports that each of its alternatives demands; nil when it may mean anything.
  private let alternatives: [Set<UInt16>]?

  package init(_ expression: String) {
    let words = expression.lowercased().replacing("||", with: " or ").replacing("&&", with: " and ")
      .split(whereSeparator: \.isWhitespace).map(String.init)
    guard !words.contains("not"), expression.allSatisfy({ !"!()[]=<>".contains($0) }) else {
      alternatives = nil
      return
    }
    var isPortBefore = false
    alternatives = words.split(separator: "or").map { words in
      Set(words.split(separator: "and").compactMap { Self.port($0, &isPortBefore) })
    }
  }

  /// Whether the filter keeps out all packets to and from this port. “and” and “or” have the same precedence, from left to
  /// right; if every alternative demands another port, the grouping does not matter.
  package func excludes(_ port: UInt16) -> Bool {
    guard let alternatives, !alternatives.isEmpty else { return false }
    return alternatives.allSatisfy { !$0.isEmpty && !$0.contains(port) }
  }

  /// The port that a term demands: `tcp dst port 445`, or `445` behind a term with a port.
  private static func port(_ words: ArraySlice<String>, _ isPortBefore: inout Bool) -> UInt16? {
    let rest = words.drop { qualifiers.contains($0) }
    let isBare = isPortBefore && words.count == 1
    isPortBefore = isBare || rest.count == 2 && rest.first == "port"
    guard isPortBefore, let name = rest.last else { return nil }
    return UInt16(name) ?? services[name]
  }
}
