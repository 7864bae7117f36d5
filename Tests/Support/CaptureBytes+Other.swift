import Packets

/// A Network Monitor capture. It begins with the first frame's second, in UTC.
///
/// - Parameter version: 1.1, 2.0, 2.1, 2.2 or 2.3.
package func networkMonitorFile(
  _ frames: [TestFrame], version: (major: UInt8, minor: UInt8) = (2, 3), mediaType: UInt16 = 1
) -> [UInt8] {
  let start = (frames.first?.time.nanoseconds ?? 0) / 1_000_000_000
  var records: [UInt8] = []
  var table: [UInt8] = []
  for frame in frames {
    table += .littleEndian(UInt32(128 + records.count))
    let since = frame.time.nanoseconds - start * 1_000_000_000
    if version.major == 1 {
      records += .littleEndian(UInt32(since / 1_000_000)) + .littleEndian(UInt16(frame.wireLength))
      records += .littleEndian(UInt16(frame.bytes.count)) + frame.bytes
    } else {
      records += .littleEndian(UInt64(since / 1_000)) + .littleEndian(frame.wireLength)
      records += .littleEndian(UInt32(frame.bytes.count)) + frame.bytes
      if version.minor >= 1 { records += .littleEndian(mediaType) }
      if version.minor >= 2 { records += .littleEndian(UInt32.max) }
      if version.minor >= 3 { records += .littleEndian(UInt64(frame.time.nanoseconds / 100 + 116_444_736_000_000_000)) + [0] }
    }
  }
  let (year, month, day) = date(daysSince1970: start / 86_400)
  let second = start % 86_400
  let time = [year, month, 0, day, second / 3_600, second / 60 % 60, second % 60, 0].flatMap { [UInt8].littleEndian(UInt16($0)) }
  let header =
    Array((version.major == 1 ? "RTSS" : "GMBU").utf8) + [version.minor, version.major] + .littleEndian(mediaType) + time
    + .littleEndian(UInt32(128 + records.count)) + .littleEndian(UInt32(table.count))
  return header + [UInt8](repeating: 0, count: 128 - header.count) + records + table
}

/// By counting, so that a test does not repeat what it tests.
private func date(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
  var (year, month, rest) = (Int64(1970), Int64(1), days)
  func length() -> Int64 {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][Int(month) - 1]
  }
  while rest >= length() {
    rest -= length()
    (year, month) = month == 12 ? (year + 1, 1) : (year, month + 1)
  }
  return (year, month, rest + 1)
}

/// A capture of snoop, version 2: RFC 1761.
package func snoopFile(_ frames: [TestFrame], dataLink: UInt32 = 4) -> [UInt8] {
  var file = ByteWriter().ascii("snoop").zeros(3).u32be(2).u32be(dataLink)
  for frame in frames {
    let padding = -frame.bytes.count & 3
    let (seconds, rest) = frame.time.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    file = file.u32be(frame.wireLength).u32be(UInt32(frame.bytes.count)).u32be(UInt32(24 + frame.bytes.count + padding))
      .u32be(7).u32be(UInt32(seconds)).u32be(UInt32(rest / 1_000)).raw(frame.bytes).zeros(padding)
  }
  return file.bytes
}
