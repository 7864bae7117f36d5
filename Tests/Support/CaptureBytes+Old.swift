import Packets

/// What AIX and systems of around 2000 wrote.
package enum OldCapture: String, CaseIterable, Sendable {
  case aix = "AIX tcpdump"
  case redHat = "Red Hat 6.1"
  case modified = "patch 991029"
  case suse = "SuSE 6.3"
  case nokia = "Nokia"
  case iptrace1 = "iptrace 1.0"
  case iptrace2 = "iptrace 2.0"

  /// In nanoseconds.
  package var resolution: Int64 {
    switch self {
    case .aix, .iptrace2: 1
    case .iptrace1: 1_000_000_000
    case .redHat, .modified, .suse, .nokia: 1_000
    }
  }

  /// - Parameter interface: an ifType of AIX. The other formats have the link type of Ethernet.
  package func file(_ frames: [TestFrame], isBigEndian: Bool = false, interface: UInt8 = 6) -> [UInt8] {
    switch self {
    case .iptrace1, .iptrace2: iptraceFile(frames, isExact: self == .iptrace2, interface: interface)
    default: pcap(frames, isBigEndian: isBigEndian, interface: interface)
    }
  }

  private func pcap(_ frames: [TestFrame], isBigEndian: Bool, interface: UInt8) -> [UInt8] {
    func u16(_ value: UInt16) -> [UInt8] { .littleEndian(isBigEndian ? value.byteSwapped : value) }
    func u32(_ value: UInt32) -> [UInt8] { .littleEndian(isBigEndian ? value.byteSwapped : value) }
    var file = u32(self == .modified || self == .suse ? 0xa1b2_cd34 : 0xa1b2_c3d4) + u16(2) + u16(self == .aix ? 2 : 4)
    file += u32(0) + u32(0) + u32(65_535) + u32(self == .aix ? UInt32(interface) : 1)
    for frame in frames {
      let (seconds, rest) = frame.time.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
      let lengths = [UInt32(frame.bytes.count), frame.wireLength]
      file += u32(UInt32(seconds)) + u32(UInt32(rest / resolution))
      // The length on the wire came first in version 2.2.
      file += (self == .aix ? lengths.reversed() : lengths).flatMap { u32($0) }
      switch self {
      case .redHat, .modified: file += u32(2) + u16(0x0008) + [0, 0x7f]
      case .suse: file += u32(2) + u16(0x0008) + [0, 0x7f, 1, 2, 3, 4]
      case .nokia: file += u32(0x9fbf_b601)
      default: break
      }
      file += frame.bytes
    }
    return file
  }
}

private func iptraceFile(_ frames: [TestFrame], isExact: Bool, interface: UInt8) -> [UInt8] {
  var file = ByteWriter().ascii(isExact ? "iptrace 2.0" : "iptrace 1.0")
  for (index, frame) in frames.enumerated() {
    let (seconds, rest) = frame.time.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    file = file.u32be(UInt32((isExact ? 32 : 22) + frame.bytes.count)).u32be(UInt32(seconds)).zeros(3).u8(UInt8(index % 2))
    file = file.ascii("en").zeros(2).zeros(12).u8(interface).u8(UInt8(index % 2))
    if isExact { file = file.zeros(2).u32be(UInt32(seconds)).u32be(UInt32(rest)) }
    file = file.raw(frame.bytes)
  }
  return file.bytes
}
