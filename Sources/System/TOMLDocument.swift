import CSupport

/// A TOML document (toml.io, version 1.0), as a list of all that is in it.
package struct TOMLDocument {
  package enum Value: Equatable {
    case string(String)
    case integer(Int)
    case boolean(Bool)
    /// `2027-01-31`
    case date(String)
    /// Its members follow.
    case table, array
    case other
  }

  package struct Entry: Equatable {
    /// Keys from the outermost table on; members of arrays have their number, from 0.
    package var path: [String]
    package var line: Int
    package var value: Value
  }

  /// Why it is none.
  package struct Fault: Error {
    package var message: String
    package var line: Int
  }

  /// Tables in the order of their keys.
  package let entries: [Entry]

  package init(_ text: [UInt8]) throws(Fault) {
    // SAFETY: the document is freed behind the last use of its strings, and text is only read.
    let document = unsafe text.withUnsafeBytes { bytes in
      unsafe support_read_toml(bytes.assumingMemoryBound(to: CChar.self).baseAddress, bytes.count)
    }
    defer { unsafe support_free_toml(document) }
    var line: Int32 = 0
    if let message = unsafe support_toml_fault(document, &line) {
      throw Fault(message: unsafe String(cString: message), line: Int(line))
    }
    var path: [String] = []
    var entries: [Entry] = []
    for index in 0..<(unsafe support_toml_count(document)) {
      let entry = unsafe support_toml_entry_at(document, index)
      path.removeLast(path.count - Int(unsafe entry.depth))
      path.append(unsafe String(cString: entry.key))
      entries.append(Entry(path: path, line: Int(unsafe entry.line), value: Value(unsafe entry.kind, unsafe String(cString: entry.text))))
    }
    self.entries = entries
  }
}

extension TOMLDocument.Value {
  fileprivate init(_ kind: support_toml_kind, _ text: String) {
    self =
      switch kind {
      case SUPPORT_TOML_STRING: .string(text)
      case SUPPORT_TOML_INTEGER: Int(text).map(Self.integer) ?? .other
      case SUPPORT_TOML_BOOLEAN: .boolean(text == "true")
      case SUPPORT_TOML_DATE: .date(text)
      case SUPPORT_TOML_TABLE: .table
      case SUPPORT_TOML_ARRAY: .array
      default: .other
      }
  }
}
