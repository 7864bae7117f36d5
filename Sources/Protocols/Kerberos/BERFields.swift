import Packets
import SwiftASN1

/// The fields of a SEQUENCE that all carry explicit context tags, as in RFC 4120 and RFC 4178.
///
/// Fields are found by tag: unread and future ones need no mention, and their order is not checked.
struct BERFields {
  private let structure: String
  private let nodes: ASN1NodeCollection

  init(_ structure: String, _ node: ASN1Node) throws {
    guard node.identifier == .sequence, case .constructed(let nodes) = node.content else {
      throw ASN1Error.unexpectedFieldType(node.identifier)
    }
    self.structure = structure
    self.nodes = nodes
  }

  func optional<Value>(_ tag: UInt, _ read: (ASN1Node) throws -> Value) throws -> Value? {
    for node in nodes {
      if let value = try node.explicit(tag, read) { return value }
    }
    return nil
  }

  func required<Value>(_ tag: UInt, _ read: (ASN1Node) throws -> Value) throws -> Value {
    guard let value = try optional(tag, read) else {
      throw DecodeError(offset: 0, reason: .malformed("\(structure): field [\(tag)] is missing"))
    }
    return value
  }
}

extension ASN1Node {
  /// What an explicit context tag holds; `nil` when this is not that tag.
  func explicit<Value>(_ tag: UInt, _ read: (ASN1Node) throws -> Value) throws -> Value? {
    guard identifier == ASN1Identifier(tagWithNumber: tag, tagClass: .contextSpecific) else { return nil }
    return try BER.explicitlyTagged(self, tagNumber: tag, tagClass: .contextSpecific, read)
  }

  /// The elements of a SEQUENCE OF.
  func elements<Value>(_ read: (ASN1Node) throws -> Value) throws -> [Value] {
    try BER.sequence(self, identifier: .sequence) { nodes in
      var values: [Value] = []
      while let node = nodes.next() { values.append(try read(node)) }
      return values
    }
  }
}

/// Reads the BER element at the start of `bytes`, and leaves alone what follows it; errors name `structure`.
///
/// swift-asn1 refuses more than 50 levels of nesting, so hostile input cannot exhaust the stack; and since it makes a
/// node of every two bytes at worst, the length is limited too.
func decodeBER<Value>(
  _ structure: String, _ bytes: [UInt8], _ read: (ASN1Node) throws -> Value
) throws(DecodeError) -> Value {
  let count = try BERElement(ByteView(bytes.span)).count
  guard count <= KerberosMessage.maximumCount else {
    throw DecodeError(offset: 0, reason: .unexpected(field: "\(structure) length", value: UInt64(count)))
  }
  do {
    return try read(BER.parse(bytes[..<count]))
  } catch let error as DecodeError {
    throw error
  } catch {
    throw DecodeError(offset: 0, reason: .malformed("\(structure): \(sentence(for: error))"))
  }
}

private func sentence(for error: any Error) -> String {
  switch (error as? ASN1Error)?.code {
  case .unexpectedFieldType: "a field is not of the type that belongs there"
  case .truncatedASN1Field: "a field goes on past the end of the structure that holds it"
  default: "the bytes are not well-formed BER"
  }
}
