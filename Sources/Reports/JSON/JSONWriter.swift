/// Writes JSON (RFC 8259) piece by piece, with the keys in the order given.
///
/// Strings hold no character that could trouble a terminal: what ``Escaping`` calls hazardous is written as `\uXXXX`.
final class JSONWriter {
  enum Layout {
    /// For people and for `diff`: two spaces for each level.
    case indented
    /// One value a line: NDJSON.
    case line
  }

  /// Text is handed on in pieces of about this size, bytes.
  private static let pieceSize = 16 * 1024

  private let layout: Layout
  private let write: (String) -> Void
  private var buffer = ""
  private var depth = 0
  private var isFirst = true

  init(_ layout: Layout, write: @escaping (String) -> Void) {
    self.layout = layout
    self.write = write
  }

  // MARK: Containers

  func object(_ name: String? = nil, _ body: () -> Void) { container(name, "{", "}", body) }

  func array(_ name: String? = nil, _ body: () -> Void) { container(name, "[", "]", body) }

  private func container(_ name: String?, _ opening: String, _ closing: String, _ body: () -> Void) {
    begin(name)
    buffer += opening
    depth += 1
    isFirst = true
    body()
    depth -= 1
    if !isFirst { breakLine() }
    buffer += closing
    isFirst = false
    if depth == 0 { endDocument() }
  }

  private func endDocument() {
    buffer += "\n"
    isFirst = true
    flush()
  }

  private func flush() {
    write(buffer)
    buffer = ""
  }

  // MARK: Members

  /// The members that every document begins with: its schema, and the program that wrote it.
  func head(schema: String, toolVersion: String) {
    member("schema", schema)
    object("tool") {
      member("name", "smbdx")
      member("version", toolVersion)
    }
  }

  func member(_ name: String, _ value: String?) { put(name, value.map(Self.quoted)) }
  func member(_ name: String, _ value: Int?) { put(name, value.map { String($0) }) }
  func member(_ name: String, _ value: UInt64) { put(name, String(value)) }
  func member(_ name: String, _ value: Bool) { put(name, value ? "true" : "false") }
  func null(_ name: String) { put(name, nil) }

  func member(_ name: String, _ values: [String]) {
    array(name) { for value in values { put(nil, Self.quoted(value)) } }
  }

  func member(_ name: String, _ values: [Int]) {
    array(name) { for value in values { put(nil, String(value)) } }
  }

  /// A document that another one of these wrote, as it is but for its indent.
  func document(_ name: String?, _ text: String) {
    let lines = text.split(separator: "\n")
    put(name, lines.joined(separator: layout == .indented ? "\n" + String(repeating: "  ", count: depth) : ""))
  }

  private func put(_ name: String?, _ text: String?) {
    begin(name)
    buffer += text ?? "null"
    if buffer.utf8.count > Self.pieceSize { flush() }
  }

  private func begin(_ name: String?) {
    if !isFirst { buffer += "," }
    if depth > 0 { breakLine() }
    isFirst = false
    if let name { buffer += Self.quoted(name) + (layout == .indented ? ": " : ":") }
  }

  private func breakLine() {
    if layout == .indented { buffer += "\n" + String(repeating: "  ", count: depth) }
  }

  // MARK: Strings

  private static func quoted(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy {
      (0x20..<0x7f).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
    }
    if isPlain { return "\"\(text)\"" }
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where Escaping.isHazardous(scalar):
        // RFC 8259 7: beyond the Basic Multilingual Plane a pair of surrogates.
        for unit in String(scalar).utf16 { result += "\\u" + hexadecimalUnit(unit) }
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  private static func hexadecimalUnit(_ unit: UInt16) -> String {
    let digits = String(unit, radix: 16)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }
}
