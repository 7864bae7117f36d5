import Protocols

/// Finds diagnoses by what stands in a message box, a log or a mount's error: the rule's own name, a status, a Kerberos
/// code, an error of Windows or of a Linux mount, or the number of a Windows event.
package enum LookUp {
  /// Something that a word or number may be, with the rules that are about it.
  package struct Hit: Sendable {
    /// Such as `Windows error 53, ERROR_BAD_NETPATH: The network path was not found.`
    package var what: String
    /// In the order in which to read them; each exists.
    package var rules: [Rule]
    /// How many are named in the table, which a test compares.
    package var listed: Int

    init(_ what: String, _ ids: [String]) {
      self.what = what
      rules = ids.compactMap(Rule.named)
      listed = ids.count
    }
  }

  /// Longer than any name there is; what is longer is not searched for.
  package static let longestWord = 128

  /// All that it may be; empty when it is nothing known. Case does not matter.
  package static func hits(for word: String) -> [Hit] {
    let word = word.uppercased()
    guard !word.isEmpty, word.utf8.count <= longestWord else { return [] }
    if word.contains("*") || word.contains("?") {
      let rules = Rule.all.filter { Glob(word).matches($0.id.uppercased()) }
      return rules.isEmpty ? [] : [Hit("Rules by the pattern \(word.lowercased())", rules.map(\.id))]
    }
    if let number = Number(word) { return number.hits }
    return KnownCode.all.filter { $0.isNamed(word) }.map(\.hit)
  }

  /// All codes there are.
  package static let codes: [Hit] = KnownCode.all.map(\.hit)

  /// Words that ``hits(for:)`` knows, in the spelling of their origin.
  package static let words: [String] = Rule.all.map(\.id) + KnownCode.all.compactMap(\.name)
}

extension LookUp {
  /// A number, with the ways to read it.
  private struct Number {
    let value: UInt32
    let isNegative: Bool
    /// Written with `0x`, or as long as a status.
    let isHexadecimal: Bool

    init?(_ word: String) {
      let digits = word.hasPrefix("0X") ? word.dropFirst(2) : word[...]
      if word.hasPrefix("0X") || word.count == 8 && word.hasPrefix("C") {
        guard let value = UInt32(digits, radix: 16), digits.first?.isHexDigit == true else { return nil }
        (self.value, isNegative, isHexadecimal) = (value, false, true)
      } else if let value = Int64(word), value.magnitude <= UInt32.max {
        // Programs print statuses as signed numbers, too.
        let isStatus = value < -100_000 || value > 0x7fff_ffff
        self.value = isStatus ? UInt32(truncatingIfNeeded: value) : UInt32(value.magnitude)
        (isNegative, isHexadecimal) = (value < 0 && !isStatus, isStatus)
      } else {
        return nil
      }
    }

    var hits: [Hit] {
      // HRESULT_FROM_WIN32: MS-ERREF 2.1.
      if isHexadecimal, value >> 16 == 0x8007 { return hits(of: [.windows], numbered: value & 0xffff) }
      if isHexadecimal, value >= 0x0001_0000 { return hits(of: [.status, .windows], numbered: value) }
      if isNegative { return hits(of: [.errno], numbered: value) }
      // Event logs write Kerberos codes in hexadecimal, and never the numbers of events.
      return hits(of: isHexadecimal ? [.kerberos, .windows] : [.windows, .kerberos, .errno, .event], numbered: value)
    }

    private func hits(of kinds: [KnownCode.Kind], numbered number: UInt32) -> [Hit] {
      kinds.flatMap { kind in KnownCode.all.filter { $0.kind == kind && $0.number == number }.map(\.hit) }
    }
  }
}

/// A pattern with `*` for any letters and `?` for one.
private struct Glob {
  private let pattern: [Character]

  init(_ pattern: String) { self.pattern = Array(pattern) }

  /// Goes back to the last star only, so it takes no longer than both lengths multiplied.
  func matches(_ text: String) -> Bool {
    let text = Array(text)
    var (place, position) = (0, 0)
    var star: (place: Int, position: Int)?
    while position < text.count {
      if place < pattern.count, pattern[place] == "*" {
        star = (place, position)
        place += 1
      } else if place < pattern.count, pattern[place] == "?" || pattern[place] == text[position] {
        place += 1
        position += 1
      } else if let last = star {
        star = (last.place, last.position + 1)
        (place, position) = (last.place + 1, last.position + 1)
      } else {
        return false
      }
    }
    return pattern[place...].allSatisfy { $0 == "*" }
  }
}
