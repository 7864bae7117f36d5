import Rules

/// Any key of an object.
private struct AnyKey: CodingKey {
  var stringValue: String
  var intValue: Int? { nil }

  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue _: Int) { nil }
}

extension Decoder {
  /// The members of an object that has these keys and no others. A misspelt key would be a demand without effect.
  ///
  /// - Parameter what: what the object is called.
  func strictContainer<Key: CodingKey & CaseIterable & RawRepresentable<String>>(
    keyedBy _: Key.Type, in what: String
  ) throws -> KeyedDecodingContainer<Key> {
    let known = Key.allCases.map(\.rawValue)
    let unknown = try container(keyedBy: AnyKey.self).allKeys.map(\.stringValue).filter { !known.contains($0) }
    if let key = unknown.min() {
      throw fault(
        "unknown key “\(key)” in \(what); the keys are \(known.filter { !$0.hasPrefix("$") }.sorted().joined(separator: ", ")).\(suggestion(for: key, among: known))")
    }
    return try container(keyedBy: Key.self)
  }

  /// With the place in the file before it.
  func fault(_ sentence: String) -> Expectation.Fault {
    let place = DecodingError.place(codingPath)
    return Expectation.Fault(description: place.isEmpty ? sentence : "\(place): \(sentence)")
  }

  /// - Throws: when a pattern means no rule.
  func checkPattern(_ pattern: String) throws {
    guard Rule.all.contains(where: { $0.matches(pattern) }) else { throw fault(Rule.unknown(pattern)) }
  }

  /// Connections and frames are counted from 1.
  func checkCount(_ numbers: [Int], _ key: String) throws {
    if numbers.contains(where: { $0 < 1 }) { throw fault("\(key) must be at least 1") }
  }

  /// - Throws: when a word is none of those there are.
  func checkWord(_ word: String, _ key: String, among words: [String]) throws {
    guard !words.contains(word) else { return }
    throw fault("\(key): invalid value “\(word)”; use \(words.joined(separator: ", ")).\(suggestion(for: word, among: words))")
  }
}
