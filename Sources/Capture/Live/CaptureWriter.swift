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
  private let format: OpaquePointer
  private let linkType: LinkType
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
  init(_ options: Options, linkType: LinkType, snapshotLength: Int) throws(Failure) {
    self.options = options
    self.linkType = linkType
    guard
      // SAFETY: the handle is this object's own until deinit closes it.
      let format = unsafe pcap_open_dead_with_tstamp_precision(
        linkType.rawValue, Int32(clamping: snapshotLength), UInt32(PCAP_TSTAMP_PRECISION_NANO))
    else { throw Failure(description: "there is no memory for \(options.path)") }
    unsafe self.format = format
    try open(at: SystemClock.realTime().nanoseconds)
  }

  deinit {
    close()
    // SAFETY: the file that it describes is closed, and nothing uses it any more.
    unsafe pcap_close(format)
  }

  // MARK: Frames

  func write(_ record: FrameRecord, _ bytes: Span<UInt8>) {
    guard failure == nil, !isFull else { return }
    guard record.linkType == linkType else {
      return fail("\(name) can have frames of only one link type; write a separate capture for each interface")
    }
    do throws(Failure) {
      try rotate(at: record.time.nanoseconds)
    } catch {
      failure = error
    }
    // SAFETY: the dumper is open as long as it is not nil. A dumper of libpcap is its own first argument; it reads `caplen`
    // bytes, which the span has.
    guard let dumper = unsafe dumper, failure == nil, !isFull else { return }
    var header = pcap_pkthdr()
    header.ts.tv_sec = Int(record.time.nanoseconds / 1_000_000_000)
    header.ts.tv_usec = Int(record.time.nanoseconds % 1_000_000_000)
    header.caplen = UInt32(clamping: bytes.count)
    header.len = UInt32(clamping: record.originalLength)
    unsafe bytes.withUnsafeBufferPointer {
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
    // SAFETY: the dumper is open as long as it is not nil, and so is its file.
    guard let dumper = unsafe dumper, isNew else { return }
    _ = unsafe fchown(fileno(pcap_dump_file(dumper)), user.number, user.group)
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

  private func open(at time: Int64) throws(Failure) {
    close()
    start = time / 1_000_000_000
    name = fileName
    // SAFETY: the file is this function's own until libpcap takes it over. The dumper is open then, until close() sets it to
    // nil. The message is copied at once.
    var file = unsafe fopen(name, "wx")
    isNew = unsafe file != nil
    if !isNew { unsafe file = fopen(name, "w") }
    guard let file = unsafe file else {
      throw Failure(description: "cannot write \(name): \(SystemError.last)")
    }
    unsafe setvbuf(file, nil, _IOFBF, Self.bufferSize)
    guard let dumper = unsafe pcap_dump_fopen(format, file) else {
      unsafe fclose(file)
      let why = unsafe String(cString: pcap_geterr(format))
      throw Failure(description: "cannot write \(name): \(why)")
    }
    unsafe self.dumper = dumper
    size = 24
    fileCount += 1
  }

  private func close() {
    // SAFETY: the dumper is open as long as it is not nil, and is nil from here on.
    guard let dumper = unsafe dumper else { return }
    flush()
    unsafe pcap_dump_close(dumper)
    unsafe self.dumper = nil
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
