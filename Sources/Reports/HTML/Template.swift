/// A text with places for the values of a view: a small part of the language of Mustache.
///
/// `{{name}}` and `{{of.name}}` are values, `{{.}}` is the view itself; all pass through ``HTMLText``. What stands between
/// `{{#name}}` and `{{/name}}` comes once for each element of a list or for a value, in which names are looked up first, and
/// not at all for nil and false; between `{{?name}}` and `{{/name}}` once when there is anything. `{{^name}}` is the
/// contrary of both. A line with nothing but the beginning or the end of a section is not written.
///
/// The available template engines need Foundation, which doubles the size of the program and adds a tenth to the time of every
/// start.
struct Template: Sendable {
  private enum Repetition {
    case each, once, otherwise

    init?(_ sign: Character) {
      switch sign {
      case "#": self = .each
      case "?": self = .once
      case "^": self = .otherwise
      default: return nil
      }
    }
  }

  private indirect enum Part {
    case text(String)
    case value(path: [Substring])
    case section(path: [Substring], Repetition, [Part])
  }

  private let parts: [Part]

  /// - Parameter text: the program's own; one that is malformed ends it.
  init(_ text: String) {
    var rest = text[...]
    parts = Self.parts(of: &rest, until: nil)
  }

  func render(_ view: Any) -> String {
    var text = ""
    Self.write(parts, [view], to: &text)
    return text
  }

  // MARK: Reading

  private static func parts(of rest: inout Substring, until end: Substring?) -> [Part] {
    var parts: [Part] = []
    while let open = rest.firstRange(of: "{{"), let close = rest[open.upperBound...].firstRange(of: "}}") {
      let tag = rest[open.upperBound..<close.lowerBound]
      let name = tag.drop { "#?^/".contains($0) }
      let isMark = name.startIndex != tag.startIndex
      let line = isMark ? line(of: open.lowerBound..<close.upperBound, in: rest) : open.lowerBound..<close.upperBound
      parts.append(.text(String(rest[..<line.lowerBound])))
      rest = rest.base[line.upperBound..<rest.endIndex]
      guard let sign = tag.first, isMark else {
        parts.append(.value(path: path(name)))
        continue
      }
      guard let repetition = Repetition(sign) else {
        precondition(name == end, "{{/\(name)}} ends no section")
        return parts
      }
      parts.append(.section(path: path(name), repetition, Self.parts(of: &rest, until: name)))
    }
    precondition(end == nil, "a section does not end")
    return parts + [.text(String(rest))]
  }

  /// The tag, with all of its line when nothing else is on it.
  private static func line(of tag: Range<String.Index>, in rest: Substring) -> Range<String.Index> {
    let text = rest.base
    let start = text[..<tag.lowerBound].lastIndex(of: "\n").map { text.index(after: $0) } ?? text.startIndex
    let end = text[tag.upperBound...].firstIndex(of: "\n")
    let others = text[start..<tag.lowerBound] + text[tag.upperBound..<(end ?? text.endIndex)]
    guard let end, start >= rest.startIndex, others.allSatisfy({ $0 == " " }) else { return tag }
    return start..<text.index(after: end)
  }

  private static func path(_ name: Substring) -> [Substring] { name == "." ? [] : name.split(separator: ".") }

  // MARK: Writing

  /// - Parameter views: those around a section before the one of the section.
  private static func write(_ parts: [Part], _ views: [Any], to text: inout String) {
    for part in parts {
      switch part {
      case .text(let words): text += words
      case .value(let path): text += find(path, in: views).map { HTMLText.escaped("\($0)") } ?? ""
      case .section(let path, let repetition, let inner):
        let values = elements(find(path, in: views))
        switch repetition {
        case .each: for value in values { write(inner, views + [value], to: &text) }
        case .once: if !values.isEmpty { write(inner, views, to: &text) }
        case .otherwise: if values.isEmpty { write(inner, views, to: &text) }
        }
      }
    }
  }

  private static func elements(_ value: Any?) -> [Any] {
    guard let value else { return [] }
    if let isTrue = value as? Bool { return isTrue ? [isTrue] : [] }
    let mirror = Mirror(reflecting: value)
    return mirror.displayStyle == .collection ? mirror.children.map(\.value) : [value]
  }

  /// In the innermost view that knows the name.
  private static func find(_ path: [Substring], in views: [Any]) -> Any? {
    guard let name = path.first else { return views.last }
    let known = views.reversed().lazy.compactMap { Mirror(reflecting: $0).descendant(String(name)) }.first
    return path.dropFirst().reduce(unwrapped(known)) { value, name in
      unwrapped(value.flatMap { Mirror(reflecting: $0).descendant(String(name)) })
    }
  }

  /// A value of an optional type as itself.
  private static func unwrapped(_ value: Any?) -> Any? {
    guard let value else { return nil }
    let mirror = Mirror(reflecting: value)
    return mirror.displayStyle == .optional ? mirror.children.first?.value : value
  }
}
