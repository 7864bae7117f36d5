import Packets

/// Captures of Solaris' snoop: RFC 1761.
struct SnoopReader: CaptureFormat, ~Copyable {
  private static let headerSize = 16
  private static let recordHeaderSize = 24
  private static let largestRecord = 16 << 20

  let linkTypes: [LinkType]
  private(set) var lostFrames = 0

  private var window: ByteWindow
  private let linkType: LinkType
  private var recordLength = 0
  private var frameLength = 0

  init(_ source: any ByteSource, bufferSize: Int) throws(ReadDamage) {
    window = ByteWindow(source, largestRead: bufferSize)
    linkType = try window.decode("snoop file header", Self.headerSize) { (header) throws(DecodeError) in
      try Self.linkType(header)
    }
    linkTypes = [linkType]
    recordLength = Self.headerSize
  }

  /// File header: identification 8, version 4, datalink type 4; big-endian.
  private static func linkType(_ header: borrowing ByteView) throws(DecodeError) -> LinkType {
    let version = try header.u32be(at: 8)
    guard version == 2 else { throw DecodeError(offset: 8, reason: .malformed("its version is \(version), but smbdx reads only 2; \(ForeignFormat.conversion)")) }
    return switch try header.u32be(at: 12) {
    case 0, 4: .ethernet
    case 8: LinkType(inFile: 10)
    case let other: throw DecodeError(offset: 12, reason: .malformed("its datalink type is \(other), but smbdx reads only Ethernet; \(ForeignFormat.conversion)"))
    }
  }

  func lend(_ body: (Span<UInt8>) -> Void) {
    window.lend(Self.recordHeaderSize..<(Self.recordHeaderSize + frameLength), body)
  }

  /// Packet record: original length 4, included length 4, record length 4, cumulative drops 4, seconds 4, microseconds 4,
  /// bytes, padding; big-endian.
  mutating func next() throws(ReadDamage) -> FrameRecord? {
    let start = window.position
    guard window.skip(recordLength) else { throw window.truncation(of: "snoop record", at: start) }
    recordLength = 0
    frameLength = 0
    if !window.reach(1), window.failure == nil { return nil }
    let record = try window.decode("snoop record", Self.recordHeaderSize) { (header) throws(DecodeError) in
      let (included, length) = (Int(try header.u32be(at: 4)), Int(try header.u32be(at: 8)))
      guard length <= Self.largestRecord, length >= Self.recordHeaderSize + included else {
        throw DecodeError(offset: 4, reason: .malformed("its lengths are \(included) and \(length) bytes"))
      }
      (frameLength, recordLength) = (included, length)
      lostFrames = Int(try header.u32be(at: 12))
      let nanoseconds = Int64(try header.u32be(at: 16)) * 1_000_000_000 + Int64(try header.u32be(at: 20)) * 1_000
      return FrameRecord(
        time: Timestamp(nanoseconds: nanoseconds), originalLength: Int(try header.u32be(at: 0)), linkType: linkType)
    }
    guard window.reach(Self.recordHeaderSize + frameLength) else { throw window.truncation(of: "snoop record") }
    return record
  }
}
