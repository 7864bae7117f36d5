import Packets
import System

/// One capture file, read frame by frame.
final class CaptureFile {
  /// Where its bytes are.
  enum Origin {
    /// A file or a named pipe; `-` is standard input.
    case path(String, OpenFiles)
    case memory(name: String, bytes: [UInt8])
    case stream(name: String, source: any ByteSource)
  }

  private enum Limit {
    /// Bytes of a capture that is held in memory.
    static let held = 64 << 20
    /// Files for which a compressed one or an event trace counts: it keeps more than a buffer in memory.
    static let heavyFile = 8
  }

  private enum State {
    case reading(any FrameReader)
    /// Closed at the first frame, to be opened again.
    case resting
    case ended
  }

  let name: String
  private(set) var record = FrameRecord()
  /// Frames read so far.
  private(set) var frameCount = 0
  private(set) var damage: CaptureDamage?
  /// Nothing at all is in it.
  private(set) var isEmpty = false
  /// A recorder that comes with Windows made it.
  private(set) var isOfWindows = false

  private let origin: Origin
  private let bufferSize: Int
  private var state = State.ended
  private var lastLinkTypes: [LinkType] = []
  private var lastLostFrames = 0
  private var lastRemarks: [String] = []
  private var lastSlim: SlimSummary?
  private var isReopenable = false
  /// Its bytes, while it is open and a file.
  private var file: FileBytes?
  /// Bytes of the file; nil for a pipe, and for one that has to be unpacked.
  private(set) var size: Int?

  /// Opens it and moves to the first frame.
  ///
  /// - Parameter bufferSize: what is read at once when many bytes are needed.
  init(_ origin: Origin, bufferSize: Int) throws(CaptureError) {
    self.origin = origin
    self.bufferSize = bufferSize
    name =
      switch origin {
      case .path(let path, _): Self.name(of: path)
      case .memory(let name, _), .stream(let name, _): name
      }
    try open()
    _ = advance()
    // Not even the beginning can be read: there is nothing to report.
    if let damage, linkTypes.isEmpty { throw CaptureError(file: name, reason: .notACapture(damage.message)) }
    try findSupportedLinkType()
  }

  /// Base name of a path.
  static func name(of path: String) -> String {
    path == "-" ? "standard input" : PathName.last(of: path)
  }

  var path: String {
    if case .path(let path, _) = origin, path != "-" { path } else { name }
  }

  // MARK: Frames

  /// Whether it is at a frame, or will be once it is open again.
  var hasFrame: Bool { if case .ended = state { false } else { true } }
  var isOpen: Bool { if case .reading = state { true } else { false } }

  /// Lends frames as long as it is the turn of a file whose next frame has this time.
  ///
  /// - Returns: whether there are more.
  func lendFrames(
    while isTurn: (Timestamp) -> Bool, _ body: (FrameRecord, Span<UInt8>) -> Void
  ) -> Bool {
    guard case .reading(let reader) = state else { return false }
    // In local variables, because each access to a stored property would be checked at run time, frame by frame.
    var place = FramePlaceInFile(record: record, count: frameCount)
    defer { frameCount = place.count }
    do throws(ReadDamage) {
      guard try reader.lendFrames(from: &place, while: isTurn, body) else {
        // A trace passes over buffers that cannot be read.
        if let failure = file?.failure { throw ReadDamage(message: failure.message) }
        close(.ended)
        return false
      }
    } catch {
      stop(at: error, frame: place.count + 1)
      return false
    }
    record = place.record
    return true
  }

  /// Moves to the next frame.
  ///
  /// - Returns: false at the end of the file, and at damage, which ``damage`` then describes.
  private func advance() -> Bool {
    guard case .reading(let reader) = state else { return false }
    do throws(ReadDamage) {
      guard let next = try reader.next() else {
        close(.ended)
        return false
      }
      record = next
      frameCount += 1 + next.leftOutBefore
      return true
    } catch {
      stop(at: error, frame: frameCount + 1)
      return false
    }
  }

  private func stop(at error: ReadDamage, frame: Int) {
    damage = CaptureDamage(file: name, frame: frame, byte: error.byte, message: error.message, isOfFile: file?.failure == nil)
    close(.ended)
  }

  /// Link types known so far, each once.
  var linkTypes: [LinkType] { if case .reading(let reader) = state { reader.linkTypes } else { lastLinkTypes } }
  /// What else a user should know of the file, as sentences.
  var remarks: [String] { if case .reading(let reader) = state { reader.remarks } else { lastRemarks } }
  /// Frames that the capturing host says it lost.
  var lostFrames: Int { if case .reading(let reader) = state { reader.lostFrames } else { lastLostFrames } }

  /// Of a slim capture, what it says of the one from which it was made; all of it once it has been read.
  var slim: SlimSummary? { if case .reading(let reader) = state { reader.slim } else { lastSlim } }

  /// The name of an interface. The file must be open.
  func interfaceName(_ number: UInt32) -> String? {
    if case .reading(let reader) = state { reader.interfaceName(number) } else { nil }
  }

  /// For how many of those that are read at the same time it counts.
  var weight: Int { size == nil || isOfWindows ? Limit.heavyFile : 1 }

  // MARK: Rest

  /// Gives back memory and descriptor while other files are read, when the file can be opened again.
  func rest() {
    if isReopenable, isOpen { close(.resting) }
  }

  /// Opens the file again at its first frame, when it rests.
  func resume() {
    guard case .resting = state else { return }
    frameCount = 0
    do throws(CaptureError) {
      try open()
      _ = advance()
    } catch {
      giveUp("\(error)")
    }
  }

  /// The rest of the file is not read.
  func giveUp(_ why: String) {
    damage = CaptureDamage(file: name, frame: frameCount + 1, byte: nil, message: why, isOfFile: false)
    close(.ended)
  }

  private func close(_ next: State) {
    lastLinkTypes = linkTypes
    lastLostFrames = lostFrames
    lastRemarks = remarks
    lastSlim = slim
    state = next
    file = nil
  }

  // MARK: Opening

  private func open() throws(CaptureError) {
    let (source, seekable) = try bytes()
    isReopenable = seekable != nil
    let outer = PeekedBytes(source)
    guard let compression = Compression(head: outer.head) else {
      size = seekable?.size
      return try open(outer, seekable: seekable)
    }
    try open(PeekedBytes(compression.unpack(outer)), seekable: nil)
  }

  private func bytes() throws(CaptureError) -> (source: any ByteSource, seekable: (any RandomAccessBytes)?) {
    switch origin {
    case .memory(_, let bytes):
      let memory = MemoryBytes(bytes)
      return (Cursor(memory), memory)
    case .stream(_, let source): return (source, nil)
    case .path(let path, let files):
      do throws(SourceFailure) {
        let file = try FileBytes(path: path, files)
        self.file = file
        return (file, file.isRegular ? file : nil)
      } catch {
        throw CaptureError(file: name, reason: .unreadable(error.message))
      }
    }
  }

  private func open(_ source: PeekedBytes, seekable: (any RandomAccessBytes)?) throws(CaptureError) {
    guard !source.head.isEmpty else {
      guard let failure = source.failure else { return isEmpty = true }
      throw CaptureError(file: name, reason: .unreadable(failure.message))
    }
    let kind = FileKind(head: source.head, name: name)
    var seekable = seekable
    if kind.needsFile != nil, seekable == nil { seekable = try held(source, kind) }
    if case .eventTrace = kind, let seekable { return try openEventTrace(seekable) }
    do throws(ReadDamage) {
      switch kind {
      case .eventTrace: break
      case .pcap: state = .reading(try PcapFile.reader(source, bufferSize: bufferSize))
      case .pcapng: state = .reading(FormatReader(PcapngReader(source, bufferSize: bufferSize)))
      case .iptrace: state = .reading(FormatReader(try IptraceReader(source, bufferSize: bufferSize)))
      case .snoop: state = .reading(FormatReader(try SnoopReader(source, bufferSize: bufferSize)))
      case .networkMonitor:
        if let seekable { state = .reading(FormatReader(try NetworkMonitorReader(seekable, bufferSize: bufferSize))) }
      case .text(let sentence):
        let bytes: any ByteSource = UTF16Bytes.Order(head: source.head).map { UTF16Bytes(source, $0) } ?? source
        state = .reading(FormatReader(TextReader(try TextSurvey(bytes, bufferSize: bufferSize, otherwise: sentence))))
      case .other(let sentence): throw ReadDamage(message: sentence)
      }
    } catch {
      throw CaptureError(file: name, reason: .notACapture(error.message))
    }
  }

  /// A capture that is read from several places is held in memory when it is packed or comes through a pipe.
  private func held(_ source: PeekedBytes, _ kind: FileKind) throws(CaptureError) -> MemoryBytes {
    do throws(SourceFailure) {
      if let bytes = try MemoryBytes(source, limit: Limit.held) { return bytes }
    } catch {
      throw CaptureError(file: name, reason: .unreadable(error.message))
    }
    throw CaptureError(file: name, reason: .unreadable(kind.needsFile ?? ""))
  }

  /// What is in a trace is found out first: it may have been made for something else.
  private func openEventTrace(_ bytes: any RandomAccessBytes) throws(CaptureError) {
    isOfWindows = true
    let survey: TraceSurvey
    do throws(ReadDamage) {
      survey = try TraceSurvey(bytes, bufferSize: bufferSize)
    } catch {
      throw CaptureError(file: name, reason: .damaged(TraceSurvey.damage(error)))
    }
    guard let header = survey.header, survey.holdsPackets else {
      throw CaptureError(file: name, reason: survey.damage == nil ? .withoutPackets(survey.contents) : .damaged(survey.contents))
    }
    state = .reading(FormatReader(EventTraceReader(bytes, survey, header, bufferSize: bufferSize)))
  }

  /// Refuses a file without a supported link type. Link types of later parts of the file count too, if the file can be read
  /// twice.
  private func findSupportedLinkType() throws(CaptureError) {
    guard let first = linkTypes.first, !linkTypes.contains(where: \.isSupported) else { return }
    while isReopenable, advance() {
      guard !record.linkType.isSupported else {
        close(.resting)
        return resume()
      }
    }
    throw CaptureError(file: name, reason: .unsupportedLinkType(first.name))
  }
}
