import TextTable

/// A table without lines: two spaces between the columns, a row of titles, nothing behind the last word.
enum Aligned: TextTableStyle {
  static func prepare(_ text: String, for column: Column) -> String {
    // The only public way to a column's width.
    let width = column.repeated(" ").count
    return text + String(repeating: " ", count: max(0, width - text.count))
  }

  static func escape(_ text: String) -> String { text }
  static func begin(_ table: inout String, index: Int, columns: [Column]) {}
  static func end(_ table: inout String, index: Int, columns: [Column]) {}

  static func header(_ table: inout String, index: Int, columns: [Column]) {
    table += columns.map { $0.headerString(for: self) }.joined(separator: "  ") + "\n"
  }

  static func row(_ table: inout String, index: Int, columns: [Column]) {
    table += columns.map { $0.string(for: self) }.joined(separator: "  ") + "\n"
  }
}

/// The lines of a rendered table, without the spaces that end them.
func lines(of table: String?) -> [String] {
  (table ?? "").split(separator: "\n").map { line in
    String(line.reversed().drop { $0 == " " }.reversed())
  }
}
