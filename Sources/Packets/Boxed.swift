/// A value that few connections have: eight bytes in those that do not, a place of its own in the others.
@usableFromInline package struct Boxed<Value: DefaultInitializable> {
  /// None or one.
  @usableFromInline var list: [Value] = []

  @inlinable package init() {}

  @inlinable package var isAbsent: Bool { list.isEmpty }

  /// A part of it, or what that is in those that have none. Does not copy the whole; to ask ``isAbsent`` first is faster.
  @inlinable @inline(__always) package func read<Part>(_ part: (Value) -> Part) -> Part {
    list.isEmpty ? part(Value()) : part(list[0])
  }

  /// The same of a part that is nil in those that have none, as in all of these values. Makes no value to look there.
  @inlinable @inline(__always) package func read<Part>(_ part: (Value) -> Part?) -> Part? {
    list.isEmpty ? nil : part(list[0])
  }

  /// To change it gives it a place.
  @inlinable package var value: Value {
    get { read { $0 } }
    // In place: the lists inside are long just when they matter.
    _modify {
      if list.isEmpty { list = [Value()] }
      yield &list[0]
    }
  }
}

/// A value that may be absent, and then is what `init()` makes.
@usableFromInline package protocol DefaultInitializable { init() }

extension Boxed: Sendable where Value: Sendable {}
extension Boxed: Equatable where Value: Equatable {}
extension Boxed: Hashable where Value: Hashable {}

extension Boxed: Encodable where Value: Encodable {
  @usableFromInline package func encode(to encoder: any Encoder) throws { try list.encode(to: encoder) }
}

extension Boxed: Decodable where Value: Decodable {
  @usableFromInline package init(from decoder: any Decoder) throws {
    self.init()
    list = Array(try [Value](from: decoder).prefix(1))
  }
}
