/// Text inside HTML that is XML too: whatever stands in `{{ }}` of a ``Template`` comes through here.
enum HTMLText {
  static func escaped(_ text: String) -> String { XML.escaped(Escaping.clipped(text, to: Escaping.sentenceLimit)) }
}
