import Mustache

/// Text inside HTML that is XML too: whatever stands in `{{ }}` of a template comes through here.
struct HTMLText: MustacheContentType {
  static let name = "SMBDX"

  /// Mustache knows content types by name, for the whole program.
  static let isReady: Bool = {
    MustacheContentTypes.register(HTMLText(), named: name)
    return true
  }()

  func escapeText(_ text: String) -> String { XML.escaped(Escaping.clipped(text, to: Escaping.sentenceLimit)) }

  /// A template whose variables are escaped here. Partials would not be, so none are used.
  static func template(_ text: String) throws -> MustacheTemplate {
    precondition(isReady)
    return try MustacheTemplate(string: "{{% CONTENT_TYPE:\(name)}}" + text)
  }
}
