import Diagnosis
import Foundation
import Testing

/// Checks a report against `Schema/smbdx-report-1.schema.json`, and that it has no field the schema does not know.
func expectContract(_ json: String) throws {
  let url = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Sources/Reports/Schema/smbdx-report-1.schema.json")
  let schema = Schema(try JSONDecoder().decode(JSONValue.self, from: Data(contentsOf: url)))
  try schema.validate(try JSONDecoder().decode(JSONValue.self, from: Data(json.utf8)))
}

/// The part of JSON Schema 2020-12 that our schema uses; any other keyword is refused, so none is passed over.
struct Schema {
  struct Violation: Error, CustomStringConvertible {
    var description: String
  }

  private static let annotations: Set<String> = ["$schema", "$id", "$defs", "title", "description"]
  private let root: JSONValue

  init(_ root: JSONValue) { self.root = root }

  func validate(_ value: JSONValue) throws { try check(value, root, at: "$") }

  private func check(_ value: JSONValue, _ schema: JSONValue, at path: String) throws {
    for (keyword, argument) in schema.members where !Self.annotations.contains(keyword) {
      switch keyword {
      case "$ref": try check(value, definition(argument), at: path)
      case "type":
        let names = argument.text.map { [$0] } ?? argument.elements.compactMap(\.text)
        try require(names.contains(value.typeName), "is no \(names)", path)
      case "const": try require(value == argument, "is not \(argument)", path)
      case "enum": try require(argument.elements.contains(value), "\(value) is none of \(argument)", path)
      case "pattern":
        guard let text = value.text else { continue }
        try require(text.firstMatch(of: Regex(argument.text ?? "")) != nil, "\(text) does not match", path)
      case "minimum": try require(value.number ?? .max >= argument.number ?? 0, "is too small", path)
      case "maximum": try require(value.number ?? .min <= argument.number ?? 0, "is too large", path)
      case "items":
        for (index, element) in value.elements.enumerated() { try check(element, argument, at: "\(path)[\(index)]") }
      case "required":
        guard case .object(let members) = value else { continue }
        let missing = argument.elements.compactMap(\.text).filter { members[$0] == nil }
        try require(missing.isEmpty, "lacks \(missing)", path)
      case "properties", "additionalProperties": try checkMembers(value, schema, at: path)
      default: throw Violation(description: "the schema uses \(keyword), which is not checked here")
      }
    }
  }

  private func checkMembers(_ value: JSONValue, _ schema: JSONValue, at path: String) throws {
    for (name, member) in value.members {
      let known = schema.members["properties"]?.members[name] ?? schema.members["additionalProperties"]
      guard let known else { throw Violation(description: "\(path).\(name) is not in the schema") }
      try check(member, known, at: "\(path).\(name)")
    }
  }

  private func definition(_ reference: JSONValue) throws -> JSONValue {
    let name = (reference.text ?? "").replacing("#/$defs/", with: "")
    return try #require(root.members["$defs"]?.members[name], "\(reference)")
  }

  private func require(_ isMet: Bool, _ complaint: String, _ path: String) throws {
    if !isMet { throw Violation(description: "\(path) \(complaint)") }
  }
}
