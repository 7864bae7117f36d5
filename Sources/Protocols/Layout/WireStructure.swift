/// The fields of a structure that has a fixed layout. Decoding and redaction agree by it on what lies where.
///
/// What no field describes is reserved, padding or unknown: smbdx does not read it, and redaction leaves zeros of it.
package struct WireStructure: Sendable {
  package struct Field: Sendable {
    package enum Meaning: Sendable {
      /// Numbers, flags, lengths and offsets: they say what happened, and nothing about who or where.
      case harmless
      /// Tells one machine, user, file or session from others, or proves something.
      case secret
    }

    package var name: StaticString
    /// From the beginning of the structure.
    package var offset: Int
    package var width: Int
    package var meaning: Meaning
    package var range: Range<Int> { offset..<(offset + width) }

    /// A field that may be shown to anyone.
    package static func plain(_ name: StaticString, _ offset: Int, _ width: Int) -> Self {
      Self(name: name, offset: offset, width: width, meaning: .harmless)
    }

    package static func secret(_ name: StaticString, _ offset: Int, _ width: Int) -> Self {
      Self(name: name, offset: offset, width: width, meaning: .secret)
    }
  }

  package var fields: [Field]

  package init(_ fields: [Field]) { self.fields = fields }

  /// Where the fields end.
  package var length: Int { fields.map(\.range.upperBound).max() ?? 0 }
}
