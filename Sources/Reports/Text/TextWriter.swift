/// Text that stays on one line, unless it is wider than the screen.
struct Phrase {
  let text: String
  let tone: Tone
  /// Spaces before it, when it does not begin a line.
  let gap: Int

  /// The only way text gets to a screen: what could trouble a terminal is shown, not sent.
  init(_ text: String, _ tone: Tone = .plain, gap: Int = 1) {
    self.text = Escaping.visible(text)
    self.tone = tone
    self.gap = gap
  }

  var width: Int { displayWidth(text) }

  /// A sentence as words, between which a line may end.
  static func words(_ sentence: String, _ tone: Tone = .plain, gap: Int = 1) -> [Phrase] {
    Escaping.clipped(sentence, to: Escaping.sentenceLimit).split(separator: " ").enumerated().map { index, word in
      Phrase(String(word), tone, gap: index == 0 ? gap : 1)
    }
  }
}

/// Writes lines that fit a screen.
final class TextWriter {
  /// Below this, columns and hanging indents leave too little room.
  static let minimumWidth = 80

  let width: Int
  let palette: Palette
  /// ASCII alone.
  let isPlain: Bool
  private let write: (String) -> Void
  private var isAtStart = true

  convenience init(_ options: TextOptions, write: @escaping (String) -> Void) {
    self.init(width: options.width, palette: Palette(isColored: options.isColored), isPlain: options.isPlain, write: write)
  }

  init(width: Int, palette: Palette, isPlain: Bool = false, write: @escaping (String) -> Void) {
    self.width = max(Self.minimumWidth, width)
    self.palette = palette
    self.isPlain = isPlain
    self.write = write
  }

  /// An empty line, except before anything else.
  func separate() {
    if !isAtStart { write("\n") }
  }

  /// Text in as many lines as it takes.
  ///
  /// - Parameters:
  ///   - indent: spaces before the first line.
  ///   - hanging: spaces before the other lines.
  func flow(_ phrases: [Phrase], indent: Int = 0, hanging: Int) {
    var line = Line(indent: indent)
    for phrase in phrases {
      let gap = line.isEmpty ? 0 : phrase.gap
      if !line.isEmpty, line.width + gap + phrase.width > width {
        emit(line)
        line = Line(indent: hanging)
      } else {
        line.append(spaces: gap)
      }
      for (index, piece) in pieces(of: phrase.text, room: width - line.width, furtherRoom: width - hanging).enumerated()
      {
        if index > 0 {
          emit(line)
          line = Line(indent: hanging)
        }
        line.append(piece, phrase.tone)
      }
    }
    emit(line)
  }

  /// A line as runs of one tone.
  private struct Line {
    private(set) var runs: [(text: String, tone: Tone)] = []
    private(set) var width: Int
    private(set) var isEmpty = true
    private var spaces: Int

    init(indent: Int) {
      width = indent
      spaces = indent
    }

    mutating func append(spaces count: Int) {
      spaces += count
      width += count
    }

    /// Spaces between words of one tone belong to it, others are plain.
    mutating func append(_ text: String, _ tone: Tone) {
      let gap = String(repeating: " ", count: spaces)
      if runs.last?.tone == tone, spaces == 1 {
        runs[runs.count - 1].text += gap + text
      } else {
        if spaces > 0 { runs.append((gap, .plain)) }
        runs.append((text, tone))
      }
      spaces = 0
      width += displayWidth(text)
      isEmpty = false
    }
  }

  /// A line that is not broken, whatever its length: a command to copy, or a row of a table.
  func line(_ text: String, _ tone: Tone = .plain, indent: Int = 0) {
    emit(String(repeating: " ", count: indent) + palette.paint(Escaping.visible(text), tone))
  }

  private func emit(_ line: Line) {
    emit(line.runs.map { palette.paint($0.text, $0.tone) }.joined())
  }

  private func emit(_ line: String) {
    write((isPlain ? PlainSigns.replaced(in: line) : line) + "\n")
    isAtStart = false
  }

  /// The text whole when it fits, else cut where the lines end.
  private func pieces(of text: String, room: Int, furtherRoom: Int) -> [String] {
    guard displayWidth(text) > room else { return [text] }
    var pieces: [String] = []
    var piece = ""
    var left = max(1, room)
    var rest = text[...]
    while let first = rest.first {
      // What stands for one character stays together: `\u{1b}`.
      let escape = first == "\\" ? rest.prefixMatch(of: /\\u\{[0-9a-f]{1,6}\}/).map { String($0.output) } : nil
      let unit = escape ?? String(first)
      rest = rest.dropFirst(unit.count)
      let width = displayWidth(unit)
      if width > left, !piece.isEmpty {
        pieces.append(piece)
        piece = ""
        left = max(1, furtherRoom)
      }
      piece += unit
      left -= width
    }
    return pieces + [piece]
  }
}

/// Columns that a terminal gives the text.
func displayWidth(_ text: String) -> Int {
  text.utf8.allSatisfy({ $0 < 0x80 }) ? text.utf8.count : text.reduce(0) { $0 + displayWidth($1) }
}

private func displayWidth(_ character: Character) -> Int {
  guard let scalar = character.unicodeScalars.first else { return 0 }
  return switch scalar.value {
  // East Asian Wide and Fullwidth, in outline: Unicode Standard Annex 11.
  case 0x1100...0x115f, 0x2e80...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f, 0xff00...0xff60,
    0xffe0...0xffe6, 0x1f300...0x1faff, 0x20000...0x3fffd:
    2
  default: 1
  }
}
