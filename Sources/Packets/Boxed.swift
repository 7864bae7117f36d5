/// A value that few connections have. It takes eight bytes while it is absent, and is allocated when it is first changed.
@usableFromInline package struct Boxed<Value: DefaultInitializable> {
  /// Empty, or one element.
  @usableFromInline var list: [Value] = []

  @inlinable package init() {}

  @inlinable package var isAbsent: Bool { list.isEmpty }

  /// A part of the value, or that part of `Value()` while it is absent. Does not copy the whole; asking ``isAbsent`` first is
  /// faster.
  @inlinable @inline(__always) package func read<Part>(_ part: (Value) -> Part) -> Part {
    list.isEmpty ? part(Value()) : part(list[0])
  }

  /// An optional part, which must be nil in `Value()`: makes no value while it is absent.
  @inlinable @inline(__always) package func read<Part>(_ part: (Value) -> Part?) -> Part? {
    list.isEmpty ? nil : part(list[0])
  }

  /// Changing the value allocates it.
  @inlinable package var value: Value {
    get { read { $0 } }
    // In place, because the lists inside may be long.
    _modify {
      if list.isEmpty { list = [Value()] }
      yield &list[0]
    }
  }
}

/// A value with a default, which stands for one that is absent.
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
