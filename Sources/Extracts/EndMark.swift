package import Packets

/// A frame without content at the end of the recording: the time without frames is the proof of silence.
package enum EndMark {
  /// Ethernet with an EtherType for local experiments: IEEE 802 9.2.4.
  package static let bytes: [UInt8] = [UInt8](repeating: 0, count: 12) + [0x88, 0xb5]
  package static let comment = "smbdx: not a frame of the recording; it marks the time at which the recording ended"

  /// - Parameter time: of the recording's last frame.
  package static func frame(at time: Timestamp) -> Frame {
    Frame(number: 0, time: time, originalLength: bytes.count, linkType: .ethernet)
  }
}
