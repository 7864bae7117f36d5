/// A number for each TCP connection and exchange of datagrams, the same for both directions. A sender of packets cannot predict
/// it.
package struct FlowHash: Sendable {
  package typealias Value = UInt64

  /// Frames without a flow: neither TCP nor UDP, fragments, damaged headers.
  package static let none: Value = 0

  private let seed = UInt64.random(in: .min ... .max)

  package init() {}

  /// - Returns: the flow of a frame, and whether the frame opens a connection.
  package func read(_ frame: Frame, _ bytes: borrowing ByteView) -> (flow: Value, isOpening: Bool) {
    guard let reading = try? Packet.read(bytes, frame: frame), case .packet(let packet) = reading else {
      return (Self.none, false)
    }
    let isOpening =
      if case .tcp(let header) = packet.transport { header.flags.isSuperset(of: .syn) && !header.flags.contains(.ack) } else {
        false
      }
    return (flow(of: packet.source, packet.destination), isOpening)
  }

  package func flow(of one: Endpoint, _ other: Endpoint) -> Value {
    ConnectionKey.of(source: one, destination: other).key.hash(seed: seed) | 1
  }
}
