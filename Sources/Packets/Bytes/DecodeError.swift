/// Why a structure could not be read, and at which byte of its message.
@usableFromInline package struct DecodeError: Error, Hashable, Sendable, Codable {
  package enum Reason: Hashable, Sendable, Codable {
    /// The structure goes on past the bytes that are there. Both counts are bytes.
    case truncated(needed: Int, available: Int)
    /// A field holds what the specification does not allow there.
    case unexpected(field: String, value: UInt64)
    /// An embedded encoding (BER, UTF-16) is not well-formed.
    case malformed(String)
  }

  /// Offset in the message that the view was cut from, in bytes.
  package var offset: Int
  package var reason: Reason

  package init(offset: Int, reason: Reason) {
    self.offset = offset
    self.reason = reason
  }
}

extension DecodeError.Reason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .truncated(let needed, let available):
      "needs \(needed) \(needed == 1 ? "byte" : "bytes"), \(available) left"
    case .unexpected(let field, let value):
      "\(field) is 0x\(String(value, radix: 16)) (\(value))"
    case .malformed(let what):
      what
    }
  }
}
