/// Which reader a pcap file needs.
enum PcapFile {
  /// - Parameter file: the source, when it is a regular file.
  static func reader(
    _ source: PeekedBytes, file: FileBytes?, bufferSize: Int
  ) throws(ReadDamage) -> any FrameReader {
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
    if let file { return FormatReader(try LibpcapReader(file: file, bufferSize: bufferSize)) }
    return FormatReader(try LibpcapReader(source, bufferSize: bufferSize))
  }
}
