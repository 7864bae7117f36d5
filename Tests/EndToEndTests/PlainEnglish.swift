/// Phrases that make readers stumble, and that no text for users may have.
enum PlainEnglish {
  /// Each with a plain substitute.
  static let banned: [(phrase: String, instead: String)] = [
    ("somebody", "a user, a program, an attacker"), ("nobody", "no user, no host"), ("anybody", "anyone"), ("whom", "a new sentence"),
    ("is told", "is reported"), ("are told", "are reported"), ("was told to", "was set to"), ("told apart", "distinguished"),
    ("tells apart", "distinguishes"), ("tell apart", "distinguish"), ("tells it from", "a new sentence"),
    ("what stands there", "what it contains"), ("stands for", "means"), ("stand for", "mean"),
    ("is not meant", "is not reported"), ("are not meant", "are not reported"), ("it never is", "never"),
    ("all the same", "anyway, nevertheless"), ("made up for", "superseded"), ("makes up for", "supersedes"),
    ("gets at", "reaches"), ("knocks", "probes"), ("anew", "again"), ("mends it", "repairs it"), ("upon", "on"),
    ("in the server's place", "instead of the server"), ("in the client's place", "instead of the client"),
    ("without a word", "without an answer"), ("of one's own making", "self-written"), ("not to be had", "not possible"),
    ("gravest", "most severe"), ("for want of", "because it lacks"), ("held against", "compared with"),
    ("hangs up over", "closes the connection because of"), ("left over", "left because of"), ("then it is only a note", "a new sentence"),
    ("is to be", "must be, should be"), ("are to be", "must be, should be"), ("has to tell", "shows"),
    ("from 1 on", "at least 1"), ("the same for the same", "equal values get equal replacements"),
    ("given away", "shared"), ("a recording of its own", "a separate recording"), ("a capture of their own", "a separate capture"),
    ("to be looked at", "check"), ("to make sure", "to verify"), ("that one cannot", "a new sentence"),
  ]

  /// The banned phrases of a text, with the words around them. What is in backticks or quotation marks is a name.
  static func faults(in text: String) -> [String] {
    let words = text.replacing(/`[^`\n]*`|“[^”\n]*”/, with: "").split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let lowered = words.lowercased()
    return banned.flatMap { phrase, instead in
      lowered.ranges(of: phrase).filter { isWhole($0, in: lowered) }.map { range in
        let start = lowered.index(range.lowerBound, offsetBy: -40, limitedBy: lowered.startIndex) ?? lowered.startIndex
        let end = lowered.index(range.upperBound, offsetBy: 40, limitedBy: lowered.endIndex) ?? lowered.endIndex
        return "“\(phrase)” (\(instead)): …\(lowered[start..<end])…"
      }
    }
  }

  /// The phrase does not begin or end inside a word.
  private static func isWhole(_ range: Range<String.Index>, in text: String) -> Bool {
    let isFree = { (character: Character?) in character.map { !$0.isLetter && $0 != "-" } ?? true }
    let before = range.lowerBound > text.startIndex ? text[text.index(before: range.lowerBound)] : nil
    return isFree(before) && isFree(range.upperBound < text.endIndex ? text[range.upperBound] : nil)
  }
}
