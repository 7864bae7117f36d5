/// One TCP connection with a reader: its number and ends, and what has happened on it so far.
package struct TCPConnection {
  /// Number of the connection as Wireshark's `tcp.stream` counts.
  package let tcpStream: Int
  /// The two ends, ordered by address and port.
  package let endpoints: (first: Endpoint, second: Endpoint)
  package let firstFrame: FrameStamp
  package let lastFrame: FrameStamp
  package let handshake: Handshake
  package let state: TCPState
  /// ICMP errors about segments of this connection, the first few, once it is over.
  package var notices: [ICMPNotice] = []
  /// SYNs that the recording host threw away, the first few, once it is over.
  package var drops: [DroppedSegment] = []
}
