import CLibpcap
import CCapture
import Glibc
import Packets
import System

/// One interface that is captured on, through libpcap: the only owner of its pointers. It never waits.
@safe final class LiveHandle {
  /// How long the kernel may keep a frame before it hands it on, in milliseconds.
  static let timeout: Int32 = 100

  let name: String
  let linkType: LinkType
  /// Readable when there are frames.
  let descriptor: Int32
  /// The frame that ``lend(_:)`` lends; nil when there is none for now.
  private(set) var record: FrameRecord?
  private let handle: OpaquePointer
  private let unitsPerSecond: Int64
  private var header: UnsafeMutablePointer<pcap_pkthdr>?
  private var data: UnsafePointer<UInt8>?
  private var received = WrappingCount()
  private var dropped = WrappingCount()
  private var droppedByInterface = WrappingCount()

  init(_ name: String, _ options: LiveOptions) throws(LiveError) {
    self.name = name
    var message = CharacterBuffer(size: Int(PCAP_ERRBUF_SIZE))
    // SAFETY: the handle is this object's own until deinit closes it; when it cannot be activated it is closed here, after its
    // message is copied. A message of libpcap has at most PCAP_ERRBUF_SIZE bytes.
    guard let handle = unsafe pcap_create(name, &message) else {
      throw LiveError(interface: name, reason: .failed(message.text))
    }
    unsafe self.handle = handle
    unsafe pcap_set_snaplen(handle, Int32(clamping: options.snapshotLength))
    unsafe pcap_set_promisc(handle, options.isPromiscuous ? 1 : 0)
    unsafe pcap_set_timeout(handle, Self.timeout)
    unsafe pcap_set_buffer_size(handle, Int32(clamping: options.bufferSize))
    unsafe pcap_set_immediate_mode(handle, options.isImmediate ? 1 : 0)
    // Where the kernel has no nanoseconds, microseconds stay.
    unsafe pcap_set_tstamp_precision(handle, PCAP_TSTAMP_PRECISION_NANO)
    let status = unsafe pcap_activate(handle)
    guard status >= 0 else {
      let why = unsafe String(cString: pcap_geterr(handle))
      unsafe pcap_close(handle)
      throw LiveError(interface: name, reason: Self.reason(of: status, why))
    }
    unitsPerSecond = unsafe pcap_get_tstamp_precision(handle) == PCAP_TSTAMP_PRECISION_NANO ? 1_000_000_000 : 1_000_000
    linkType = LinkType(rawValue: unsafe pcap_datalink(handle))
    descriptor = unsafe pcap_get_selectable_fd(handle)
    guard linkType.isSupported else {
      throw LiveError(interface: name, reason: .unsupportedLinkType(linkType.name))
    }
    try setFilter(options)
    guard unsafe pcap_setnonblock(handle, 1, &message) == 0, descriptor >= 0 else {
      throw LiveError(interface: name, reason: .failed(message.text))
    }
  }

  // SAFETY: no other code has the handle, and nothing uses it any more.
  deinit { unsafe pcap_close(handle) }

  private static func reason(of status: Int32, _ message: String) -> LiveError.Reason {
    switch status {
    case PCAP_ERROR_NO_SUCH_DEVICE: .noSuchInterface
    case PCAP_ERROR_PERM_DENIED, PCAP_ERROR_PROMISC_PERM_DENIED: .notPermitted(program: Executable.path)
    case PCAP_ERROR_IFACE_NOT_UP: .down
    // SAFETY: libpcap's text is valid until the next call, and is copied at once.
    default: .failed(message.isEmpty ? unsafe String(cString: pcap_statustostr(status)) : message)
    }
  }

  // MARK: Filter

  private func setFilter(_ options: LiveOptions) throws(LiveError) {
    if let filter = options.filter {
      guard let why = install(filter) else { return }
      throw LiveError(interface: name, reason: .badFilter(why))
    }
    let expression = LiveFilter.expression(anyPort: options.anyPort, ports: options.ports)
    // Not every kind of link can have VLAN tags.
    guard install(LiveFilter.withTags(expression)) != nil, let why = install(expression) else { return }
    throw LiveError(interface: name, reason: .failed(why))
  }

  /// - Returns: why the filter cannot be used; nil when it is in force.
  private func install(_ expression: String) -> String? {
    // SAFETY: pcap_compile() fills the program, which is freed here; the kernel gets a copy. Messages are copied at once.
    var program = unsafe bpf_program()
    guard unsafe pcap_compile(handle, &program, expression, 1, bpf_u_int32(PCAP_NETMASK_UNKNOWN)) == 0 else {
      return unsafe String(cString: pcap_geterr(handle))
    }
    defer { unsafe pcap_freecode(&program) }
    return unsafe pcap_setfilter(handle, &program) == 0 ? nil : String(cString: pcap_geterr(handle))
  }

  // MARK: Frames

  /// Moves to the next frame, if there is one now.
  func advance() throws(LiveError) {
    var nextHeader: UnsafeMutablePointer<pcap_pkthdr>?
    var nextData: UnsafePointer<UInt8>?
    // SAFETY: libpcap writes both pointers. After a return of 1 what they lead to is valid until the next call, and is
    // asked for only until then; otherwise they are not used.
    let result = unsafe pcap_next_ex(handle, &nextHeader, &nextData)
    unsafe header = nextHeader
    unsafe data = nextData
    guard result == 1, let nextHeader = unsafe nextHeader else {
      record = nil
      guard result < 0 else { return }
      throw LiveError(interface: name, reason: .gone(unsafe String(cString: pcap_geterr(handle))))
    }
    let current = unsafe nextHeader.pointee
    let fraction = Int64(current.ts.tv_usec) * (1_000_000_000 / unitsPerSecond)
    record = FrameRecord(
      time: Timestamp(nanoseconds: Int64(current.ts.tv_sec) &* 1_000_000_000 &+ fraction),
      originalLength: Int(current.len), linkType: linkType)
  }

  /// Lends the bytes of the current frame.
  func lend(_ body: (Span<UInt8>) -> Void) {
    // SAFETY: libpcap keeps the header, and `caplen` bytes readable at `data`, until the next call, and `body` cannot keep a
    // span, which does not escape.
    guard let header = unsafe header, let data = unsafe data else { return }
    body(unsafe Span(_unsafeStart: data, count: Int(header.pointee.caplen)))
  }

  // MARK: State

  func statistics() -> LiveStatistics {
    var counts = pcap_stat()
    // SAFETY: libpcap writes one pcap_stat, which lives until the call returns.
    if unsafe pcap_stats(handle, &counts) == 0 {
      received.record(counts.ps_recv)
      dropped.record(counts.ps_drop)
      droppedByInterface.record(counts.ps_ifdrop)
    }
    var statistics = LiveStatistics()
    statistics.received = received.total
    statistics.dropped = dropped.total
    statistics.droppedByInterface = droppedByInterface.total
    return statistics
  }

  /// Whether the interface is up and running; nil for “any” and other names that are no interface.
  var isUp: Bool? {
    // SAFETY: the name is lent for the call only.
    let flags = unsafe capture_interface_flags(descriptor, name)
    return flags < 0 ? nil : flags & Int32(IFF_UP) != 0
  }
}
