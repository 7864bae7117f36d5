/// `4,812`
package func grouped(_ number: Int) -> String {
  var digits = Array(String(number.magnitude))
  for index in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: index) }
  return (number < 0 ? "-" : "") + String(digits)
}

/// `1 frame`, `4,812 frames`
package func counted(_ number: Int, _ noun: String, _ plural: String? = nil) -> String {
  "\(grouped(number)) \(number == 1 ? noun : plural ?? noun + "s")"
}

/// `0.1 ms`, `25 ms`, `12.3 s`: a span of nanoseconds for people.
package func milliseconds(_ nanoseconds: Int64) -> String {
  func oneDecimal(_ tenths: Int64) -> String { "\(tenths / 10)" + (tenths % 10 == 0 ? "" : ".\(tenths % 10)") }
  switch nanoseconds {
  case ..<0: return "0 ms"
  case ..<10_000_000: return oneDecimal((nanoseconds + 50_000) / 100_000) + " ms"
  case ..<1_000_000_000: return "\((nanoseconds + 500_000) / 1_000_000) ms"
  default: return oneDecimal((nanoseconds + 50_000_000) / 100_000_000) + " s"
  }
}
