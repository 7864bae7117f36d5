import CLibpcap
import Glibc
import Packets
package import System

/// Writes frames to pcap files, one after another where the user wants it so: the names and bounds are those of
/// tcpdump's -w, -C, -G and -W.
@safe package final class CaptureWriter: Possession {
  package struct Options: Sendable {
    /// With -G a format for strftime(3).
    package var path: String
    /// A file is full with more bytes than this: -C, in millions of bytes.
    package var millionsOfBytes: Int?
    /// A file holds the frames of so many seconds: -G.
    package var seconds: Int?
    /// So many files: -W. With -C the first is overwritten then, with -G alone the capture ends.
    package var files: Int?

    package init(path: String) { self.path = path }

    package var isRotating: Bool { millionsOfBytes != nil || seconds != nil }

    /// Where the files are: the deepest directory that holds all of them.
    package var directory: String {
      guard seconds != nil, let format = path.firstIndex(of: "%") else { return PathName.directory(of: path) }
      return PathName.directory(of: String(path[..<format]))
    }
  }

  /// Why frames cannot be written, as a sentence.
  package struct Failure: Error, Sendable, CustomStringConvertible {
    package var description: String
  }

  /// What the C library collects before it writes.
  private static let bufferSize = 256 * 1024

  private let options: Options
  private let snapshotLength: Int
  /// Of all frames. A pipe tells it with its first frame; until then it is nil.
  private var linkType: LinkType?
  /// What libpcap has to know of a file; nil as long as the link type is.
  private var format: OpaquePointer?
  /// The present file before it has a header.
  private var file: UnsafeMutablePointer<FILE>?
  private var dumper: OpaquePointer?
  /// The present file was not there before.
  private var isNew = false
  /// Files of the present time span, and of all.
  private var fileNumber = 0
  private var fileCount = 0
  /// Bytes of the present file.
  private var size = 0
  /// When the present file was begun, in seconds since 1970.
  private var start: Int64 = 0
  private var name = ""
  /// All files that were wanted are full.
  package private(set) var isFull = false
  package private(set) var failure: Failure?

  /// Makes the first file.
  ///
  /// - Parameter linkType: nil for that of the first frame.
  init(_ options: Options, linkType: LinkType?, snapshotLength: Int) throws(Failure) {
    self.options = options
    self.snapshotLength = snapshotLength
    try open(at: SystemClock.realTime().nanoseconds)
    if let linkType { try settle(on: linkType) }
  }

  deinit {
    close()
    // SAFETY: the file that it describes is closed, and nothing uses it any more.
    if let format = unsafe format { unsafe pcap_close(format) }
  }

  // MARK: Frames

  func write(_ frame: Frame, _ bytes: borrowing ByteView) {
    guard failure == nil, !isFull else { return }
    do throws(Failure) {
      if linkType == nil { try settle(on: frame.linkType) }
      guard frame.linkType == linkType else {
        return fail("\(name) can have frames of only one link type; write a separate capture for each interface")
      }
      try rotate(at: frame.time.nanoseconds)
    } catch {
      failure = error
    }
    // SAFETY: the dumper is open as long as it is not nil. A dumper of libpcap is its own first argument; it reads `caplen`
    // bytes, which the span has.
    guard let dumper = unsafe dumper, failure == nil, !isFull else { return }
    var header = pcap_pkthdr()
    header.ts.tv_sec = Int(frame.time.nanoseconds / 1_000_000_000)
    header.ts.tv_usec = Int(frame.time.nanoseconds % 1_000_000_000)
    header.caplen = UInt32(clamping: bytes.count)
    header.len = UInt32(clamping: frame.originalLength)
    unsafe bytes.span.withUnsafeBufferPointer {
      unsafe pcap_dump(UnsafeMutableRawPointer(dumper).assumingMemoryBound(to: UInt8.self), &header, $0.baseAddress)
    }
    size += bytes.count + 16
    if unsafe ferror(pcap_dump_file(dumper)) != 0 { fail(SystemError.last) }
  }

  /// What was collected goes to the disk.
  package func flush() {
    // SAFETY: the dumper is open as long as it is not nil.
    guard let dumper = unsafe dumper, failure == nil else { return }
    if unsafe pcap_dump_flush(dumper) != 0 { fail(SystemError.last) }
  }

  /// The present file becomes another user's, who makes the next ones. What was there before keeps its owner.
  package func give(to user: User) {
    // SAFETY: the file is open as long as it is not nil.
    guard let file = unsafe file, isNew else { return }
    _ = unsafe fchown(fileno(file), user.number, user.group)
  }

  private func fail(_ why: String) { failure = Failure(description: "cannot write \(name): \(why)") }

  // MARK: Files

  private func rotate(at time: Int64) throws(Failure) {
    if let seconds = options.seconds, time / 1_000_000_000 - start >= Int64(seconds) {
      guard options.millionsOfBytes != nil || options.files.map({ fileCount < $0 }) ?? true else {
        isFull = true
        return
      }
      fileNumber = 0
      try open(at: time)
    } else if let millions = options.millionsOfBytes, size > millions * 1_000_000 {
      fileNumber += 1
      if let files = options.files, fileNumber >= files { fileNumber = 0 }
      try open(at: start * 1_000_000_000)
    }
  }

  /// Of a new file: recordings hold what can be used to guess passwords.
  private static let mode: UInt32 = 0o640

  private func open(at time: Int64) throws(Failure) {
    close()
    start = time / 1_000_000_000
    name = fileName
    let descriptor: Int32
    do throws(OutputFile.Failure) {
      (descriptor, isNew) = try OutputFile.open(name, mode: Self.mode)
    } catch {
      throw Failure(description: "cannot write \(name): \(error)")
    }
    // SAFETY: the descriptor goes to the stream, or is closed here. The file is this object's own until close() sets it to nil.
    guard let file = unsafe fdopen(descriptor, "w") else {
      let why = SystemError.last
      Glibc.close(descriptor)
      throw Failure(description: "cannot write \(name): \(why)")
    }
    try unsafe begin(file)
  }

  private func begin(_ file: UnsafeMutablePointer<FILE>) throws(Failure) {
    // SAFETY: the file is open, and this object's own from here on.
    unsafe setvbuf(file, nil, _IOFBF, Self.bufferSize)
    unsafe self.file = file
    size = 24
    fileCount += 1
    if linkType != nil { try writeHeader() }
  }

  /// From now on the link type is known.
  private func settle(on linkType: LinkType) throws(Failure) {
    let precision = UInt32(PCAP_TSTAMP_PRECISION_NANO)
    // SAFETY: the handle is this object's own until deinit closes it.
    guard let format = unsafe pcap_open_dead_with_tstamp_precision(linkType.rawValue, Int32(clamping: snapshotLength), precision)
    else { throw Failure(description: "not enough memory to write \(options.path)") }
    unsafe self.format = format
    self.linkType = linkType
    try writeHeader()
  }

  private func writeHeader() throws(Failure) {
    // SAFETY: libpcap takes over the file with the dumper, which close() closes. The message is copied at once.
    guard let dumper = unsafe pcap_dump_fopen(format, file) else {
      let why = unsafe format.map { unsafe String(cString: pcap_geterr($0)) } ?? ""
      unsafe file = nil
      throw Failure(description: "cannot write \(name): \(why)")
    }
    unsafe self.dumper = dumper
  }

  private func close() {
    // SAFETY: a file or dumper is open as long as it is not nil, and is nil from here on; a dumper closes its file.
    guard let file = unsafe file else { return }
    flush()
    if let dumper = unsafe dumper { unsafe pcap_dump_close(dumper) } else { unsafe fclose(file) }
    unsafe self.dumper = nil
    unsafe self.file = nil
  }

  /// Goes on in a new file of the same name, when the present one was moved away. What rotates by itself has no need of it.
  ///
  /// - Throws: when there can be none; the present file goes on then.
  package func reopen() throws(Failure) {
    // SAFETY: the present file is open as long as it is not nil. The name is lent for the call. The descriptor goes to the
    // stream, or is closed here.
    guard failure == nil, !isFull, !options.isRotating, let present = unsafe file else { return }
    let descriptor = unsafe Glibc.open(name, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, Self.mode)
    guard descriptor >= 0 else { throw Failure(description: "cannot reopen \(name): \(SystemError.last)") }
    guard unsafe FileIdentity(descriptor: descriptor) != FileIdentity(descriptor: fileno(present)) else {
      Glibc.close(descriptor)
      return
    }
    guard ftruncate(descriptor, 0) == 0, let file = unsafe fdopen(descriptor, "w") else {
      let why = SystemError.last
      Glibc.close(descriptor)
      throw Failure(description: "cannot reopen \(name): \(why)")
    }
    close()
    try unsafe begin(file)
  }

  /// As tcpdump names its files: the first of a span as given, unless their number is bounded.
  private var fileName: String {
    let base = options.seconds == nil ? options.path : Self.formatted(options.path, at: start)
    guard options.millionsOfBytes != nil else { return base }
    let digits = options.files.map { $0 > 1 ? String($0 - 1).count : 0 } ?? 0
    guard fileNumber > 0 || digits > 0 else { return base }
    let number = String(fileNumber)
    return base + String(repeating: "0", count: max(0, digits - number.count)) + number
  }

  /// In local time. The first call reads the time zone, while files can still be read.
  private static func formatted(_ path: String, at seconds: Int64) -> String {
    // SAFETY: each function writes to what it is given, until it returns, and strftime() writes at most the given size.
    var time = time_t(seconds)
    var parts = unsafe tm()
    var text = CharacterBuffer(size: Int(PATH_MAX))
    guard unsafe localtime_r(&time, &parts) != nil, unsafe strftime(&text, text.count, path, &parts) > 0 else { return path }
    return text.text
  }
}
