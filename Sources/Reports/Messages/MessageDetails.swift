import Packets
import Protocols

/// What the body of a message says: named values for machines, a few words for people.
///
/// Secrets stay out: of tokens only names and lengths are shown, never responses, hashes or tickets.
struct MessageDetails {
  enum Value {
    case text(String?)
    case number(UInt64)
    case signed(Int)
    case flag(Bool)
    case texts([String])
    case numbers([Int])
    case object([Field])
    case objects([[Field]])
  }

  struct Field {
    var name: String
    var value: Value

    init(_ name: String, _ value: Value) {
      self.name = name
      self.value = value
    }
  }

  var fields: [Field] = []
  var words: [String] = []
  var isUnreadable = false

  /// Adds a value when there is one.
  mutating func add(_ name: String, _ text: String?) {
    if let text { fields.append(Field(name, .text(text))) }
  }

  mutating func add(_ name: String, _ value: Value) { fields.append(Field(name, value)) }

  /// Adds words when there are any.
  mutating func say(_ text: String?) {
    if let text, !text.isEmpty { words.append(text) }
  }
}

extension JSONWriter {
  func members(_ fields: [MessageDetails.Field]) {
    for field in fields {
      let name = field.name
      switch field.value {
      case .text(let text): member(name, text)
      case .number(let number): member(name, number)
      case .signed(let number): member(name, number)
      case .flag(let flag): member(name, flag)
      case .texts(let texts): member(name, texts)
      case .numbers(let numbers): member(name, numbers)
      case .object(let inner): object(name) { members(inner) }
      case .objects(let list): array(name) { for inner in list { object { members(inner) } } }
      }
    }
  }
}
