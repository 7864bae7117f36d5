package import Packets

/// How much of a frame the analysis needs. Other bytes in the rest would change nothing.
package enum FrameNeed: Equatable, Sendable {
  /// The frame only counts.
  case nothing
  /// This many bytes from its start.
  case beginning(Int)
  case whole
}

extension FrameNeed {
  /// Names that are looked up without a resolver (mDNS, LLMNR), and on other ports than the analysis reads: people want to see
  /// them.
  fileprivate static let namePorts: Set<UInt16> = [137, 138, 5353, 5355]
  /// Link, VLAN and IP headers of a frame whose content cannot be read.
  fileprivate static let unreadHeaders = 256
}

extension Tracker {
  /// Takes the next frame of the recording.
  ///
  /// - Returns: how much of it was needed, or may be later.
  package mutating func measure(_ frame: Frame, _ bytes: borrowing ByteView) -> FrameNeed {
    adopter.context.chunkUse = .max
    let (hidden, judged, checks) = (adopter.hidden.count, adopter.doubts.lastFrame, adopter.doubts.checks)
    accept(frame, bytes)
    // The checksum is of all bytes.
    guard adopter.doubts.lastFrame == judged, adopter.doubts.checks == checks, let reading = try? Packet.read(bytes, frame: frame) else { return .whole }
    switch reading {
    case .packet(let packet):
      if case .tcp = packet.transport { return need(of: packet, bytes.count) }
      return adopter.hidden.count > hidden || isAboutNames(packet) ? .whole : Self.need(ofDatagram: packet, bytes)
    case .foreign: return Self.need(ofForeign: frame, bytes)
    case .icmp, .neighbor, .fragment, .malformed: return .whole
    }
  }

  private func need(of packet: borrowing Packet, _ captured: Int) -> FrameNeed {
    guard case .read(let use) = table.lastUse else { return .nothing }
    let chunk = use.chunk >= 0 ? use.chunk.clampedSum(adopter.context.chunkUse) : 0
    let end = packet.payloadOffset.clampedSum(max(use.bytes, chunk))
    return end < captured ? .beginning(end) : .whole
  }

  private func isAboutNames(_ packet: borrowing Packet) -> Bool {
    [packet.source.port, packet.destination.port].contains { port in
      ports.lookupService(port, port) != nil || FrameNeed.namePorts.contains(port)
    }
  }

  private static func need(ofDatagram packet: borrowing Packet, _ bytes: borrowing ByteView) -> FrameNeed {
    let content = UnreadContent(packet.payload(in: bytes), from: packet.source.port, to: packet.destination.port)
    guard content != nil else { return .nothing }
    let end = packet.payloadOffset + UnreadContent.datagramHead
    return end < bytes.count ? .beginning(end) : .whole
  }

  private static func need(ofForeign frame: Frame, _ bytes: borrowing ByteView) -> FrameNeed {
    if !frame.linkType.isSupported { return .beginning(0) }
    let content = UnreadContent(bytes, linkType: frame.linkType)
    guard let content else { return Packet.isOfNeighbours(bytes, frame: frame) ? .whole : .nothing }
    let head = bytes.prefix(FrameNeed.unreadHeaders)
    guard content != .aggregatedWireless, head.count < bytes.count, UnreadContent(head, linkType: frame.linkType) == content,
      case .foreign = try? Packet.read(head, frame: frame)
    else { return .whole }
    return .beginning(head.count)
  }
}
