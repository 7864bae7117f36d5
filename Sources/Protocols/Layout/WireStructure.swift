/// The fields of a structure with a fixed layout, for `Compare`, `Proof` and redaction. `LayoutTests` hold the decoders against
/// these tables.
///
/// Bytes that no field describes are reserved, padding or unknown: decoders do not read them, and redaction writes zeros.
package struct WireStructure: Sendable {
  package struct Field: Sendable {
    package enum Meaning: Sendable {
      /// Numbers, flags, lengths and offsets. They show what happened, but not who or where.
      case harmless
      /// Identifies a machine, user, file or session, or is a proof.
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
