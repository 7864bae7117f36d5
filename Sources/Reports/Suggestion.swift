package import Rules

extension Rule {
  /// What to say of an identifier, or a pattern, that means no rule.
  package static func unknown(_ name: String) -> String {
    "There is no rule “\(clipped(name))”.\(suggestion(for: name, among: all.map(\.id))) See smbdx rules."
  }

  /// More would not be read.
  private static func clipped(_ name: String) -> String {
    name.unicodeScalars.count <= LookUp.longestWord ? name : String(String.UnicodeScalarView(name.unicodeScalars.prefix(LookUp.longestWord))) + "…"
  }
}

extension LookUp {
  /// What to say of a word or number that is nothing known.
  package static func unknown(_ word: String) -> String {
    // What stands in front of a word like STATUS_ and KDC_ERR_ makes all names of a kind look alike.
    let close = suggestion(for: word, among: words)
    let isNumber = word.drop { $0 == "-" }.allSatisfy(\.isHexDigit) || word.lowercased().hasPrefix("0x")
    guard close.isEmpty, isNumber else {
      return "“\(shortened(word))” is not a known rule, status, error or event.\(close) See smbdx rules."
    }
    return """
      “\(shortened(word))” is not a known status, Kerberos code, Windows error or event. Write a status as \
      0xC000006D and a Linux mount error as -13. See smbdx rules.
      """
  }

  private static func shortened(_ word: String) -> String {
    word.unicodeScalars.count <= longestWord ? word : String(String.UnicodeScalarView(word.unicodeScalars.prefix(longestWord))) + "…"
  }
}

/// ` Did you mean “select”?`, or nothing when no word is close.
package func suggestion(for word: String, among words: [String]) -> String {
  let wanted = Array(word.lowercased().utf8.prefix(longestCompared + 1))
  // What is longer than every word is none with a slip in it.
  guard wanted.count <= longestCompared else { return "" }
  var best: (word: String, distance: Int)?
  for candidate in words {
    let limit = min(max(1, word.count / 3), best.map { $0.distance - 1 } ?? .max)
    guard let distance = editDistance(wanted, Array(candidate.lowercased().utf8), atMost: limit) else { continue }
    best = (candidate, distance)
  }
  return best.map { " Did you mean “\($0.word)”?" } ?? ""
}

/// Bytes; no word to choose from is longer.
private let longestCompared = 128

/// Insertions, removals, replacements and letters that changed places, as many as make one of the other; nil when they are
/// more than `limit`. Takes the product of both lengths at most.
private func editDistance(_ left: [UInt8], _ right: [UInt8], atMost limit: Int) -> Int? {
  guard limit >= 0, abs(left.count - right.count) <= limit else { return nil }
  var before: [Int] = []
  var row = Array(0...right.count)
  for line in left.indices {
    var next = [line + 1]
    for column in right.indices {
      let isSame = left[line] == right[column]
      var distance = min(row[column] + (isSame ? 0 : 1), row[column + 1] + 1, next[column] + 1)
      if line > 0, column > 0, left[line] == right[column - 1], left[line - 1] == right[column] {
        distance = min(distance, before[column - 1] + 1)
      }
      next.append(distance)
    }
    (before, row) = (row, next)
    if row.allSatisfy({ $0 > limit }) { return nil }
  }
  return row[right.count] <= limit ? row[right.count] : nil
}
