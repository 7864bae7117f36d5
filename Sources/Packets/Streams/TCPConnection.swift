/// One TCP connection that somebody reads: its number and ends, and what has happened on it.
package final class TCPConnection {
  /// Number of the connection as Wireshark's `tcp.stream` counts.
  package let tcpStream: Int
  /// The two ends, ordered by address and port.
  package let endpoints: (first: Endpoint, second: Endpoint)
  package let firstFrame: FrameStamp
  package private(set) var state: TCPState
  let consumer: any StreamConsumer

  init(
    tcpStream: Int, endpoints: (Endpoint, Endpoint), handshake: Handshake, firstFrame: FrameStamp, lastFrame: FrameStamp,
    consumer: any StreamConsumer
  ) {
    self.tcpStream = tcpStream
    self.endpoints = (first: endpoints.0, second: endpoints.1)
    self.firstFrame = firstFrame
    self.consumer = consumer
    state = TCPState(handshake: handshake, lastFrame: lastFrame)
  }

  /// Takes one segment of this connection.
  ///
  /// - Returns: by how much the bytes that wait behind holes have grown.
  @discardableResult
  func accept(
    _ packet: borrowing Packet, header: TCPHeader, from side: Side, frame: FrameStamp, bytes: borrowing ByteView
  ) -> Int {
    state.accept(packet, header: header, from: side, frame: frame, bytes: bytes, to: consumer)
  }

  /// Releases what waits behind holes.
  ///
  /// - Returns: how many bytes that were.
  func giveUpHoles() -> Int {
    let held = state.heldByteCount
    state.finish(consumer)
    return held
  }

  /// No more segments will come: releases what waits behind holes.
  func finish() { state.finish(consumer) }

  /// What routers and the hosts themselves said of its segments.
  func take(_ notices: [ICMPNotice]) { state.notices = notices }
}
