import Packets
import TestSupport

extension RecordedFrame {
  /// The same TCP segment between two IPv6 hosts; what is no TCP over IPv4 stays as it is.
  var overVersion6: RecordedFrame {
    guard let segment = Segment(self), !segment.isVersion6, segment.payloadEnd <= bytes.count else { return self }
    let tcp = Array(bytes[segment.tcp..<segment.payloadEnd])
    let network: [UInt8] = [0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    var packet = Array(bytes[..<12]) + [0x86, 0xdd, 0x60, 0, 0, 0, UInt8(tcp.count >> 8), UInt8(tcp.count & 0xff), 6, bytes[22]]
    packet += network + bytes[26..<30] + network + bytes[30..<34] + tcp
    return RecordedFrame(time: time, bytes: packet)
  }

  /// With the checksum that whoever sends such a segment over IPv6 writes: RFC 8200 8.1.
  var sealedVersion6: [UInt8] {
    guard let segment = Segment(self), segment.isVersion6, segment.payloadEnd <= bytes.count else { return bytes }
    var sum = UInt32(segment.payloadEnd - segment.tcp) + 6
    let cleared = bytes.settingBigEndian(UInt16(0), at: segment.tcp + 16)
    for (index, byte) in cleared[22..<segment.payloadEnd].enumerated() { sum += UInt32(byte) << (index.isMultiple(of: 2) ? 8 : 0) }
    while sum > 0xffff { sum = sum >> 16 + sum & 0xffff }
    return cleared.settingBigEndian(~UInt16(sum), at: segment.tcp + 16)
  }
}
