/// Text in UTF-16 as the bytes that it has in ASCII: what a PowerShell writes into files.
final class UTF16Bytes: ByteSource {
  enum Order {
    case little, big

    /// By its first two bytes.
    init?(head: [UInt8]) {
      if head.starts(with: [0xff, 0xfe]) { self = .little } else if head.starts(with: [0xfe, 0xff]) { self = .big } else { return nil }
    }
  }

  private let source: any ByteSource
  private let order: Order
  private var units = [UInt8](repeating: 0, count: 16 * 1024)
  private var count = 0
  private var isAtMark = true

  init(_ source: any ByteSource, _ order: Order) {
    self.source = source
    self.order = order
  }

  func read(into target: UnsafeMutableRawBufferPointer) throws(SourceFailure) -> Int {
    while count < 2 || isAtMark {
      let step = try source.read(into: &units, count..<units.count)
      guard step > 0 else { return 0 }
      count += step
      if isAtMark, count >= 2 {
        isAtMark = false
        drop(2)
      }
    }
    let length = min(count / 2, target.count)
    // SAFETY: `length` bytes are written, no more than `target` holds.
    for index in 0..<length { unsafe target[index] = character(2 * index) }
    drop(2 * length)
    return length
  }

  private func drop(_ length: Int) {
    for index in length..<count { units[index - length] = units[index] }
    count -= length
  }

  private func character(_ index: Int) -> UInt8 {
    let (low, high) = order == .little ? (units[index], units[index + 1]) : (units[index + 1], units[index])
    if high == 0, low < 0x80 { return low }
    // The arrow between two addresses. Other characters outside of ASCII are not needed.
    return high == 0x21 && low == 0x92 ? UInt8(ascii: ">") : UInt8(ascii: "?")
  }
}
