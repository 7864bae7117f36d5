/// Names of interfaces, numbered from 1 as frames bring them. Apart from the reader, which lends a frame when they are asked for.
final class InterfaceNames {
  private enum Limit {
    /// A host with more has many of the same kind.
    static let names = 256
    /// Bytes of a name; Linux allows 15.
    static let length = 32
  }

  private var keys: [[UInt8]] = []

  /// - Returns: 0 for one that has no name, or finds no room.
  func number(of name: borrowing Span<UInt8>) -> UInt32 {
    guard !name.isEmpty, name.count <= Limit.length else { return 0 }
    for index in keys.indices where Self.isEqual(keys[index], name) { return UInt32(index + 1) }
    guard keys.count < Limit.names else { return 0 }
    keys.append([UInt8](capacity: name.count) { output in for index in name.indices { output.append(name[index]) } })
    return UInt32(keys.count)
  }

  func name(_ number: UInt32) -> String? {
    let index = Int(number) - 1
    return keys.indices.contains(index) ? String(decoding: keys[index], as: UTF8.self) : nil
  }

  private static func isEqual(_ key: [UInt8], _ name: borrowing Span<UInt8>) -> Bool {
    guard key.count == name.count else { return false }
    // Names differ at their ends.
    for index in name.indices.reversed() where key[index] != name[index] { return false }
    return true
  }
}
