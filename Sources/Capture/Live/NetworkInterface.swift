import CLibpcap
import Glibc
import System

/// An interface on which frames can be captured.
package struct NetworkInterface: Sendable {
  package var name: String
  /// libpcap's description.
  package var description: String?
  /// Numeric IPv4 and IPv6 addresses.
  package var addresses: [String]
  package var isUp: Bool
  package var isRunning: Bool
  package var isLoopback: Bool

  /// All of them, in libpcap's order: the likeliest first.
  package static func all() throws(LiveError) -> [NetworkInterface] {
    var first: UnsafeMutablePointer<pcap_if_t>?
    var message = CharacterBuffer(size: Int(PCAP_ERRBUF_SIZE))
    // SAFETY: libpcap's list is whole until it is freed here; nothing of it is kept. Its messages have at most
    // PCAP_ERRBUF_SIZE bytes.
    guard unsafe pcap_findalldevs(&first, &message) == 0 else {
      throw LiveError(interface: "any interface", reason: .failed(message.text))
    }
    defer { unsafe pcap_freealldevs(first) }
    var interfaces: [NetworkInterface] = []
    var next = unsafe first
    while let current = unsafe next {
      unsafe interfaces.append(NetworkInterface(current.pointee))
      unsafe next = current.pointee.next
    }
    return interfaces
  }

  private init(_ entry: pcap_if_t) {
    // SAFETY: both are strings of libpcap's list, or null.
    name = unsafe String(cString: entry.name)
    description = unsafe entry.description.map { unsafe String(cString: $0) }
    let flags = unsafe Int32(bitPattern: entry.flags)
    isLoopback = flags & PCAP_IF_LOOPBACK != 0
    isUp = flags & PCAP_IF_UP != 0
    isRunning = flags & PCAP_IF_RUNNING != 0
    addresses = []
    var next = unsafe entry.addresses
    while let current = unsafe next {
      if let address = unsafe Self.text(of: current.pointee.addr) { addresses.append(address) }
      unsafe next = current.pointee.next
    }
  }

  private static func text(of address: UnsafeMutablePointer<sockaddr>?) -> String? {
    // SAFETY: an address of libpcap's list, or null; one of a family has the length of that family.
    guard let address = unsafe address else { return nil }
    let length: Int
    switch Int32(unsafe address.pointee.sa_family) {
    case AF_INET: length = MemoryLayout<sockaddr_in>.size
    case AF_INET6: length = MemoryLayout<sockaddr_in6>.size
    default: return nil
    }
    var host = CharacterBuffer(size: Int(NI_MAXHOST))
    guard unsafe getnameinfo(address, socklen_t(length), &host, socklen_t(host.count), nil, 0, NI_NUMERICHOST) == 0
    else { return nil }
    return host.text
  }
}
