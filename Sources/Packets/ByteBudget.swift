/// Bytes that may be held in memory, for all connections together, and how often there was no room.
package struct ByteBudget: Sendable {
  package let limit: Int
  package private(set) var used = 0
  /// Times that there was no room.
  package private(set) var limitsReached = 0

  package init(limit: Int) { self.limit = limit }

  /// - Returns: false if so many bytes do not fit.
  package mutating func take(_ count: Int) -> Bool {
    guard used + count <= limit else {
      limitsReached += 1
      return false
    }
    used += count
    return true
  }

  package mutating func give(_ count: Int) { used -= count }
}
