package import Packets

/// A moment as Windows counts it: 100 ns since 1601-01-01 UTC (MS-DTYP 2.3.3). 0 means "not given".
package struct FileTime: RawRepresentable, Hashable, Sendable {
  package var rawValue: UInt64
  package init(rawValue: UInt64) { self.rawValue = rawValue }

  /// nil for 0 and for what lies outside 1970 to 2262.
  package var timestamp: Timestamp? {
    let since1970 = Int64(exactly: rawValue).map { $0 - 116_444_736_000_000_000 }
    guard let since1970, since1970 >= 0, since1970 < .max / 100 else { return nil }
    return Timestamp(nanoseconds: since1970 * 100)
  }
}
