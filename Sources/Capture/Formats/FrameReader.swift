import Packets

/// The metadata of one frame.
struct FrameRecord {
  var time = Timestamp(nanoseconds: 0)
  var originalLength = 0
  var linkType = LinkType.ethernet
  /// Where it was captured, by a number of the file; 0 when the file does not say.
  var interface: UInt32 = 0
  var hostDrop: HostDrop?
  /// Frames before this one that a slim capture leaves out.
  var leftOutBefore = 0
}

/// Why reading stopped.
struct ReadDamage: Error {
  var message: String
  /// Where the record begins that could not be read, in bytes from the start of the capture; nil when not known.
  var byte: Int?
}

/// How far a file has been read.
struct FramePlaceInFile {
  /// The frame that is lent next.
  var record: FrameRecord
  /// Frames up to this one.
  var count: Int
}

/// One capture format.
protocol FrameReader: AnyObject {
  /// Link types known so far, each once.
  var linkTypes: [LinkType] { get }
  /// Frames that the capturing host says it lost, as far as it was read.
  var lostFrames: Int { get }

  /// Moves to the next frame; nil at the end.
  func next() throws(ReadDamage) -> FrameRecord?
  /// What else a user should know of the file, as sentences.
  var remarks: [String] { get }
  /// Of a slim capture, what it says of the one from which it was made, as far as it was read.
  var slim: SlimSummary? { get }
  /// The name of the interface with this number.
  func interfaceName(_ number: UInt32) -> String?
  /// Lends the frame at `place` and those behind it, as long as the next one has such a time.
  ///
  /// - Returns: false at the end.
  func lendFrames(
    from place: inout FramePlaceInFile, while isTurn: (Timestamp) -> Bool, _ body: (FrameRecord, Span<UInt8>) -> Void
  ) throws(ReadDamage) -> Bool
}

/// A capture format that is read here.
///
/// A value, so that what it remembers is reached without counting references.
protocol CaptureFormat: ~Copyable {
  var linkTypes: [LinkType] { get }
  var lostFrames: Int { get }
  var remarks: [String] { get }
  var slim: SlimSummary? { get }
  /// The name of the interface with this number; known before the first frame.
  var interfaceNames: (UInt32) -> String? { get }
  mutating func next() throws(ReadDamage) -> FrameRecord?
  func lend(_ body: (Span<UInt8>) -> Void)
}

extension CaptureFormat where Self: ~Copyable {
  var remarks: [String] { [] }
  var slim: SlimSummary? { nil }
  var interfaceNames: (UInt32) -> String? { { _ in nil } }
}

extension CaptureFormat where Self: ~Copyable {
  /// See ``FrameReader/lendFrames(from:while:_:)``.
  @inline(__always)
  mutating func lendFrames(
    from place: inout FramePlaceInFile, while isTurn: (Timestamp) -> Bool, _ body: (FrameRecord, Span<UInt8>) -> Void
  ) throws(ReadDamage) -> Bool {
    repeat {
      let lent = place.record
      lend { body(lent, $0) }
      guard let next = try next() else { return false }
      place.record = next
      place.count += 1 + next.leftOutBefore
    } while isTurn(place.record.time)
    return true
  }
}

/// Wraps a format in a class. Each access to it is checked at run time, so one call reads many frames.
final class FormatReader<Format: CaptureFormat & ~Copyable>: FrameReader {
  private var format: Format
  /// Asked while a frame is lent, when the format must not be touched.
  private let interfaceNames: (UInt32) -> String?

  init(_ format: consuming Format) {
    interfaceNames = format.interfaceNames
    self.format = format
  }

  var linkTypes: [LinkType] { format.linkTypes }
  var lostFrames: Int { format.lostFrames }
  var remarks: [String] { format.remarks }
  var slim: SlimSummary? { format.slim }
  func interfaceName(_ number: UInt32) -> String? { interfaceNames(number) }
  func next() throws(ReadDamage) -> FrameRecord? { try format.next() }
  func lendFrames(
    from place: inout FramePlaceInFile, while isTurn: (Timestamp) -> Bool, _ body: (FrameRecord, Span<UInt8>) -> Void
  ) throws(ReadDamage) -> Bool { try format.lendFrames(from: &place, while: isTurn, body) }
}
