// SAFETY: Rainbow keeps its two settings in global variables. They are written once, by the initializer of
// `Palette.isReady`, and only read afterwards.
@unsafe @preconcurrency import Rainbow
import Rules
import Transcripts

/// What a piece of text is for; ``Palette`` gives it a colour.
enum Tone: String {
  case plain, strong, faint, good, critical, error, warning, info, command
}

/// Colours text, or leaves it as it is. Whether to is decided by the caller, never guessed from the environment.
struct Palette: Sendable {
  private static let isReady: Bool = {
    Rainbow.enabled = true
    Rainbow.outputTarget = .console
    return true
  }()

  var isColored: Bool

  func paint(_ text: String, _ tone: Tone) -> String {
    guard isColored, tone != .plain, Self.isReady else { return text }
    let (color, styles) = Self.look(tone)
    return Rainbow.generateString(
      for: Rainbow.Entry(segments: [Rainbow.Segment(text: text, color: color.map(ColorType.named), styles: styles)]))
  }

  private static func look(_ tone: Tone) -> (NamedColor?, [Style]?) {
    switch tone {
    case .plain: (nil, nil)
    case .strong: (nil, [.bold])
    case .faint: (nil, [.dim])
    case .good: (.green, nil)
    case .critical: (.red, [.bold])
    case .error: (.red, nil)
    case .warning: (.yellow, nil)
    case .info, .command: (.cyan, nil)
    }
  }
}

extension Tone {
  init(_ severity: Severity) {
    self =
      switch severity {
      case .critical: .critical
      case .error: .error
      case .warning: .warning
      case .info: .info
      }
  }
}
