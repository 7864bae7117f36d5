/// What stands for signs where only ASCII can be shown: TERM=dumb, LC_ALL=C.
enum PlainSigns {
  private static let signs: [Character: String] = [
    "✓": "+", "✗": "x", "↻": "~", "–": "-", "—": "-", "→": "->", "←": "<-", "·": "-", "…": "...", "≠": "!", "×": "x", "≥": ">=", "≤": "<=",
    "“": "\"", "”": "\"", "’": "'", "µ": "u", "±": "+/-",
  ]

  /// Other characters stay: they are parts of names.
  static func replaced(in line: String) -> String {
    guard !line.utf8.allSatisfy({ $0 < 0x80 }) else { return line }
    return String(line.map { signs[$0] ?? String($0) }.joined())
  }
}
