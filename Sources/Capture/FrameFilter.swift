import CLibpcap
import Packets

/// An expression of pcap-filter(7), compiled for each link type it meets.
@safe final class FrameFilter {
  @safe private final class Program {
    // SAFETY: empty until pcap_compile() fills it, and what that allocates is freed once, with this object.
    var code = unsafe bpf_program()
    deinit { unsafe pcap_freecode(&code) }
  }

  private let expression: String
  private var programs: [LinkType: Program?] = [:]
  private var latest: (linkType: LinkType, program: Program?)

  /// - Throws: why the expression is not valid for this link type.
  init(_ expression: String, linkType: LinkType) throws(BadFilter) {
    self.expression = expression
    latest = (linkType, try Self.compile(expression, linkType))
    programs[linkType] = .some(latest.program)
  }

  struct BadFilter: Error {
    var message: String
  }

  /// Whether a frame passes. Frames of a link type for which the expression is not valid never pass.
  func accepts(_ record: FrameRecord, _ bytes: Span<UInt8>) -> Bool {
    if latest.linkType != record.linkType { switchTo(record.linkType) }
    guard let program = latest.program else { return false }
    var header = pcap_pkthdr()
    header.caplen = UInt32(clamping: bytes.count)
    header.len = UInt32(clamping: record.originalLength)
    // SAFETY: the program reads at most `caplen` bytes.
    return unsafe bytes.withUnsafeBufferPointer { unsafe pcap_offline_filter(&program.code, &header, $0.baseAddress) != 0 }
  }

  private func switchTo(_ linkType: LinkType) {
    if programs[linkType] == nil { programs[linkType] = .some(try? Self.compile(expression, linkType)) }
    latest = (linkType, programs[linkType] ?? nil)
  }

  private static func compile(_ expression: String, _ linkType: LinkType) throws(BadFilter) -> Program {
    // SAFETY: the handle is this function's own, and its message is copied before it is closed. The program does not need it
    // later.
    guard let handle = unsafe pcap_open_dead(linkType.rawValue, 262_144) else { throw BadFilter(message: "no memory") }
    defer { unsafe pcap_close(handle) }
    let program = Program()
    guard unsafe pcap_compile(handle, &program.code, expression, 1, bpf_u_int32(PCAP_NETMASK_UNKNOWN)) == 0 else {
      throw BadFilter(message: unsafe String(cString: pcap_geterr(handle)))
    }
    return program
  }
}
