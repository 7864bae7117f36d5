import CLibpcap
import CCapture
import Glibc
import Packets
import System

/// pcap in all its variants, and the pcapng that libpcap accepts, through libpcap. Files of today are read by
/// ``PcapReader`` and ``PcapngReader``.
///
/// The only owner of libpcap's pointers: bytes of a frame are lent for the length of one call.
@safe final class LibpcapReader: CaptureFormat {
  let linkTypes: [LinkType]
  /// pcap does not say.
  let lostFrames = 0

  /// What the stream reads from.
  private let input: StreamInput
  private let handle: OpaquePointer
  private let buffer: UnsafeMutablePointer<CChar>
  private let linkType: LinkType
  private var header: UnsafeMutablePointer<pcap_pkthdr>?
  private var data: UnsafePointer<UInt8>?

  /// - Parameter bufferSize: bytes that are read at once. libpcap asks for two reads a frame; stdio's 4 KiB would make
  ///   them many system calls.
  init(_ source: any ByteSource, bufferSize: Int) throws(ReadDamage) {
    input = StreamInput(source)
    // SAFETY: the input outlives the stream, which deinit closes: this object keeps the input.
    let stream = unsafe capture_open_stream(
      Unmanaged.passUnretained(input).toOpaque(),
      { unsafe StreamInput.at($0!).read(into: UnsafeMutableRawBufferPointer(start: $1, count: $2)) },
      { unsafe StreamInput.at($0!).position })
    // SAFETY: the stream is this object's own. The buffer outlives it: pcap_close() in deinit closes the stream, then the
    // buffer is freed.
    guard let stream = unsafe stream else { throw ReadDamage(message: "no memory left for it") }
    unsafe buffer = UnsafeMutablePointer<CChar>.allocate(capacity: bufferSize)
    unsafe setvbuf(stream, buffer, _IOFBF, bufferSize)
    // Two locks a frame are a tenth of what reading costs. SAFETY: no other code has the stream.
    unsafe capture_leave_unlocked(stream)
    var message = CharacterBuffer(size: Int(PCAP_ERRBUF_SIZE))
    guard let handle = unsafe pcap_fopen_offline_with_tstamp_precision(stream, UInt32(PCAP_TSTAMP_PRECISION_NANO), &message)
    else {
      unsafe fclose(stream)
      unsafe buffer.deallocate()
      throw ReadDamage(message: input.failure?.message ?? message.text)
    }
    unsafe self.handle = handle
    linkType = LinkType(rawValue: unsafe pcap_datalink(handle))
    linkTypes = [linkType]
  }

  deinit {
    // SAFETY: libpcap closes the stream, which uses the buffer; after that nothing does.
    unsafe pcap_close(handle)
    unsafe buffer.deallocate()
  }

  func next() throws(ReadDamage) -> FrameRecord? {
    var nextHeader: UnsafeMutablePointer<pcap_pkthdr>?
    var nextData: UnsafePointer<UInt8>?
    // SAFETY: libpcap writes both pointers. After a return of 1 what they lead to is valid until the next call, and is
    // asked for only until then; otherwise they are not used.
    let result = unsafe pcap_next_ex(handle, &nextHeader, &nextData)
    unsafe header = nextHeader
    unsafe data = nextData
    if result == 1, let nextHeader = unsafe nextHeader {
      let current = unsafe nextHeader.pointee
      // tv_usec holds nanoseconds: the file was opened with that precision. Seconds have 32 bits in the file, and no sign.
      let seconds = Int64(UInt32(truncatingIfNeeded: current.ts.tv_sec)) * 1_000_000_000
      return FrameRecord(
        time: Timestamp(nanoseconds: seconds &+ Int64(current.ts.tv_usec)),
        originalLength: Int(current.len), linkType: linkType)
    }
    if result == PCAP_ERROR_BREAK, input.failure == nil { return nil }
    throw ReadDamage(
      message: input.failure?.message ?? (unsafe String(cString: pcap_geterr(handle))),
      byte: unsafe Int(ftello(pcap_file(handle))))
  }

  func lend(_ body: (Span<UInt8>) -> Void) {
    // SAFETY: libpcap keeps the header, and `caplen` bytes readable at `data`, until the next call, and `body` cannot keep a
    // span, which does not escape.
    guard let header = unsafe header, let data = unsafe data else { return body([UInt8]().span) }
    body(unsafe Span(_unsafeStart: data, count: Int(header.pointee.caplen)))
  }
}

/// What a stream of libpcap reads from.
private final class StreamInput {
  private let source: any ByteSource
  private(set) var position: Int64 = 0
  private(set) var failure: SourceFailure?

  init(_ source: any ByteSource) { self.source = source }

  static func at(_ pointer: UnsafeMutableRawPointer) -> StreamInput {
    // SAFETY: the pointer was made of a StreamInput that its reader keeps.
    unsafe Unmanaged<StreamInput>.fromOpaque(pointer).takeUnretainedValue()
  }

  /// As read(2), but that a failure looks like the end: what came before is still read, then the failure is reported.
  func read(into target: UnsafeMutableRawBufferPointer) -> Int {
    // SAFETY: libpcap's buffer, which the source fills within its bounds.
    guard failure == nil, unsafe !target.isEmpty else { return 0 }
    do throws(SourceFailure) {
      let count = try unsafe source.read(into: target)
      position += Int64(count)
      return count
    } catch {
      failure = error
      return 0
    }
  }
}
