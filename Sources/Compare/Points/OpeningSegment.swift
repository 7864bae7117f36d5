/// A SYN or SYN-ACK as it lies on the wire.
package struct OpeningSegment: Sendable {
  package var hopLimit: UInt8
  package var trafficClass: UInt8
  package var window: UInt16
  package var identification: UInt16?
  /// TCP control bits, with those of ECN.
  package var flags: UInt8
  /// In place, for there are as many as connections; a TCP header has room for no more.
  private var octets: InlineArray<40, UInt8>
  private var count: UInt8

  init(
    hopLimit: UInt8, trafficClass: UInt8, window: UInt16, identification: UInt16?, flags: UInt8, options: [UInt8]
  ) {
    (self.hopLimit, self.trafficClass, self.window) = (hopLimit, trafficClass, window)
    (self.identification, self.flags) = (identification, flags)
    octets = InlineArray { $0 < options.count ? options[$0] : 0 }
    count = UInt8(min(options.count, 40))
  }

  /// All of the options, as far as they were captured.
  package var options: [UInt8] { (0..<Int(count)).map { octets[$0] } }
}
