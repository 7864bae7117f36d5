/// Why capturing on an interface fails or ended, as a sentence for a person: what happened, and what to do.
package struct LiveError: Error, Sendable, CustomStringConvertible {
  package enum Reason: Sendable {
    case noSuchInterface
    /// The path of this program, for the command that would help.
    case notPermitted(program: String)
    case down
    /// smbdx does not read what this link carries.
    case unsupportedLinkType(String)
    case badFilter(String)
    /// Anything else, in the words of libpcap.
    case failed(String)
    /// It was there when the capture began.
    case gone(String)
  }

  package var interface: String
  package var reason: Reason

  package var description: String {
    switch reason {
    case .noSuchInterface: "there is no interface “\(interface)”; smbdx live -D lists the interfaces"
    case .notPermitted(let program):
      """
      you may not capture on \(interface); use sudo, or allow this program to capture permanently with “sudo setcap \
      cap_net_raw+ep \(program)”; to allow only the group wireshark, first run “sudo chgrp wireshark \(program) && \
      sudo chmod 750 \(program)”
      """
    case .down: "the interface \(interface) is down; “sudo ip link set \(interface) up” brings it up"
    case .unsupportedLinkType(let name):
      "\(interface) is a link of type \(name), where smbdx finds no IP; use another interface"
    case .badFilter(let why): "the filter of -f is invalid on \(interface): \(why); see pcap-filter(7)"
    case .failed(let why): "cannot capture on \(interface): \(why)"
    case .gone(let why): "the capture on \(interface) ended by itself: \(why)"
    }
  }
}
