import Packets

extension Transcript {
  /// A transcript of a connection of which nothing is known but its ends.
  init(client: Endpoint, server: Endpoint, clientSide: Side) {
    self.init(
      id: 0, tcpStream: 0, client: client, server: server,
      firstFrame: FrameStamp(number: 0, time: Timestamp(nanoseconds: 0)),
      lastFrame: FrameStamp(number: 0, time: Timestamp(nanoseconds: 0)),
      captureEnd: Timestamp(nanoseconds: 0), clientSide: clientSide)
  }

  mutating func orient(client side: Side) {
    guard side != clientSide else { return }
    clientSide = side
    swap(&client, &server)
  }

  /// Takes over what TCP knows, once no more segments will come.
  mutating func note(_ connection: TCPConnection, captureEnd: Timestamp) {
    let serverSide = clientSide.other
    firstFrame = connection.firstFrame
    lastFrame = connection.lastFrame
    self.captureEnd = captureEnd
    handshake = connection.handshake
    closings = connection.closings
    clientTrace = connection.trace(of: clientSide)
    serverTrace = connection.trace(of: serverSide)
    visibility.startsMidstream = handshake.synFrame == 0 && handshake.synAckFrame == 0
    visibility.missingFromClient = connection.missingBytes(from: clientSide)
    visibility.missingFromServer = connection.missingBytes(from: serverSide)
    visibility.conflictingSegments = connection.conflictingSegments
    visibility.limitsReached += connection.heldLimitsReached + connection.closingsNotKept
    if connection.acknowledgedOffset(of: serverSide) <= connection.nextOffset(of: serverSide) {
      visibility.unseenServerTail = connection.unseenTail(of: serverSide)
    }
    for peer in [Peer.client, .server] {
      let side = peer == .client ? clientSide : serverSide
      // Its segments are acknowledged, so they exist.
      if trace(of: peer).segments == 0, connection.acknowledgedOffset(of: side) > 0 || visibility.startsMidstream {
        visibility.unseenPeer = peer
      }
      // The peer confirmed more than the capture shows: the end of this stream was lost on the way to it.
      let beyond = connection.acknowledgedOffset(of: side) - connection.nextOffset(of: side)
      if beyond > 1 { noteUnseenTail(of: peer, count: beyond) }
    }
  }

  private mutating func noteUnseenTail(of peer: Peer, count: Int) {
    if peer == .client { visibility.missingFromClient += count } else { visibility.missingFromServer += count }
    visibility.lost.append(LostBytes(sender: peer, frame: lastFrame.number, count: count))
  }
}
