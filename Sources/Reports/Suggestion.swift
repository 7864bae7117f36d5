package import Rules

extension Rule {
  /// What to say of an identifier, or a pattern, that means no rule.
  package static func unknown(_ name: String) -> String {
    "There is no rule “\(name)”.\(suggestion(for: name, among: all.map(\.id))) See smbdx rules."
  }
}

/// ` Did you mean “select”?`, or nothing when no word is close.
package func suggestion(for word: String, among words: [String]) -> String {
  let ranked = words.map { (word: $0, distance: editDistance($0, word)) }
  guard let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= max(1, word.count / 3) else { return "" }
  return " Did you mean “\(best.word)”?"
}

private func editDistance(_ left: String, _ right: String) -> Int {
  let changes = Array(right).difference(from: Array(left))
  return max(changes.insertions.count, changes.removals.count)
}
