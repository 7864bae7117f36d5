import Packets

/// The file header of a Network Monitor capture, and how its frames are laid out; little-endian.
struct NetworkMonitorHeader {
  private(set) var frameTableOffset: Int
  private(set) var frameCount: Int
  /// Of all frames, unless each has its own.
  private(set) var linkType: LinkType

  private let major: UInt8
  private let minor: UInt8
  private let start: Timestamp

  /// Magic 4, minor version 1, major version 1, media type 2, start time 16, frame table offset 4 and length 4.
  init(_ bytes: borrowing ByteView) throws(DecodeError) {
    minor = try bytes.u8(at: 4)
    major = try bytes.u8(at: 5)
    guard major == 1 || major == 2 else {
      throw DecodeError(offset: 4, reason: .malformed("its version is \(major).\(minor), but smbdx reads only 1 and 2"))
    }
    linkType = Self.linkType(try bytes.u16le(at: 6)) ?? .unknown
    start = Self.time(
      year: Int64(try bytes.u16le(at: 8)), month: Int64(try bytes.u16le(at: 10)), day: Int64(try bytes.u16le(at: 14)),
      seconds: Int64(try bytes.u16le(at: 16)) * 3_600 + Int64(try bytes.u16le(at: 18)) * 60 + Int64(try bytes.u16le(at: 20)),
      milliseconds: Int64(try bytes.u16le(at: 22)))
    frameTableOffset = Int(try bytes.u32le(at: 24))
    frameCount = Int(try bytes.u32le(at: 28)) / 4
  }

  /// Since version 2.1 a frame says on which kind of link it was captured.
  private var hasMediaTypes: Bool { major == 2 && minor >= 1 }

  var recordHeaderSize: Int { major == 1 ? 8 : 16 }

  /// Media type 2; since 2.2 process 4; since 2.3 UTC time 8 and time zone 1.
  var trailerSize: Int {
    guard hasMediaTypes else { return 0 }
    return switch minor {
    case 1: 2
    case 2: 6
    default: 15
    }
  }

  /// Version 1: milliseconds since the start 4, original length 2, captured length 2. Version 2: microseconds 8,
  /// original length 4, captured length 4. A frame may come before the start.
  func recordHeader(
    _ bytes: borrowing ByteView
  ) throws(DecodeError) -> (time: Timestamp, originalLength: Int, capturedLength: Int) {
    if major == 1 {
      let nanoseconds = Int64(try bytes.u32le(at: 0)) * 1_000_000
      return (start.advanced(by: nanoseconds), Int(try bytes.u16le(at: 4)), Int(try bytes.u16le(at: 6)))
    }
    let nanoseconds = Int64(bitPattern: try bytes.u64le(at: 0)) &* 1_000
    return (start.advanced(by: nanoseconds), Int(try bytes.u32le(at: 8)), Int(try bytes.u32le(at: 12)))
  }

  /// - Returns: the link type of the file for a frame that has none of its own; nil for what is no frame of a network and is not counted.
  func trailer(_ bytes: borrowing ByteView) throws(DecodeError) -> (linkType: LinkType?, time: Timestamp?) {
    guard hasMediaTypes else { return (linkType, nil) }
    let linkType = Self.linkType(try bytes.u16le(at: 0))
    guard minor >= 3 else { return (linkType, nil) }
    let time = try bytes.u64le(at: 6)
    // FILETIME: 100 ns since 1601-01-01.
    let ticks = Int64(clamping: time) - 116_444_736_000_000_000
    let nanoseconds = ticks.multipliedReportingOverflow(by: 100)
    return (linkType, time == 0 || nanoseconds.overflow ? nil : Timestamp(nanoseconds: nanoseconds.partialValue))
  }

  // MARK: Media types

  private static func linkType(_ mediaType: UInt16) -> LinkType? {
    switch mediaType {
    // 0: some captures of VPN links, which contain Ethernet nevertheless.
    case 0, 1: .ethernet
    // Tunnels, mobile networks, raw IP.
    case 7, 8, 9: LinkType(inFile: 101)
    // 0xe080 to 0xe08a are of Message Analyzer and not link types.
    case 0xe000..<0xe080, 0xe08b..<0xf000: LinkType(inFile: mediaType & 0x0fff)
    // Headers of reassembled frames, network information, names that were resolved.
    case 0xfffc, 0xfffd, 0xfffe: nil
    default: .unknown
    }
  }

  // MARK: Time

  /// The start is in the local time of the capturing host, which is not in the file: it is taken for UTC.
  private static func time(year: Int64, month: Int64, day: Int64, seconds: Int64, milliseconds: Int64) -> Timestamp {
    let date = CivilDate(year: year, month: month, day: day)
    let total = (date.daysSince1970 * 86_400 + seconds).multipliedReportingOverflow(by: 1_000_000_000)
    return Timestamp(nanoseconds: total.overflow ? 0 : total.partialValue).advanced(by: milliseconds * 1_000_000)
  }
}

extension Timestamp {
  /// A damaged file may hold any times: what does not fit becomes the Unix epoch.
  fileprivate func advanced(by nanoseconds: Int64) -> Timestamp {
    let (sum, overflow) = self.nanoseconds.addingReportingOverflow(nanoseconds)
    return Timestamp(nanoseconds: overflow ? 0 : sum)
  }
}
