import Packets

/// Captures of Microsoft Network Monitor, versions 1 and 2: a table says where each frame is.
///
/// The format is described in the help of Network Monitor 3, “Capture File Format”.
struct NetworkMonitorReader: CaptureFormat, ~Copyable {
  private enum Limit {
    /// The largest frame, as in pcapng.
    static let frame = 16 << 20
  }

  private static let headerSize = 128

  private(set) var linkTypes: [LinkType] = []
  /// The file does not say.
  let lostFrames = 0

  private let header: NetworkMonitorHeader
  private let cursor: Cursor
  private var window: ByteWindow
  private var table: ByteWindow
  private var entriesLeft: Int
  /// No byte of a sound file belongs to two frames.
  private var bytesLeft: Int
  private var frameLength = 0

  init(_ bytes: any RandomAccessBytes, bufferSize: Int) throws(ReadDamage) {
    cursor = Cursor(bytes)
    window = ByteWindow(cursor, largestRead: bufferSize)
    let tableCursor = Cursor(bytes)
    table = ByteWindow(tableCursor, largestRead: 32 * 1024)
    header = try window.decode("file header", Self.headerSize) { (bytes) throws(DecodeError) in
      try NetworkMonitorHeader(bytes)
    }
    bytesLeft = bytes.size
    entriesLeft = header.frameCount
    table.move(to: header.frameTableOffset, of: tableCursor)
    if header.trailerSize == 0 { recordLinkType(header.linkType) }
  }

  func lend(_ body: (Span<UInt8>) -> Void) {
    window.lend(header.recordHeaderSize..<(header.recordHeaderSize + frameLength), body)
  }

  mutating func next() throws(ReadDamage) -> FrameRecord? {
    while entriesLeft > 0 {
      entriesLeft -= 1
      let place = try table.decode("table of frames", 4) { (entry) throws(DecodeError) in Int(try entry.u32le(at: 0)) }
      // Frames usually follow each other.
      window.move(to: place, of: cursor)
      _ = table.skip(4)
      if let record = try record() { return record }
    }
    return nil
  }

  /// Header, bytes and trailer of a frame; nil for what Network Monitor keeps in frames for itself and Wireshark does
  /// not count.
  private mutating func record() throws(ReadDamage) -> FrameRecord? {
    let start = try window.decode("frame", header.recordHeaderSize) { (bytes) throws(DecodeError) in
      try header.recordHeader(bytes)
    }
    let length = header.recordHeaderSize + start.capturedLength + header.trailerSize
    guard start.capturedLength <= Limit.frame, length <= bytesLeft else {
      throw ReadDamage(message: "the frame's stated length is \(start.capturedLength) bytes", byte: window.position)
    }
    bytesLeft -= length
    frameLength = start.capturedLength
    let trailer = try window.decode("frame", length) { (bytes) throws(DecodeError) in
      try header.trailer(bytes.view(from: length - header.trailerSize))
    }
    guard let linkType = trailer.linkType else { return nil }
    recordLinkType(linkType)
    return FrameRecord(time: trailer.time ?? start.time, originalLength: start.originalLength, linkType: linkType)
  }

  private mutating func recordLinkType(_ linkType: LinkType) {
    if !linkTypes.contains(linkType) { linkTypes.append(linkType) }
  }
}
