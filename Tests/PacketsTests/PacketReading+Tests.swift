import TestSupport

@testable import Packets

/// The segment a frame holds, in a form that can be compared; nil when the frame holds something else.
struct ReadSegment: Equatable {
  var source: Endpoint
  var destination: Endpoint
  var payload: [UInt8]
  var payloadLength: Int
}

enum ReadResult: Equatable {
  case segment(ReadSegment)
  case foreign, fragment, malformed
  case cut

  var payload: [UInt8]? { if case .segment(let segment) = self { segment.payload } else { nil } }
}

func read(_ bytes: [UInt8], linkType: LinkType = .ethernet, originalLength: Int? = nil) -> ReadResult {
  withPacket(bytes, linkType: linkType, originalLength: originalLength) { packet, frame in
    .segment(
      ReadSegment(
        source: packet.source, destination: packet.destination, payload: packet.payload(in: frame).copy(),
        payloadLength: packet.payloadLength))
  }
}

func withPacket(
  _ bytes: [UInt8], linkType: LinkType = .ethernet, originalLength: Int? = nil,
  _ body: (borrowing Packet, borrowing ByteView) -> ReadResult
) -> ReadResult {
  let frame = Frame(
    number: 1, time: Timestamp(nanoseconds: 0), originalLength: originalLength ?? bytes.count, linkType: linkType)
  let view = ByteView(bytes.span)
  do throws(DecodeError) {
    switch try Packet.read(view, frame: frame) {
    case .packet(let packet): return body(packet, view)
    case .foreign, .icmp, .neighbor: return .foreign
    case .fragment: return .fragment
    case .malformed: return .malformed
    }
  } catch {
    return .cut
  }
}
