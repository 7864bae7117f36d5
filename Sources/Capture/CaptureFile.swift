import CLibpcap
import Glibc
import Packets

/// One capture file, read frame by frame through libpcap (pcap and pcapng, from a path or standard input).
///
/// The only owner of libpcap's pointers: bytes of a frame are lent for the length of one call.
@safe final class CaptureFile {
  /// libpcap asks for two reads a frame; a larger buffer than stdio's 4 KiB saves most of the system calls.
  private static let bufferSize = 256 * 1024

  let name: String
  let linkType: LinkType
  let linkTypeName: String
  private(set) var time = Timestamp(nanoseconds: 0)
  private(set) var originalLength = 0
  /// Frames read so far.
  private(set) var frameCount = 0
  private(set) var damage: CaptureDamage?

  private let isPipe: Bool
  private let handle: OpaquePointer
  private let buffer: UnsafeMutablePointer<CChar>
  private var header: UnsafeMutablePointer<pcap_pkthdr>?
  private var data: UnsafePointer<UInt8>?
  private var program: bpf_program?

  /// - Parameter path: a file, or `-` for standard input.
  init(path: String, filter: String?) throws(CaptureError) {
    isPipe = path == "-" || Self.isNamedPipe(path)
    let name = Self.name(of: path)
    self.name = name
    let stream = try unsafe Self.open(path, name: name)
    // SAFETY: the buffer outlives the stream: pcap_close() in deinit closes the stream, then the buffer is freed.
    unsafe buffer = UnsafeMutablePointer<CChar>.allocate(capacity: Self.bufferSize)
    unsafe setvbuf(stream, buffer, _IOFBF, Self.bufferSize)
    let firstBytes = unsafe isPipe ? nil : Self.firstBytes(of: stream)
    var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
    let opened = unsafe pcap_fopen_offline_with_tstamp_precision(
      stream, UInt32(PCAP_TSTAMP_PRECISION_NANO), &message)
    guard let opened = unsafe opened else {
      unsafe fclose(stream)
      unsafe buffer.deallocate()
      throw CaptureError(file: name, reason: .notACapture(Self.explain(Self.text(message), firstBytes: firstBytes)))
    }
    unsafe handle = opened
    let link = unsafe pcap_datalink(opened)
    linkType = LinkType(rawValue: link)
    linkTypeName = unsafe pcap_datalink_val_to_name(link).map { unsafe String(cString: $0) } ?? "\(link)"
    guard linkType.isSupported else { throw CaptureError(file: name, reason: .unsupportedLinkType(linkTypeName)) }
    if let filter { try compile(filter) }
  }

  deinit {
    if unsafe program != nil { unsafe pcap_freecode(&program!) }
    unsafe pcap_close(handle)
    unsafe buffer.deallocate()
  }

  // MARK: Frames

  /// Moves to the next frame.
  ///
  /// - Returns: false at the end of the file, and at damage, which ``damage`` then describes.
  func advance() -> Bool {
    var nextHeader: UnsafeMutablePointer<pcap_pkthdr>?
    var nextData: UnsafePointer<UInt8>?
    let result = unsafe pcap_next_ex(handle, &nextHeader, &nextData)
    unsafe header = nextHeader
    unsafe data = nextData
    switch result {
    case 1:
      guard let nextHeader = unsafe nextHeader else { return false }
      // SAFETY: after a return of 1 libpcap's header is valid until the next call.
      let current = unsafe nextHeader.pointee
      // tv_usec holds nanoseconds: the file was opened with that precision. A damaged file may hold any seconds.
      let seconds = Int64(current.ts.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
      time = Timestamp(nanoseconds: seconds.overflow ? 0 : seconds.partialValue &+ Int64(current.ts.tv_usec))
      originalLength = Int(current.len)
      frameCount += 1
      return true
    case PCAP_ERROR_BREAK:
      return false
    default:
      let position = unsafe isPipe ? nil : Int(ftello(pcap_file(handle)))
      damage = CaptureDamage(
        file: name, frame: frameCount + 1, byte: position, message: unsafe String(cString: pcap_geterr(handle)))
      return false
    }
  }

  /// Lends the bytes of the current frame.
  @inline(__always)
  func withFrame<Result>(_ body: (borrowing ByteView) -> Result) -> Result {
    guard let header = unsafe header, let data = unsafe data else { return body(ByteView([UInt8]().span)) }
    // SAFETY: libpcap keeps `caplen` bytes readable at `data` until the next call, and `body` cannot keep a
    // `ByteView`, which does not escape.
    let bytes = unsafe Span(_unsafeStart: data, count: Int(header.pointee.caplen))
    return body(ByteView(bytes))
  }

  /// Whether the current frame passes the filter; true without one.
  func passesFilter() -> Bool {
    guard unsafe program != nil, let header = unsafe header else { return true }
    return unsafe pcap_offline_filter(&program!, header, data) != 0
  }

  // MARK: Opening

  private func compile(_ filter: String) throws(CaptureError) {
    var compiled = unsafe bpf_program()
    guard unsafe pcap_compile(handle, &compiled, filter, 1, bpf_u_int32(PCAP_NETMASK_UNKNOWN)) == 0 else {
      throw CaptureError(file: name, reason: .badFilter(unsafe String(cString: pcap_geterr(handle))))
    }
    unsafe program = compiled
  }

  /// Base name of a path.
  static func name(of path: String) -> String {
    path == "-" ? "standard input" : String(path.split(separator: "/").last ?? "/")
  }

  private static func open(_ path: String, name: String) throws(CaptureError) -> UnsafeMutablePointer<FILE> {
    if path == "-", let stream = unsafe fdopen(STDIN_FILENO, "rb") { return unsafe stream }
    var status = stat()
    if unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      throw CaptureError(file: name, reason: .unreadable("it is a directory; name the files in it"))
    }
    guard let stream = unsafe fopen(path, "rb") else {
      throw CaptureError(file: name, reason: .unreadable(unsafe String(cString: strerror(errno)).lowercased()))
    }
    return unsafe stream
  }

  /// A FIFO, such as a shell makes for `<(zcat FILE)`: what is read of it cannot be read again.
  private static func isNamedPipe(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
  }

  private static func firstBytes(of stream: UnsafeMutablePointer<FILE>) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = unsafe fread(&bytes, 1, bytes.count, stream)
    unsafe rewind(stream)
    return Array(bytes.prefix(count))
  }

  private static func text(_ characters: [CChar]) -> String {
    String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// What the first bytes look like, for a person who picked the wrong file; nil when they could not be kept.
  private static func explain(_ message: String, firstBytes: [UInt8]?) -> String {
    guard let firstBytes else { return message }
    if firstBytes.starts(with: [0x1f, 0x8b]) { return "it is compressed; unpack it first: gunzip -k FILE" }
    if firstBytes.starts(with: [0x28, 0xb5, 0x2f, 0xfd]) { return "it is compressed; unpack it first: unzstd FILE" }
    if firstBytes.starts(with: [0xfd, 0x37, 0x7a, 0x58, 0x5a]) { return "it is compressed; unpack it first: unxz -k FILE" }
    if firstBytes.starts(with: [0x0a, 0x0d, 0x0d, 0x0a]) || isPcapMagic(firstBytes) { return message }
    guard !firstBytes.isEmpty else { return "it is empty" }
    let isText = firstBytes.allSatisfy { (0x20..<0x7f).contains($0) || $0 == 0x0a || $0 == 0x0d || $0 == 0x09 }
    let shown =
      isText
      ? "“" + String(decoding: firstBytes, as: UTF8.self).split(whereSeparator: \.isNewline).joined(separator: " ") + "”"
      : firstBytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
    return "it begins with \(shown), and smbdx reads pcap and pcapng; record one with tcpdump -w or dumpcap"
  }

  private static func isPcapMagic(_ bytes: [UInt8]) -> Bool {
    let magics: [[UInt8]] = [[0xa1, 0xb2, 0xc3, 0xd4], [0xa1, 0xb2, 0x3c, 0x4d]]
    return magics.contains { bytes.starts(with: $0) || bytes.starts(with: $0.reversed()) }
  }
}
