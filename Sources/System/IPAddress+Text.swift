import Glibc
package import Packets

extension IPAddress {
  /// `192.0.2.1`, `2001:db8::1`: RFC 4291 2.2.
  package init?(_ text: String) {
    var bytes = [UInt8](repeating: 0, count: 16)
    let family = text.contains(":") ? AF_INET6 : AF_INET
    // SAFETY: 16 bytes hold an address of either family.
    let result = unsafe bytes.withUnsafeMutableBytes { unsafe inet_pton(family, text, $0.baseAddress) }
    guard result == 1 else { return nil }
    func number(_ range: Range<Int>) -> UInt64 { bytes[range].reduce(0) { $0 << 8 | UInt64($1) } }
    self =
      family == AF_INET6
      ? IPAddress(high: number(0..<8), low: number(8..<16)) : IPAddress(ipv4: UInt32(truncatingIfNeeded: number(0..<4)))
  }
}
