/// How text that came over the wire is made safe to show.
///
/// Whoever writes the packets chooses user names, shares and error texts; on a terminal a control character or a
/// bidirectional override in them could hide or forge lines of the report.
package enum Escaping {
  /// Longest name shown in text; JSON keeps it whole.
  static let nameLimit = 256
  /// Longest sentence in text that quotes captured data.
  static let sentenceLimit = 2048

  /// Shows every hazardous scalar as `\u{…}`.
  package static func visible(_ text: String) -> String {
    let text = withoutCommands(text)
    guard !text.utf8.allSatisfy({ (0x20..<0x7f).contains($0) }) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if isHazardous(scalar) {
        result += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// What a build server that prints the report would obey: `##[…]` and `##vso[…]` anywhere in a line, `::name …::` at its
  /// beginning, which any word may come to be.
  private static func withoutCommands(_ text: String) -> String {
    let bytes = text.utf8
    guard zip(bytes, bytes.dropFirst()).contains(where: { $0 == $1 && ($0 == UInt8(ascii: "#") || $0 == UInt8(ascii: ":")) })
    else { return text }
    return text.replacing(/##(?=(vso)?\[)/, with: "#\\u{23}")
      .replacing(/(^|[\s])::(?=[A-Za-z\-]+(\s[^\n]*)?::)/) { "\($0.1):\\u{3a}" }
  }

  /// Cuts by scalars: a single character may have any number of them.
  static func clipped(_ text: String, to limit: Int = nameLimit) -> String {
    let scalars = text.unicodeScalars
    guard let end = scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex),
      end < scalars.endIndex
    else { return text }
    return String(scalars[..<end]) + "…"
  }

  /// Controls (C0, C1, DEL), bidirectional and other format characters, line and paragraph separators, and code
  /// points without a meaning of their own.
  static func isHazardous(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20..<0x7f: return false
    case ..<0xa0: return true
    default: break
    }
    return switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}
