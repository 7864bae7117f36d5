/// The recording host itself dropped a packet: an event of Windows' pktmon.
package struct HostDrop: Hashable, Sendable, Codable {
  /// Why, as Windows numbers it.
  package var reason: UInt32
  /// Where in the network stack.
  package var location: UInt32
  package var way: Way

  package init(reason: UInt32, location: UInt32, way: Way = .unknown) {
    self.reason = reason
    self.location = location
    self.way = way
  }

  /// Whether the packet came from the network or was to go there.
  package enum Way: Sendable, Codable {
    case received, sent
    /// A virtual switch dropped it, or the event does not say.
    case unknown
  }
}

/// A TCP segment that the recording host dropped.
package struct DroppedSegment: Hashable, Sendable, Codable {
  package var drop: HostDrop
  package var stamp: FrameStamp
  package var sender: Side
  package var sequenceNumber: UInt32
}

extension HostDrop {
  /// What dropped it.
  package enum Cause: Sendable {
    /// The Windows Defender Firewall, or a program that filters at the same places (WFP).
    case firewall
    /// A rule of the firewall or of IPsec that asks for IPsec.
    case ipsec
    /// The port filter of a virtual switch, or its policies (Hyper-V, Azure).
    case virtualSwitch
    /// No program listens on the port.
    case noListener
    case other
  }

  package var cause: Cause {
    switch reason {
    case 909, 911, 919, 926, 1207, 1231, 1232: .firewall
    case 1401...1409: .ipsec
    case 8...20, 34...36, 701...719: .virtualSwitch
    case 1204: .noListener
    default: .other
    }
  }

  /// The client's next try will meet the same rule. Other causes may be gone by then.
  package var isDecision: Bool {
    switch cause {
    case .firewall, .ipsec, .virtualSwitch: true
    case .noListener, .other: false
    }
  }

  /// As pktmon calls it.
  package var reasonName: String { Self.reasons[reason] ?? "reason \(reason)" }

  /// The layer, and the place in it where pktmon has a name for it.
  package var locationName: String {
    let number = "0x" + String(location, radix: 16, uppercase: true)
    return "\(layer) (\(Self.places[location].map { "\($0), " } ?? "")\(number))"
  }

  private var layer: String {
    switch location >> 8 {
    case 0xe00010: "NDIS"
    case 0xe00020: "the virtual switch"
    case 0xe00030: "the network card of a virtual machine"
    case 0xe00040: "TCP/IP, framing layer"
    case 0xe00041, 0xe00042: "TCP/IP, network layer"
    case 0xe00045...0xe00047: "TCP/IP, transport layer"
    case 0xe00050: "HTTP"
    case 0xe00060...0xe0006f: "the filtering platform of the virtual switch"
    default: "a place without a name"
    }
  }
}
