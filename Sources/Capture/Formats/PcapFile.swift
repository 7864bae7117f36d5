/// Which reader a pcap file needs.
enum PcapFile {
  static func reader(_ source: PeekedBytes, bufferSize: Int) throws(ReadDamage) -> any FrameReader {
    let header = PcapFileHeader(source.head)
    let old = OldPcapHeader(source.head)
    // What has to be left to libpcap is not looked at: libpcap begins at the first byte.
    if header != nil || old.map({ !$0.variants.contains(.standard) }) ?? false {
      var window = ByteWindow(source, largestRead: bufferSize)
      if let old, case let variant = old.variant(&window), variant != .standard {
        return FormatReader(OldPcapReader(window, header: old, variant: variant))
      }
      if let header { return FormatReader(PcapReader(window, header: header)) }
    }
    return FormatReader(try LibpcapReader(source, bufferSize: bufferSize))
  }
}
