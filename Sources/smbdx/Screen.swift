import FoundationEssentials
import Reports

/// The environment's settings for text: `COLUMNS`, `TERM`, `NO_COLOR` and the locale.
struct Screen {
  /// A width that is not set means a wide window.
  private static let usualWidth = 100
  private static let widths = 20...10_000

  private let environment: [String: String]

  init(environment: [String: String] = ProcessInfo.processInfo.environment) { self.environment = environment }

  /// The terminal does not support escape codes.
  var isDumb: Bool { environment["TERM"] == "dumb" }

  /// no-color.org: present and not empty.
  var allowsColor: Bool { environment["NO_COLOR", default: ""].isEmpty && !isDumb }

  /// What `COLUMNS` says goes before the terminal, for pipes too.
  func width(of terminal: Int?) -> Int {
    if let columns = environment["COLUMNS"].flatMap({ Int($0) }), Self.widths.contains(columns) { return columns }
    return terminal ?? Self.usualWidth
  }

  /// The locale supports ASCII only. An unset locale does not count.
  var isPlain: Bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
    guard let locale else { return false }
    let set = locale.split(separator: "@")[0].split(separator: ".").dropFirst().first?.lowercased().filter { $0 != "-" }
    return locale == "C" || locale == "POSIX" || set.map { $0 != "utf8" } ?? false
  }
}

extension ColorOption {
  func isColored(_ out: Output) -> Bool { isColored(out, Screen()) }

  private func isColored(_ out: Output, _ screen: Screen) -> Bool {
    switch color {
    case .always: true
    case .never: false
    case .auto: out.isTerminal && screen.allowsColor
    }
  }

  func text(_ out: Output, detail: TextOptions.Detail = .normal) -> TextOptions {
    let screen = Screen()
    return TextOptions(
      width: screen.width(of: out.width), isColored: isColored(out, screen), isPlain: screen.isPlain, detail: detail)
  }
}
