extension Int {
  /// The sum of two counts, or `Int.max` where it would overflow.
  package func clampedSum(_ other: Int) -> Int {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
